import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import type { API } from './api.ts';
import { until } from './until.ts';

const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

/** Applies the SeiNode CRD that existing clusters have and waits until its objects can be written. @throws where not. */
export async function applyCRD(api: API): Promise<void> {
  const text = readFileSync(join(import.meta.dirname, 'crds/sei.io_seinodes.yaml'), 'utf8');
  const crd = load(text) as { metadata: { name: string } };
  const { status, body } = await api.call('POST', definitions, crd);
  if (status !== 201) {
    throw new Error(`the CRD was refused: ${JSON.stringify(body)}`);
  }
  await established(api, crd.metadata.name);
}

/**
 * Waits until the objects of a CRD can be written. `kubectl wait` fails at once where it has no conditions yet, and for a moment
 * after it is Established its objects are answered 404 still. @throws where they cannot.
 */
export async function established(api: Pick<API, 'call'>, name: string): Promise<void> {
  const isServed = async () => {
    const crd = (await api.call('GET', `${definitions}/${name}`)).body as CRD;
    return isEstablished(crd) && (await api.call('GET', collectionOf(crd))).status === 200;
  };
  if (!(await until(isServed))) throw new Error(`the CRD ${name} does not become Established`);
}

type CRD = {
  readonly spec: {
    readonly group: string;
    readonly names: { readonly plural: string };
    readonly versions: readonly { readonly name: string }[];
  };
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
};

function collectionOf({ spec: { group, names, versions } }: CRD): string {
  return `/apis/${group}/${versions[0]?.name}/${names.plural}`;
}

function isEstablished({ status }: CRD): boolean {
  return status?.conditions?.some(({ type, status }) => type === 'Established' && status === 'True') ?? false;
}
