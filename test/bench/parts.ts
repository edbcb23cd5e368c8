import { join } from 'node:path';
import type { Programs } from '../control-plane/programs.ts';
import { admission } from './admission.ts';
import { clusterList } from './cluster-list.ts';
import { fleetFile } from './fleet-file.ts';
import { gatekeeper } from './gatekeeper.ts';
import { netpol } from './netpol.ts';
import { fleets, gate, oneNode, type Size } from './operator.ts';
import type { Row } from './report.ts';
import { sanDecision } from './san-decision.ts';
import { sidecarStart } from './sidecar/start.ts';
import { sidecarTasks } from './sidecar/tasks.ts';
import { startup } from './startup.ts';
import { toggling } from './toggle.ts';

/** What a part of the bench has to work with. */
export type Around = {
  /** Gone after the run. */
  readonly directory: string;
  readonly size: Size;
  /** Of a control plane, and kubectl. @throws where there are none. */
  readonly programs: () => Programs;
};

const executable = join(import.meta.dirname, '../../dist/kubectl-seinode');

/** Every part by its name, in the order in which they are run; each has some rows of the table. */
export const parts: Readonly<Record<string, (around: Around) => Promise<readonly Row[]>>> = {
  'san-decision': ({ directory }) => sanDecision(directory),
  'fleet-file': ({ directory }) => fleetFile(directory),
  'sidecar-start': ({ directory }) => sidecarStart(directory),
  gatekeeper: ({ directory }) => gatekeeper(directory),
  startup: async ({ programs, directory }) => startup(executable, programs().kubectl, directory),
  netpol: ({ directory }) => netpol(executable, directory),
  'cluster-list': async ({ programs }) => clusterList(executable, programs()),
  'sidecar-tasks': async ({ programs, directory }) => sidecarTasks(programs(), directory),
  toggle: async ({ programs }) => toggling(programs()),
  'one-node': async ({ programs, size }) => oneNode(programs(), size),
  fleets: async ({ programs, size }) => fleets(programs(), size),
  gate: async ({ programs, size }) => gate(programs(), size),
  admission: async ({ programs }) => admission(programs()),
};
