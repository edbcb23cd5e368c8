import { setTimeout } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { createAdmission } from '../../core/admission/admit.ts';
import { createJudge } from '../../wasm/judge.ts';
import { mebibytes } from '../bounded-judge.ts';
import { bind } from '../listen.ts';
import type { FromWorker, Measured, ToWorker, WorkerStart } from './messages.ts';
import { review } from './review.ts';
import { createWebhookServer, serveCertificate } from './server.ts';
import { WorldCopy } from './world.ts';

const { flag, address, policy } = workerData as WorkerStart;
const tell = (message: FromWorker) => parentPort?.postMessage(message);
const world = new WorldCopy();
const admit = createAdmission(createJudge({ policy, mebibytes }));
let measured: Measured[] = [];
const server = createWebhookServer(body => {
  const begun = performance.now();
  return review(body, {
    ...{ world, admit },
    now: () => new Date().toISOString(),
    measure: measurement => count({ ...measurement, seconds: (performance.now() - begun) / 1000 }),
    failed: fault => tell({ type: 'fault', ...fault }),
  });
});

const handlers: { [T in ToWorker['type']]: (message: Extract<ToWorker, { type: T }>) => void } = {
  news: ({ news }) => world.hear(news),
  certificate: ({ served }) => serveCertificate(server, served),
  close: ({ linger }) => void close(linger),
};

parentPort?.on('message', (message: ToWorker) => handlers[message.type](message as never));
bind(server, flag, address).then(
  ({ address: host, port }) => tell({ type: 'listening', host, port }),
  ({ message }: Error) => tell({ type: 'refused', message }),
);

/** Many answers, one message. */
function count(measurement: Measured): void {
  measured.push(measurement);
  if (measured.length > 1) return;
  setImmediate(() => {
    tell({ type: 'measured', measured });
    measured = [];
  });
}

/** Until every endpoint has been told requests still come: each is answered, and its connection ends with it. */
async function close(linger: number): Promise<void> {
  server.prependListener('request', (_request, response) => response.setHeader('connection', 'close'));
  await setTimeout(linger);
  server.close(() => parentPort?.close());
  server.closeIdleConnections();
}
