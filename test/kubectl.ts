import { findPrograms } from './control-plane/programs.ts';

const programs = await findPrograms();

/** The kubectl that comes with the control plane for tests; undefined where there is none. */
export function findKubectl(): string | undefined {
  return programs?.kubectl;
}
