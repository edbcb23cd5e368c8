import { join } from 'node:path';
import { supervise } from './supervise.ts';

// A process that has a program of a supervisor's, and ends in one of the ways a test process ends.
const endings: Record<string, () => void> = {
  exit: () => process.exit(),
  throw: () => {
    throw new Error('on purpose');
  },
};
const supervisor = await supervise();
const forever = ['-e', 'setInterval(() => {}, 1e9)'];
const { pid } = await supervisor.run(process.execPath, forever, join(supervisor.directory, 'log'));
console.log(JSON.stringify({ supervisor: supervisor.pid, program: pid, directory: supervisor.directory }));
process.stdin.once('data', how => endings[String(how)]?.());
