import type { Case } from './cases/objects.ts';
import { casesOf } from './cases.ts';

/** The suite of some rules, and the samples that it reads. @returns content by path from its folder. */
export function suiteOf(ids: readonly string[]): [string, object][] {
  const tests = ids.map(id => ({
    name: id,
    template: `templates/${id}.yaml`,
    constraint: `constraints/${id}.yaml`,
    cases: casesOf(id).map(one => caseOf(id, one)),
  }));
  const suite = {
    apiVersion: 'test.gatekeeper.sh/v1alpha1',
    kind: 'Suite',
    metadata: { name: 'seinode' },
    tests,
  };
  return [['suite.yaml', suite], ...ids.flatMap(id => casesOf(id).flatMap(one => samplesOf(id, one)))];
}

function caseOf(id: string, { name, inventory, message }: Case): object {
  return {
    name,
    object: sample(id, name),
    ...(inventory.length > 0 && { inventory: [beside(id, name)] }),
    assertions: [
      message === undefined
        ? { violations: 'no' }
        : { violations: 1, message: `^${id}: ${escaped(message)}` },
    ],
  };
}

function samplesOf(id: string, { name, object, inventory }: Case): [string, object][] {
  return [
    [sample(id, name), object],
    ...(inventory.length > 0 ? [[beside(id, name), inventory] as [string, object]] : []),
  ];
}

function sample(id: string, name: string): string {
  return `samples/${id}/${name.replaceAll(/[^a-zA-Z0-9]+/g, '-')}.yaml`;
}

/** The objects that are synced. */
function beside(id: string, name: string): string {
  return sample(id, name).replace('.yaml', '.inventory.yaml');
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
