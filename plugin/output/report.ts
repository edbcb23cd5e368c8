import { isAbsolute, relative, resolve, sep } from 'node:path';
import type { Rule, Severity } from '../../core/policy.ts';
import type { Finding } from '../findings.ts';
import type { Fault, Place } from '../source/fleet.ts';

/** What `policy check` answers, for the formats that other programs show. */
export type Report = {
  readonly rules: readonly Rule[];
  /** Every object that was judged. */
  readonly checked: readonly Subject[];
  readonly findings: readonly Finding[];
  /** What could not be read or judged. */
  readonly faults: readonly Fault[];
  /** Findings at or above it fail. */
  readonly failOn: Severity;
  /** The directory that files are relative to: in CI, the root of the checkout. */
  readonly directory: string;
};

/** An object and where it is written; objects of a cluster have no file. */
export type Subject = Pick<Finding, 'object'> & Partial<Place>;

/** `KIND NAMESPACE/NAME`. */
export function subjectName({ object }: Subject): string {
  return `${object.kind} ${object.namespace}/${object.name}`;
}

/**
 * How another program finds a file: with slashes and relative to `directory` where it is below, else absolute.
 * Standard input and objects of a cluster have no path.
 */
export function pathOf(file: string | undefined, directory: string): string | undefined {
  if (file === undefined || file === '-') {
    return undefined;
  }
  const absolute = resolve(directory, file);
  const path = relative(directory, absolute);
  const outside = path === '..' || path.startsWith(`..${sep}`) || isAbsolute(path);
  return (outside ? absolute : path || '.').replaceAll(sep, '/');
}
