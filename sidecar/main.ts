import tls from 'node:tls';
import { jsonLog } from '../core/log.ts';
import { modernTLS } from '../core/tls.ts';
import { start } from './run.ts';

// fetch and AWS's clients take what Node says; nothing in the environment lets them speak to just anybody.
tls.DEFAULT_MIN_VERSION = modernTLS.minVersion;
tls.DEFAULT_CIPHERS = modernTLS.ciphers;
delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;

// A report of Node, should somebody ask for one, tells nothing of the environment: there are tokens in it.
process.report.excludeEnv = true;

/** Milliseconds that an end in order may take: the kubelet kills after 30 s. */
const grace = 25_000;

const now = () => new Date();
const log = jsonLog(line => process.stdout.write(line), now, 'sidecar');
// Who reads the log may have gone: that stops nobody.
process.stdout.on('error', () => {});
for (const fault of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(fault, error => {
    log.error(error, 'a fault of the sidecar itself: it starts again');
    process.exit(1);
  });
}

const [command = 'serve', ...others] = process.argv.slice(2);
if (command !== 'serve' || others.length > 0) {
  console.error('usage: seictl serve, with its settings in the environment (SEI_CHAIN_ID, SEI_HOME, …)');
  process.exit(2);
}
void start(process.env, log, now).then(
  ({ stop }) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.once(signal, () => {
        log.info('stopping: what is asked is answered', { signal });
        setTimeout(() => process.exit(0), grace).unref();
        void stop().then(() => process.exit(0));
      });
    }
  },
  error => {
    log.error(error, 'the sidecar does not start');
    process.exit(1);
  },
);
