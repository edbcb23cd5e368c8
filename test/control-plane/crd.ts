import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import type { API } from './api.ts';
import { until } from './until.ts';

/** Applies the SeiNode CRD that existing clusters have and waits until its objects can be written. @throws where not. */
export async function applyCRD(api: API): Promise<void> {
  const text = readFileSync(join(import.meta.dirname, 'crds/sei.io_seinodes.yaml'), 'utf8');
  const crd = load(text) as { metadata: { name: string } };
  const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
  const { status, body } = await api.call('POST', path, crd);
  if (status !== 201) {
    throw new Error(`the CRD was refused: ${JSON.stringify(body)}`);
  }
  const established = async () => isEstablished((await api.call('GET', `${path}/${crd.metadata.name}`)).body);
  if (!(await until(established))) {
    throw new Error('the CRD does not become Established');
  }
}

function isEstablished(crd: unknown): boolean {
  const { status } = crd as { status?: { conditions?: { type: string; status: string }[] } };
  return status?.conditions?.some(({ type, status }) => type === 'Established' && status === 'True') ?? false;
}
