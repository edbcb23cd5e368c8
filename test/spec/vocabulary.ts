import { globSync } from 'node:fs';
import { conditionReasons, conditionTypes, tlsReasons } from '../../core/conditions.ts';
import { read, root } from './pages.ts';

export const reasons = new Set<string>([
  ...tlsReasons,
  ...Object.values(conditionReasons).flatMap(known => Object.values(known)),
]);
export const types = new Set<string>(conditionTypes);

/** `type: 'Warning', reason: 'X'`, and the table of transitions in core/plan/events.ts. */
const told = /type: '(?:Normal|Warning)'(?: as const)?,\s*reason: '(\w+)'|(?:lost|restored): '(\w+)'/g;

/** The reasons of the Events that the sources tell, as they are written there. */
export const events = new Set(
  globSync('{core,operator}/**/*.ts', { cwd: root }).flatMap(file =>
    [...read(file).matchAll(told)].map(([, ...found]) => found.find(reason => reason !== undefined) ?? ''),
  ),
);
