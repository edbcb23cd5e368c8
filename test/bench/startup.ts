import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { makePair } from './material.ts';
import { paired } from './pairs.ts';
import type { Row } from './report.ts';

/** What a person waits for at every call, beside kubectl's own start. @param executable the one of `npm run build`. */
export function startup(executable: string, kubectl: string, directory: string): Row[] {
  const { node, secret } = makePair(0);
  const file = join(directory, 'one.yaml');
  writeFileSync(file, `${stringify(node)}---\n${stringify(secret)}`);
  const peer = [kubectl, 'version', '--client'];
  const beside = (what: string, args: readonly string[], target: number) =>
    paired(what, { ours: [executable, ...args], peer }, target);
  return [
    beside('--version', ['--version'], 1.5),
    beside('--help', ['--help'], 1.5),
    beside('completion of a subcommand', ['__complete', 'tls', ''], 1.5),
    beside('tls check -f, one node', ['tls', 'check', '-f', file], 2.5),
  ];
}
