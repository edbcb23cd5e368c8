import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import type { ControlPlane } from './control-plane.ts';
import { established } from './crd.ts';

type Schema = { readonly properties: Record<string, Schema> };
type CRD = {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly versions: readonly { readonly schema: { readonly openAPIV3Schema: Schema } }[] };
};

/** Applies the CRD of SeiNodeDeployment and waits until it is served. @throws where it is refused. */
export async function applySeiNodeDeploymentCRD(controlPlane: ControlPlane): Promise<void> {
  const crd = seiNodeDeploymentCRD();
  const applied = await controlPlane.kubectl(['create', '-f', '-'], { input: JSON.stringify(crd) });
  if (applied.code !== 0) throw new Error(applied.stderr);
  await established(controlPlane, crd.metadata.name);
}

/** The CRD of SeiNodeDeployment that existing clusters have: its template is a SeiNode of theirs. */
export function seiNodeDeploymentCRD(): CRD {
  const [deployment, node] = [read('sei.io_seinodedeployments.yaml'), read('sei.io_seinodes.yaml')];
  const template = specOf(deployment).properties.template!;
  template.properties.spec = specOf(node);
  return deployment;
}

function read(file: string): CRD {
  return load(readFileSync(join(import.meta.dirname, 'crds', file), 'utf8')) as CRD;
}

function specOf({ spec }: CRD): Schema {
  return spec.versions[0]!.schema.openAPIV3Schema.properties.spec!;
}
