import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import ava from 'ava';
import { temporaryDirectory } from '../directory.ts';
import { wants } from '../requires.ts';
import { killAll, sidecar } from '../sidecar/program.ts';
import { survives } from './matrix.ts';

const volume = temporaryDirectory('volume');
const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', volume]);
const test = wants('a small volume of its own: run as root, who may mount one', status === 0);

ava.after.always('nothing is left', () => {
  killAll();
  if (status === 0) spawnSync('umount', ['--lazy', volume]);
});

type Sidecar = Awaited<ReturnType<typeof sidecar>>;

const submit = ({ tasks }: Sidecar, id: string) =>
  fetch(`${tasks}/v0/tasks`, { method: 'POST', body: JSON.stringify({ id, type: 'mark-ready' }) });
const stateOf = async ({ tasks }: Sidecar, id: string) => {
  const answer = await fetch(`${tasks}/v0/tasks/${id}`);
  return answer.ok ? (await answer.json()).status : answer.status;
};

test('on a full volume a task is refused, nothing that was known is lost, and all goes on once there is room', async t => {
  const first = await sidecar({ SEI_HOME: join(volume, 'home') });
  const known = [randomUUID(), randomUUID()];
  for (const id of known) t.is((await submit(first, id)).status, 201);
  const fault = { who: 'sidecar', fault: 'volume full as tasks come, and killed on it' } as const;
  const refused = await survives(fault, async () => {
    fill();
    const ids = Array.from({ length: 20 }, () => randomUUID());
    // A page of the store may have had room for a few.
    const answers = await Promise.all(ids.map(async id => ({ id, answer: await submit(first, id) })));
    const no = answers.filter(({ answer }) => answer.status !== 201);
    t.true(no.length > 0);
    for (const { id, answer } of no) {
      t.is(answer.status, 503);
      t.regex((await answer.json()).error, /cannot be stored, and is not begun: .* is full .* make room/);
      t.is(await stateOf(first, id), 404);
    }
    for (const id of known) t.is(await stateOf(first, id), 'completed');
    first.child.kill('SIGKILL');
    await first.exited;
    return { no, yes: answers.filter(({ answer }) => answer.status === 201).map(({ id }) => id) };
  });
  await survives({ who: 'sidecar', fault: 'started on a volume that is full' }, async () => {
    const second = await sidecar({ SEI_HOME: join(volume, 'home') });
    for (const id of [...known, ...refused.yes]) t.is(await stateOf(second, id), 'completed');
    rmSync(join(volume, 'ballast'));
    for (const { id } of refused.no) {
      t.is((await submit(second, id)).status, 201);
      t.is(await stateOf(second, id), 'completed');
    }
    t.is((await fetch(`${second.open}/v0/healthz`)).status, 200);
  });
});

/** Takes the last byte of the volume. */
function fill(): void {
  const file = openSync(join(volume, 'ballast'), 'w');
  const block = Buffer.alloc(4096);
  try {
    for (;;) writeSync(file, block);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  } finally {
    closeSync(file);
  }
}
