import { printableLine } from '../../core/printable.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Gathered } from '../gather.ts';
import { type CommonOptions, isForPeople } from '../options.ts';
import type { Fault, Fleet } from '../source/fleet.ts';
import type { Terminal } from '../terminal.ts';

/**
 * Says on stderr what stands between the answer and the whole: what could not be read, names that are not there,
 * an empty selection; with `-v 1` also which kinds no rule reads.
 *
 * @returns whether nothing is amiss.
 */
export function reportProblems(
  terminal: Terminal,
  options: CommonOptions<string>,
  {
    fleet,
    nodes,
    missing,
    namespace,
    verbosity,
  }: Pick<Gathered, 'missing' | 'namespace' | 'verbosity'> & {
    readonly fleet: Pick<Fleet, 'ignored'>;
    readonly nodes: readonly unknown[];
  },
  faults: readonly Fault[],
): boolean {
  const lines = [
    ...faults.map(errorLine),
    ...missing.map(
      name => `error: SeiNode "${name}" not found${namespace ? ` in namespace ${namespace}` : ''}`,
    ),
    ...(verbosity > 0 ? fleet.ignored : []).map(
      ({ apiVersion, kind, count, first }) =>
        `ignored: ${count} × ${kind} (${apiVersion}), first at ${first.file}:${first.line}`,
    ),
    ...(isForPeople(options) && nodes.length + missing.length + faults.length === 0
      ? [`No resources found${namespace ? ` in ${namespace} namespace` : ''}.`]
      : []),
  ];
  for (const line of lines) {
    terminal.error(printableLine(line));
  }
  return faults.length + missing.length === 0;
}

/** Says what keeps a command from beginning. @returns the exit code for that. */
export function reportFaults(terminal: Terminal, faults: readonly Fault[]): number {
  for (const fault of faults) terminal.error(errorLine(fault));
  return exitCodes.incomplete;
}

/** A fault as a line of stderr. */
export function errorLine(fault: Fault): string {
  return printableLine(`error: ${faultText(fault)}`);
}

/** `FILE:LINE: FIELD: what is wrong`, as far as each is known. */
export function faultText({ file, line, field, message }: Fault): string {
  const place = line === undefined ? file : `${file}:${line}`;
  return [place, field, message].filter(part => part !== undefined).join(': ');
}
