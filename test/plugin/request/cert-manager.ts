import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { parse } from 'yaml';

/** The newest release when this was written; its CRDs come with the Go module. */
const module = 'github.com/cert-manager/cert-manager@v1.21.2';

type Schema = { readonly properties?: Readonly<Record<string, Schema>>; readonly items?: Schema } & object;

/** The schema of Certificate in cert-manager's own CRD, closed against unknown fields; undefined where it cannot be had. */
export function certificateSchema(): Schema | undefined {
  try {
    const json = execFileSync('go', ['mod', 'download', '-json', module], {
      cwd: tmpdir(),
      env: { ...process.env, GOTOOLCHAIN: 'local', GOFLAGS: '', GOWORK: 'off' },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const { Dir } = JSON.parse(json.toString());
    const crd = parse(readFileSync(join(Dir, 'deploy/crds/cert-manager.io_certificates.yaml'), 'utf8'));
    const version = crd.spec.versions.find(({ name }: { name: string }) => name === 'v1');
    return closed(version.schema.openAPIV3Schema);
  } catch {
    return undefined;
  }
}

/** What a schema finds wrong with an object. */
export function faultsIn(object: unknown, schema: Schema | undefined): string[] {
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  ajv.validate(schema ?? false, object);
  return (ajv.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  );
}

/** An API server drops unknown fields or, asked to be strict, refuses them. `metadata` has a schema of its own there. */
function closed(schema: Schema): Schema {
  const { properties, items } = schema;
  const inner = Object.entries(properties ?? {}).map(([name, inner]) => [name, closed(inner)]);
  return {
    ...schema,
    ...(items && { items: closed(items) }),
    ...(properties && { properties: Object.fromEntries(inner), additionalProperties: false }),
  };
}
