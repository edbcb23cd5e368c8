import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { digest, type Layer } from './layer.ts';

/** An image for one architecture: `config` as in OCI's image-spec (config.md). */
export type Image = {
  readonly architecture: string;
  readonly layers: readonly Layer[];
  readonly config: Readonly<Record<string, unknown>>;
};

type Descriptor = { readonly mediaType: string; readonly digest: string; readonly size: number };

const type = (name: string) => `application/vnd.oci.image.${name}`;

/**
 * Writes images of several architectures as one, in an OCI image layout (image-spec, image-layout.md).
 *
 * @param labels annotations of the image. @param tag its name in the layout.
 */
export function writeLayout(
  directory: string,
  images: readonly Image[],
  labels: Readonly<Record<string, string>>,
  tag: string,
): void {
  mkdirSync(join(directory, 'blobs/sha256'), { recursive: true });
  const put = (mediaType: string, bytes: Buffer): Descriptor => {
    const name = digest(bytes);
    writeFileSync(join(directory, 'blobs', name.replace(':', '/')), bytes);
    return { mediaType, digest: name, size: bytes.length };
  };
  const putJSON = (mediaType: string, value: object) => put(mediaType, Buffer.from(JSON.stringify(value)));
  const manifests = images.map(({ architecture, layers, config }) => {
    const platform = { architecture, os: 'linux' };
    const rootfs = { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) };
    const history = layers.map(({ createdBy }) => ({ created_by: createdBy }));
    const manifest = putJSON(type('manifest.v1+json'), {
      ...{ schemaVersion: 2, mediaType: type('manifest.v1+json') },
      config: putJSON(type('config.v1+json'), {
        ...platform,
        config: { ...config, Labels: labels },
        rootfs,
        history,
      }),
      layers: layers.map(({ bytes }) => put(type('layer.v1.tar+gzip'), bytes)),
      annotations: labels,
    });
    return { ...manifest, platform };
  });
  const both = { schemaVersion: 2, mediaType: type('index.v1+json'), manifests, annotations: labels };
  const index = putJSON(type('index.v1+json'), both);
  const named = { ...index, annotations: { 'org.opencontainers.image.ref.name': tag } };
  const all = { schemaVersion: 2, mediaType: type('index.v1+json'), manifests: [named] };
  writeFileSync(join(directory, 'index.json'), JSON.stringify(all));
  writeFileSync(join(directory, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
}
