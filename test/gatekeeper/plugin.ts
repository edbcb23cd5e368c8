import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KubernetesObject } from '../../core/kubernetes.ts';
import type { Violation } from '../../core/policy.ts';
import { invoke } from '../plugin/terminal.ts';
import type { Asked } from './gator.ts';

/** A finding of `policy check`. */
export type Found = Violation & { readonly object: { kind: string; namespace: string; name: string } };

/** What `policy check` finds in the same cluster. @throws where it cannot judge all of it. */
export async function askPlugin({ inventory, parameters }: Asked): Promise<Found[]> {
  const directory = mkdtempSync(join(tmpdir(), 'plugin-'));
  try {
    const [cluster, who] = [join(directory, 'cluster.json'), join(directory, 'parameters.json')];
    writeFileSync(cluster, JSON.stringify({ apiVersion: 'v1', kind: 'List', items: inventory }));
    const document = { apiVersion: 'seinode.sei.io/v1', kind: 'PolicyParameters', ...parameters };
    writeFileSync(who, JSON.stringify(document));
    const flags = parameters ? ['--parameters', who] : [];
    const { code, out, err } = await invoke(['policy', 'check', '-f', cluster, '-o', 'json', ...flags]);
    if (code > 1) throw new Error(err);
    return JSON.parse(out).findings;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Whether a finding is about an object. */
export function isAbout({ object }: Found, { kind, metadata }: KubernetesObject): boolean {
  return object.kind === kind && object.namespace === metadata.namespace && object.name === metadata.name;
}
