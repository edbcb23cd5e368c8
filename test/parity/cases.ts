import type { Case } from './case.ts';
import { generatedCases } from './cases/generated.ts';
import { labelCases } from './cases/labels.ts';
import { listenerCases } from './cases/listeners.ts';
import { networkCases } from './cases/networks.ts';
import { nodeCases } from './cases/nodes.ts';
import { namespaces } from './cases/objects.ts';
import { tlsCases } from './cases/tls.ts';

/** Every cluster that is judged as it is, by hand and generated. */
export const cases: readonly Case[] = [
  ...[...tlsCases, ...labelCases, ...listenerCases, ...nodeCases].map(inNamespaces),
  ...[...networkCases, ...generatedCases],
];

/** No cluster is without namespaces; Gatekeeper that has synced none takes nothing for absent. */
function inNamespaces(one: Case): Case {
  return { ...one, objects: [...new Set([...namespaces, ...one.objects])] };
}
