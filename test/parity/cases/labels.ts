import type { KubernetesObject } from '../../../core/kubernetes.ts';
import { policy } from '../../netpol/case.ts';
import { type Objects, objectsOf } from '../../policies/workload.ts';
import type { Case } from '../case.ts';
import { namespaces, node } from './objects.ts';

const good = node();
const spoils: readonly (readonly [string, (labels: Record<string, string>) => unknown])[] = [
  ...['sei.io/node', 'sei.io/chain', 'sei.io/role'].flatMap(key => [
    [`without ${key}`, (labels: Record<string, string>) => delete labels[key]] as const,
    [
      `with another ${key}`,
      (labels: Record<string, string>) => Object.assign(labels, { [key]: 'other' }),
    ] as const,
  ]),
  [
    'without labels',
    labels => {
      for (const key of Object.keys(labels)) delete labels[key];
    },
  ],
];
const exists = (key: string) => ({ key, operator: 'Exists' as const });
const selectors = [
  {},
  { matchExpressions: [exists('sei.io/node')] },
  { matchLabels: { 'sei.io/chain': 'arctic-1', 'sei.io/role': 'node' } },
  { matchLabels: { 'sei.io/node': 'n0', app: 'seid' } },
  { matchLabels: { app: 'seid' } },
  { matchLabels: { app: 'seid' }, matchExpressions: [exists('team')] },
  { matchExpressions: [exists('team'), { key: 'job', operator: 'DoesNotExist' as const }] },
  { matchLabels: { app: 'prometheus' } },
  ...[['fullNode'], ['full', 'seed'], ['full', 'node']].map(values => ({
    matchExpressions: [{ key: 'sei.io/role', operator: 'In' as const, values }],
  })),
  { matchExpressions: [{ key: 'sei.io/role', operator: 'NotIn' as const, values: ['full'] }] },
];

/** Labels of pods, of templates, of nodes; selectors of policies. */
export const labelCases: readonly Case[] = [
  ...spoils.flatMap(([what, spoil]) => {
    const [pods, sets] = [objectsOf(good), objectsOf(good)] as [Objects, Objects];
    spoil(pods.pod.metadata.labels);
    spoil(sets.statefulSet.spec.template.metadata.labels);
    return [
      { name: `a pod ${what}`, objects: [good, pods.pod] },
      { name: `a pod ${what}, node not in sight`, objects: [pods.pod] },
      { name: `a template ${what}`, objects: [good, sets.statefulSet] },
      { name: `a template ${what}, node not in sight`, objects: [sets.statefulSet, sets.pod] },
    ];
  }),
  ...[
    { team: 'rpc' },
    { 'sei.io/role': 'validator' },
    { 'sei.io/node': 'n0' },
    { 'sei.io/chain': '', 'sei.io/node': 'n1' },
  ].map(podLabels => ({
    name: `podLabels ${JSON.stringify(podLabels)}`,
    objects: [node({ podLabels })],
  })),
  ...selectors.map(podSelector => ({
    name: `a policy for ${JSON.stringify(podSelector)}`,
    objects: [
      ...namespaces,
      node({ podLabels: { app: 'seid', team: 'rpc' } }),
      node({ podLabels: { app: 'other' } }, 'n1'),
      policy('arctic', 'ours', { podSelector, ingress: [] }),
    ] as KubernetesObject[],
  })),
];
