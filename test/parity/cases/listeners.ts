import type { KubernetesObject } from '../../../core/kubernetes.ts';
import { goldenNodes } from '../../core/resources/golden.ts';
import { spoiltPods } from '../../integration/vap/spoilt.ts';
import { mistakesOfServices } from '../../policies/mistakes.ts';
import { argument, beforeTheSplit, objectsOf } from '../../policies/workload.ts';
import type { Case } from '../case.ts';
import { node, workloads } from './objects.ts';
import { runs } from './runs.ts';

const secured = node();
const plain = node({ sidecar: {} });
const moved = node({ sidecar: { port: 7000 } });

/** What nodes run as: as the operator makes it, and spoilt, with the node in sight and without. */
export const listenerCases: readonly Case[] = [
  ...goldenNodes.map(([name, each]) => ({
    name: `made of ${name}`,
    objects: [each, ...workloads(objectsOf(each))],
  })),
  { name: 'what runs has TLS, the node has not', objects: [plain, ...workloads(objectsOf(secured))] },
  { name: 'the node has TLS, what runs has not', objects: [secured, ...workloads(objectsOf(plain))] },
  ...[secured, plain, moved].map((each, index) => {
    const objects = objectsOf(each);
    beforeTheSplit(objects, index === 2 ? 7000 : 7777);
    return { name: `before the split ${index}`, objects: [each, objects.statefulSet, objects.service] };
  }),
  ...mistakesOfServices.flatMap(([what, make]) => {
    const objects = objectsOf(secured);
    make(objects);
    const { statefulSet, service } = objects;
    return [
      { name: `Service: ${what}`, objects: [secured, service] },
      { name: `Service without node: ${what}`, objects: [statefulSet, service] },
    ];
  }),
  tooManyArguments(),
  ...spoiltPods(34, 3 * runs).map(({ what, pod, statefulSet }, index) => ({
    name: `pod: ${what}${index % 3 === 0 ? ', node not in sight' : ''}`,
    objects: [
      ...(index % 3 === 0 ? [] : [secured]),
      ...(index % 2 === 0 ? [pod] : [pod, statefulSet]),
    ] as KubernetesObject[],
  })),
];

function tooManyArguments(): Case {
  const { pod } = objectsOf(secured);
  for (let count = 0; count < 100; count++) argument(pod, `--flag-${count}=x`);
  return { name: 'pod: more arguments than are read', objects: [secured, pod] };
}
