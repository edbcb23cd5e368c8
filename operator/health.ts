import { type Answer, plain, type Routes } from './listen.ts';

/** What must hold. @returns one line about what does not, such as `collection seinodes is not synced yet`. */
export type Check = () => string | undefined;

/** /healthz for who would restart the process, /readyz for who would send to it: 503 with a line for each check that fails. */
export function healthRoutes(healthy: readonly Check[], ready: readonly Check[]): Routes {
  return { '/healthz': () => answer(healthy), '/readyz': () => answer(ready) };
}

function answer(checks: readonly Check[]): Answer {
  const failing = checks.map(check => check()).filter(line => line !== undefined);
  return failing.length === 0 ? plain(200, 'ok') : plain(503, failing.join('\n'));
}
