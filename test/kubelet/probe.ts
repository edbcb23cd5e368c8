import { createConnection } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { request } from 'undici';
import type { Probe } from '../../core/resources/types.ts';

/**
 * Probes until the signal: true after each success, false once as many have failed in a row as the probe allows, and
 * after each failure from then on.
 *
 * @param scale of delays and periods: 0.1 is ten times as often. The time for an answer stays what it is.
 */
export async function* verdicts(probe: Probe, scale: number, signal: AbortSignal): AsyncGenerator<boolean> {
  const wait = (seconds = 0) => sleep(seconds * 1000 * scale, undefined, { signal }).catch(() => {});
  await wait(probe.initialDelaySeconds);
  for (let failures = 0; !signal.aborted; await wait(probe.periodSeconds)) {
    const passes = await passed(probe);
    failures = passes ? 0 : failures + 1;
    if (signal.aborted) return;
    if (passes || failures >= probe.failureThreshold) yield passes;
  }
}

/** As the kubelet asks: any status from 200 to 399 passes, and a connection does for TCP. */
async function passed({ httpGet, tcpSocket, timeoutSeconds = 1 }: Probe): Promise<boolean> {
  const timeout = timeoutSeconds * 1000;
  if (tcpSocket) return connects(tcpSocket.port, timeout);
  if (!httpGet) return true;
  const url = `http://127.0.0.1:${httpGet.port}${httpGet.path}`;
  const answer = request(url, { signal: AbortSignal.timeout(timeout), reset: true });
  return answer.then(
    async ({ statusCode, body }) => {
      await body.dump();
      return statusCode >= 200 && statusCode < 400;
    },
    () => false,
  );
}

function connects(port: number, timeout: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const connection = createConnection({ host: '127.0.0.1', port, timeout })
    .on('connect', () => resolve(true))
    .on('timeout', () => resolve(false))
    .on('error', () => resolve(false));
  return promise.finally(() => connection.destroy());
}
