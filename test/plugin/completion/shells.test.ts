import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { readScript } from '../../../plugin/completion/scripts.ts';
import { findPrograms } from '../../control-plane/programs.ts';
import { wants } from '../../requires.ts';
import { mark, startShell } from './interactive.ts';
import { makeHome } from './sandbox.ts';

/** What a person types behind the program, TAB at its end, and what then stands there. */
const lines = [
  ['ins', 'inspect '],
  ['list -o j', 'list -o json '],
  ['list --output=j', 'list --output=json '],
  ['list --context ar', 'list --context arn:aws:eks:eu-1:1:cluster/'],
  ['list --context=arn:aws:eks:eu-1:1:cluster/b', 'list --context=arn:aws:eks:eu-1:1:cluster/b '],
  ['list --context my', 'list --context my\\ prod '],
  ['list --context my\\ p', 'list --context my\\ prod '],
  ['list --context gke_x@', 'list --context gke_x@y '],
  ['list --context k=', 'list --context k=v '],
  ['list --context x', 'list --context x'],
  ['list -f fle', 'list -f fleet/'],
  ['list --filename=fle', 'list --filename=fleet/'],
  ['inspect -f fleet good-e', 'inspect -f fleet good-ec '],
  ['inspect -f "fleet" good-e', 'inspect -f "fleet" good-ec '],
  ['lisst ', 'lisst '],
] as const;

/** Where kubectl's scripts, not ours, look at quotes. */
const quoted = [
  ["list --context 'my", "list --context 'my prod' "],
  ['inspect -f ~/fleet good-e', 'inspect -f ~/fleet good-ec '],
] as const;

const kubectl = (await findPrograms())?.kubectl;
const bashCompletion = '/usr/share/bash-completion/bash_completion';
const setUp = {
  bash: `PS1='READY '
bind 'set show-all-if-ambiguous on'
bind -x '"\\C-xl": printf "\\n${mark.begin}%s${mark.end}\\n" "$READLINE_LINE"; READLINE_LINE=; READLINE_POINT=0'
`,
  zsh: `PS1='READY '
autoload -Uz compinit && compinit -u
tell() { print -r -- $'\\n'"${mark.begin}$BUFFER${mark.end}"; BUFFER=; zle redisplay }
zle -N tell; bindkey '^Xl' tell
`,
} as const;
const start = { bash: 'bash --noprofile --rcfile ~/.bashrc -i', zsh: 'zsh -i' } as const;

async function types(
  t: ExecutionContext,
  shell: 'bash' | 'zsh',
  source: string,
  program: string,
): Promise<void> {
  const { home, env } = makeHome(kubectl);
  writeFileSync(join(home, 'ours'), readScript(`completion.${shell}`));
  writeFileSync(join(home, `.${shell}rc`), `${setUp[shell]}\n${source}`);
  const terminal = startShell(start[shell], env, home);
  t.timeout(120_000);
  t.teardown(terminal.close);
  for (const [typed, line] of program === 'kubectl seinode' ? lines : [...lines, ...quoted]) {
    t.is(await terminal.type(`${program} ${typed}\t`), `${program} ${line}`, typed);
  }
  t.false(existsSync(join(home, 'pwned')));
}

const script = spawnSync('script', ['--version']).status === 0;
for (const shell of ['bash', 'zsh'] as const) {
  const there = script && spawnSync(shell, ['--version']).status === 0;
  wants(`${shell} and util-linux's script`, there)(`${shell} completes kubectl-seinode`, t =>
    types(t, shell, 'source ~/ours', 'kubectl-seinode'),
  );
  const asked = there && kubectl !== undefined && (shell !== 'bash' || existsSync(bashCompletion));
  const first = shell === 'bash' ? `source ${bashCompletion}` : '';
  wants(`${shell}, bash-completion and kubectl`, asked)(`${shell} completes kubectl seinode by kubectl`, t =>
    types(t, shell, `${first}\nsource <(kubectl completion ${shell})`, 'kubectl seinode'),
  );
}

/** What fish shows for a line: candidates, each with its description. */
const fishLines = [
  ['ins', 'inspect\tOne node: with "quotes", $HOME and `ticks`'],
  ['list --output=j', '--output=json'],
  ['list --context arn', 'arn:aws:eks:eu-1:1:cluster/a', 'arn:aws:eks:eu-1:1:cluster/b'],
  ['list --context=arn:aws:eks:eu-1:1:cluster/b', '--context=arn:aws:eks:eu-1:1:cluster/b'],
  ['list --context my', 'my prod'],
  ['list --context x'],
  ['list -f fle', 'fleet/'],
  ['list --filename=fle', '--filename=fleet/'],
  ['inspect -f "fleet" good-e', 'good-ec'],
  ['lisst '],
] as const;
const fishQuoted = [
  ['list --context my\\ p', 'my prod'],
  ["list --context 'my p", 'my prod'],
] as const;

function fishShows(t: ExecutionContext, source: string, program: string): void {
  const { home, env } = makeHome(kubectl);
  writeFileSync(join(home, 'ours'), readScript('completion.fish'));
  for (const [typed, ...shown] of program === 'kubectl seinode' ? fishLines : [...fishLines, ...fishQuoted]) {
    const { stdout, stderr } = spawnSync('fish', ['--no-config', '-c', `${source}; complete -C "$LINE"`], {
      env: { ...env, LINE: `${program} ${typed}` },
      cwd: home,
      encoding: 'utf8',
    });
    t.deepEqual(stdout.split('\n').slice(0, -1), [...shown], typed);
    t.is(stderr, '');
  }
  t.false(existsSync(join(home, 'pwned')));
}

const fish = spawnSync('fish', ['--version']).status === 0;
wants('fish', fish)('fish completes kubectl-seinode', t => fishShows(t, 'source ours', 'kubectl-seinode'));
wants('fish and kubectl', fish && kubectl !== undefined)('fish completes kubectl seinode by kubectl', t =>
  fishShows(t, 'kubectl completion fish | source', 'kubectl seinode'),
);
