import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readScript } from '../../../plugin/completion/scripts.ts';
import { temporaryDirectory } from '../../directory.ts';
import { examples } from '../terminal.ts';

/** Names that people give to contexts, and names that would run if a shell evaluated them. */
const contexts = [
  'arn:aws:eks:eu-1:1:cluster/a',
  'arn:aws:eks:eu-1:1:cluster/b',
  'my prod',
  'gke_x@y',
  'k=v',
  '$(touch pwned)',
  '`touch pwned`',
  'x; touch pwned',
];

/** A home with a kubeconfig, a fleet in files, and on its PATH the plugin, its completer and kubectl where there is one. */
export function makeHome(kubectl: string | undefined): {
  readonly home: string;
  readonly env: Readonly<Record<string, string>>;
} {
  const home = temporaryDirectory('home');
  const bin = join(home, 'bin');
  mkdirSync(bin);
  const program = join(import.meta.dirname, 'program.ts');
  writeFileSync(join(bin, 'kubectl-seinode'), `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`, {
    mode: 0o755,
  });
  writeFileSync(join(bin, 'kubectl_complete-seinode'), readScript('kubectl_complete-seinode'), {
    mode: 0o755,
  });
  if (kubectl !== undefined) {
    symlinkSync(kubectl, join(bin, 'kubectl'));
  }
  cpSync(examples, join(home, 'fleet'), { recursive: true });
  const KUBECONFIG = join(home, 'config');
  writeFileSync(KUBECONFIG, JSON.stringify({ contexts: contexts.map(name => ({ name })) }));
  return {
    home,
    env: {
      HOME: home,
      ZDOTDIR: home,
      KUBECONFIG,
      PATH: `${bin}:/usr/local/bin:/usr/bin:/bin`,
      TERM: 'dumb',
      LC_ALL: 'C.UTF-8',
    },
  };
}
