import { pods, template } from '../../netpol/mutated.ts';
import { mutations } from '../../netpol/mutations.ts';
import { recipes } from '../../netpol/recipes.ts';
import type { Case } from '../case.ts';
import { clusterOf } from './generated.ts';
import { namespaces, node } from './objects.ts';

const nodes = [node(), node({ sidecar: {} }, 'n1')];

/** The template, every known mistake in it, with the pods that must get in and without; what the recipes state. */
export const networkCases: readonly Case[] = [
  ...[{ mistake: 'the template', policies: () => [template] }, ...mutations].flatMap(
    ({ mistake, policies }) =>
      [pods, []].map(present => ({
        name: `${mistake}, ${present.length} pods`,
        objects: [...namespaces, ...nodes, ...present, ...policies(template)],
      })),
  ),
  ...recipes.map(clusterOf),
];
