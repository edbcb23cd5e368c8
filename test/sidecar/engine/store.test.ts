import { execFileSync } from 'node:child_process';
import { renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import test from 'ava';
import { openStore, type TaskResult } from '../../../sidecar/engine/store.ts';
import { temporaryDirectory } from '../../directory.ts';

const running: TaskResult = {
  id: 'a',
  type: 'config-apply',
  status: 'running',
  params: { mode: 'full' },
  submittedAt: '2026-11-21T12:00:00.000Z',
};
const failed: TaskResult = {
  ...running,
  status: 'failed',
  error: 'it broke',
  completedAt: '2026-11-21T12:00:01.000Z',
};
const pathIn = () => join(temporaryDirectory('store'), 'sidecar.db');

test('what was saved is there after the store was opened again', t => {
  const path = pathIn();
  const store = openStore(path);
  store.save(running);
  store.save({ ...failed, id: 'b' });
  store.close();
  const again = openStore(path);
  t.deepEqual(again.get('a'), running);
  t.deepEqual(again.get('b'), { ...failed, id: 'b' });
  t.is(again.get('c'), undefined);
  t.deepEqual(again.running(), [running]);
  again.close();
});

test('the newest come first, of one moment the last that came, and those that run in the order they came', t => {
  const store = openStore(pathIn());
  const at = (second: number) => `2026-11-21T12:00:0${second}.000Z`;
  for (const [id, second] of Object.entries({ c: 2, a: 1, b: 1, d: 3 })) {
    store.save({ ...running, id, submittedAt: at(second) });
  }
  store.save({ ...failed, id: 'a', submittedAt: at(1) });
  t.deepEqual(
    store.recent(3).map(({ id }) => id),
    ['d', 'c', 'b'],
  );
  t.deepEqual(
    store.running().map(({ id }) => id),
    ['b', 'c', 'd'],
  );
  store.close();
});

test('a task is removed once', t => {
  const store = openStore(pathIn());
  store.save(running);
  t.true(store.remove('a'));
  t.false(store.remove('a'));
  t.is(store.get('a'), undefined);
  store.close();
});

test('a file that is no database is not opened, and is left as it is', t => {
  const path = pathIn();
  writeFileSync(path, 'not a database, but long enough to be taken for something');
  t.throws(() => openStore(path), { message: /not a database/ });
});

test('neither an opening nor a check writes, so that one on a full volume can tell why a task failed', t => {
  const path = pathIn();
  openStore(path).close();
  const store = openStore(path);
  store.check();
  t.is(statSync(`${path}-wal`).size, 0);
  store.save(running);
  t.true(statSync(`${path}-wal`).size > 0);
  store.close();
});

test('a store that another process has open is not opened', t => {
  const path = pathIn();
  const store = openStore(path);
  const script = `import { openStore } from ${JSON.stringify(import.meta.resolve('../../../sidecar/engine/store.ts'))};
    openStore(process.argv[1]);`;
  const open = () =>
    execFileSync(process.execPath, ['--input-type=module', '-e', script, path], { stdio: 'pipe' });
  t.throws(open, { message: /database is locked/ });
  store.close();
  t.notThrows(open);
});

test('the check fails where the file is not the one that was opened', t => {
  const path = pathIn();
  const store = openStore(path);
  store.check();
  renameSync(path, `${path}.away`);
  t.throws(() => store.check());
  writeFileSync(path, '');
  t.throws(() => store.check(), { message: /is another file/ });
  store.close();
});

/** The table as the published sidecar has made it in each of its versions, and what it writes there. */
const published = {
  1: 'schedule TEXT, error TEXT NOT NULL DEFAULT "", submitted_at TEXT NOT NULL, completed_at TEXT, next_run_at TEXT',
  2: 'error TEXT NOT NULL DEFAULT "", submitted_at TEXT NOT NULL, completed_at TEXT',
  3: 'error TEXT NOT NULL DEFAULT "", submitted_at TEXT NOT NULL, completed_at TEXT, run INTEGER NOT NULL DEFAULT 1',
  4: 'error TEXT NOT NULL DEFAULT "", submitted_at TEXT NOT NULL, completed_at TEXT, run INTEGER NOT NULL DEFAULT 1, result TEXT',
} as const;
for (const [version, columns] of Object.entries(published)) {
  test(`a store of version ${version} of the published sidecar is taken over`, t => {
    const path = pathIn();
    const former = new DatabaseSync(path);
    former.exec(`CREATE TABLE task_results (
      id TEXT PRIMARY KEY, type TEXT NOT NULL, status TEXT NOT NULL, params TEXT, ${columns.replaceAll('"', "'")});
      INSERT INTO task_results (id, type, status, params, submitted_at)
      VALUES ('a', 'snapshot-upload', 'running', 'null', '2026-11-20T12:00:00.123456789Z');
      PRAGMA user_version = ${version}`);
    former.close();
    const store = openStore(path);
    const submittedAt = '2026-11-20T12:00:00.123456789Z';
    t.deepEqual(store.running(), [{ id: 'a', type: 'snapshot-upload', status: 'running', submittedAt }]);
    store.save({ ...failed, id: 'a' });
    t.is(store.get('a')?.status, 'failed');
    store.close();
  });
}

test('a later version of the store keeps its version', t => {
  const path = pathIn();
  openStore(path).close();
  const later = new DatabaseSync(path);
  later.exec('PRAGMA user_version = 9; ALTER TABLE task_results ADD COLUMN later TEXT');
  later.close();
  const store = openStore(path);
  store.save(running);
  store.check();
  store.close();
  const again = new DatabaseSync(path);
  t.is(again.prepare('PRAGMA user_version').get()?.user_version, 9);
  again.close();
});

test('the published sidecar finds what it reads: no NULL where it expects a text, runs counted', t => {
  const path = pathIn();
  const store = openStore(path);
  store.save(running);
  store.save(failed);
  store.save({ id: 'a', type: 'config-apply', status: 'running', submittedAt: running.submittedAt });
  store.close();
  const reader = new DatabaseSync(path);
  const { run, params, error } = reader.prepare('SELECT run, params, error FROM task_results').get() ?? {};
  t.deepEqual([run, params, error], [2, 'null', '']);
  reader.close();
});

test('a task that was taken survives the death of the process', t => {
  const path = pathIn();
  const script = `import { openStore } from ${JSON.stringify(import.meta.resolve('../../../sidecar/engine/store.ts'))};
    openStore(process.argv[1]).save(${JSON.stringify(running)});
    process.kill(process.pid, 'SIGKILL');`;
  t.throws(() => execFileSync(process.execPath, ['--input-type=module', '-e', script, path]));
  const store = openStore(path);
  t.deepEqual(store.running(), [running]);
  store.close();
});
