import { dirname, join } from 'node:path';
import type { ControlPlane } from '../control-plane/control-plane.ts';
import { environment } from '../core/resources/nodes.ts';
import type { RunnablePod } from './pod-run.ts';

/** What an image stands for: programs of this machine. */
export type Image = {
  /** What runs where the container has no command. */
  readonly entrypoint?: readonly string[];
  /** Directories of programs that its commands find, before those of this machine. */
  readonly path?: string;
  /** What its commands find in their environment. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Arguments that are added to the container's. */
  readonly more?: (pod: RunnablePod) => Promise<readonly string[]>;
};

/** By the image's name; tests may change it between pods. */
export type Images = Map<string, Image>;

/** The scripts that stand for seid and seictl, and the node that they are run with. */
const path = `${join(import.meta.dirname, 'images')}:${dirname(process.execPath)}`;

/** In the place of a sidecar: answers with the headers that it was asked with. */
export const recordingUpstream: Image = {
  entrypoint: [process.execPath, join(import.meta.dirname, 'images/recording-upstream.ts')],
};

/** In the place of kube-rbac-proxy: a TLS server that writes to its log who came, and what it was sent. */
export const recordingProxy: Image = {
  entrypoint: [process.execPath, join(import.meta.dirname, 'images/recording-proxy.ts')],
};

/** What the images of a node's pod stand for. @param proxy the path of kube-rbac-proxy. */
export function nodeImages(controlPlane: ControlPlane, proxy: string): Images {
  return new Map<string, Image>([
    // A script that makes a home and sleeps; it answers nothing.
    ['sei:v6.3.0', { path }],
    [environment.SEI_SIDECAR_IMAGE, { path }],
    [environment.SEI_KUBE_RBAC_PROXY_IMAGE, { entrypoint: [proxy], more: kubeconfigOf(controlPlane) }],
    [environment.SEI_COSMOS_EXPORTER_IMAGE, { entrypoint: ['/bin/sh', '-c', 'exec sleep 1000000'] }],
  ]);
}

/** The proxy reads its token in /var/run/secrets only, where there is no such directory of its own; it takes this flag. */
function kubeconfigOf({ serviceAccountKubeconfig }: ControlPlane): NonNullable<Image['more']> {
  return async ({ metadata, spec }) => {
    const file = await serviceAccountKubeconfig(metadata.namespace, spec.serviceAccountName, metadata);
    return [`--kubeconfig=${file}`];
  };
}
