import { accessSync, constants, statSync } from 'node:fs';
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite';
import { parseJSON } from '../../core/json.ts';
import type { TaskParams } from '../tasks/task.ts';

/** A task and what became of it (contract §5). */
export type TaskResult = {
  readonly id: string;
  readonly type: string;
  readonly status: 'running' | 'completed' | 'failed';
  readonly params?: TaskParams;
  readonly error?: string;
  /** RFC 3339, UTC. */
  readonly submittedAt: string;
  readonly completedAt?: string;
};

/** Every task, on disk before anything is done about it. Each function throws a fault of SQLite. */
export type Store = {
  readonly get: (id: string) => TaskResult | undefined;
  readonly save: (result: TaskResult) => void;
  /** @returns whether there was one. */
  readonly remove: (id: string) => boolean;
  /** Newest first. */
  readonly recent: (limit: number) => TaskResult[];
  /** Those that had not ended, oldest first. */
  readonly running: () => TaskResult[];
  /** Throws where it cannot be read, or the volume does not let it be written; a full one does. */
  readonly check: () => void;
  readonly close: () => void;
};

/** The table of the published sidecar, so that each can take over from the other; the second one is not ours to read. */
const schema = `
  CREATE TABLE IF NOT EXISTS task_results (
    id TEXT PRIMARY KEY, type TEXT NOT NULL, status TEXT NOT NULL, params TEXT, error TEXT NOT NULL DEFAULT '',
    submitted_at TEXT NOT NULL, completed_at TEXT, run INTEGER NOT NULL DEFAULT 1, result TEXT);
  CREATE INDEX IF NOT EXISTS idx_task_results_submitted_at ON task_results (submitted_at DESC);
  CREATE TABLE IF NOT EXISTS tx_markers (
    task_id TEXT PRIMARY KEY, tx_hash TEXT NOT NULL, tx_bytes BLOB NOT NULL, account_number INTEGER NOT NULL,
    sequence INTEGER NOT NULL, chain_id TEXT NOT NULL, created_at TEXT NOT NULL);`;
const schemaVersion = 5;
const laterColumns = { run: 'INTEGER NOT NULL DEFAULT 1', result: 'TEXT' };

const upsert = `
  INSERT INTO task_results (id, type, status, params, error, submitted_at, completed_at) VALUES (?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (id) DO UPDATE SET type = excluded.type, status = excluded.status, params = excluded.params,
    error = excluded.error, submitted_at = excluded.submitted_at, completed_at = excluded.completed_at,
    run = run + (excluded.status = 'running'), result = NULL`;
const select = 'SELECT id, type, status, params, error, submitted_at, completed_at FROM task_results';

/** Opens the store, or makes it. @param path of its file. @throws a fault of SQLite, such as a file that is none. */
export function openStore(path: string): Store {
  const database = new DatabaseSync(path, { timeout: 5_000 });
  try {
    // One process at a time: two would each run the tasks that had not ended. A task that was taken is known after a power
    // cut too.
    database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
    migrate(database);
    return storeOf(database, path);
  } catch (error) {
    database.close();
    throw error;
  }
}

function migrate(database: DatabaseSync): void {
  database.exec(`BEGIN IMMEDIATE; ${schema}`);
  const columns = database.prepare('PRAGMA table_info(task_results)').all();
  for (const [name, type] of Object.entries(laterColumns)) {
    if (!columns.some(column => column.name === name)) {
      database.exec(`ALTER TABLE task_results ADD COLUMN ${name} ${type}`);
    }
  }
  // Not for nothing: on a full volume a write would keep it from being opened.
  if (versionOf(database) < schemaVersion) database.exec(`PRAGMA user_version = ${schemaVersion}`);
  database.exec('COMMIT');
}

function storeOf(database: DatabaseSync, path: string): Store {
  const one = database.prepare(`${select} WHERE id = ?`);
  const saved = database.prepare(upsert);
  const removed = database.prepare('DELETE FROM task_results WHERE id = ?');
  const newest = database.prepare(`${select} ORDER BY submitted_at DESC, rowid DESC LIMIT ?`);
  const unended = database.prepare(`${select} WHERE status = 'running' ORDER BY submitted_at, rowid`);
  const file = statSync(path).ino;
  return {
    get: id => {
      const row = one.get(id);
      return row && resultOf(row);
    },
    save: ({ id, type, status, params, error = '', submittedAt, completedAt = null }) => {
      saved.run(id, type, status, JSON.stringify(params ?? null), error, submittedAt, completedAt);
    },
    remove: id => removed.run(id).changes > 0,
    recent: limit => newest.all(limit).map(resultOf),
    running: () => unended.all().map(resultOf),
    check: () => {
      if (statSync(path).ino !== file) throw new Error(`${path} is another file than was opened`);
      accessSync(path, constants.W_OK);
      versionOf(database);
    },
    close: () => database.close(),
  };
}

function versionOf(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.user_version ?? 0);
}

function resultOf(row: Record<string, SQLOutputValue>): TaskResult {
  const params = parseJSON(String(row.params ?? ''));
  return {
    id: String(row.id),
    type: String(row.type),
    status: row.status as TaskResult['status'],
    ...(typeof params === 'object' && params !== null && { params: params as TaskParams }),
    ...(row.error !== '' && { error: String(row.error) }),
    submittedAt: String(row.submitted_at),
    ...(typeof row.completed_at === 'string' && { completedAt: row.completed_at }),
  };
}
