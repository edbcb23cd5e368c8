import test from 'ava';
import { jsonLog, type Log } from '../../core/log.ts';

const now = () => new Date(Date.UTC(2026, 0, 2, 3, 4, 5, 678));

/** The lines of what a log is told. */
function lines(tell: (log: Log) => void): string[] {
  const written: string[] = [];
  tell(jsonLog(line => void written.push(line), now));
  return written;
}

test('an entry is a line with the keys of controller-runtime, in their order', t => {
  t.deepEqual(
    lines(log => {
      log.info('starting');
      log
        .named('seinode', { controller: 'seinode' })
        .info('made', { namespace: 'a', name: 'b', reconcileID: 'c' });
      log.named('seinode').error(new Error('no way'), 'Reconciler error', { namespace: 'a' });
    }),
    [
      '{"level":"info","ts":"2026-01-02T03:04:05Z","msg":"starting"}\n',
      '{"level":"info","ts":"2026-01-02T03:04:05Z","logger":"seinode","msg":"made","controller":"seinode","namespace":"a","name":"b","reconcileID":"c"}\n',
      '{"level":"error","ts":"2026-01-02T03:04:05Z","logger":"seinode","msg":"Reconciler error","namespace":"a","error":"no way"}\n',
    ],
  );
});

test('what cannot be written as JSON costs its own field alone', t => {
  const circle: Record<string, unknown> = {};
  circle.itself = circle;
  const thrower = {
    get field() {
      throw new Error('never');
    },
  };
  const fields = {
    circle,
    thrower,
    big: 2n ** 70n,
    nothing: undefined,
    call: () => 1,
    level: 'mine',
    'a"b': '\n',
  };
  const [line = ''] = lines(log => log.info('all', fields));
  t.is(line.indexOf('\n'), line.length - 1);
  t.deepEqual(JSON.parse(line), {
    level: 'info',
    ts: '2026-01-02T03:04:05Z',
    msg: 'all',
    circle: '(cannot be written as JSON)',
    thrower: '(cannot be written as JSON)',
    big: '1180591620717411303424',
    nothing: null,
    call: null,
    'a"b': '\n',
  });
});

const pem = '-----BEGIN EC PRIVATE KEY-----\nc2VjcmV0\n-----END EC PRIVATE KEY-----\n';
const base64 = Buffer.from(pem).toString('base64');
const token = `${Buffer.from('{"alg":"RS256"}').toString('base64url')}.${Buffer.from('{"sub":"x"}').toString('base64url')}.c2VjcmV0`;
const secret = {
  kind: 'Secret',
  metadata: { name: 's' },
  data: { 'tls.key': base64, password: 'c2VjcmV0' },
  stringData: { password: 'c2VjcmV0' },
};

for (const [title, tell] of [
  ['a Secret on an error', log => log.error(Object.assign(new Error('broken'), { secret }), 'm')],
  ['a Secret as the cause of an error', log => log.error(new Error('broken', { cause: secret }), 'm')],
  ['a Secret that was thrown', log => log.error(secret, 'm')],
  ['a key in the message of an error', log => log.error(new Error(`cannot read ${pem}`), 'm')],
  ['half a key', log => log.error(new Error(pem.slice(0, -30)), 'm')],
  ['a key in base64', log => log.info('m', { 'tls.key': base64 })],
  ['a token', log => log.info(`sent ${token}`)],
  ['a header', log => log.info('m', { headers: { authorization: 'Bearer c2VjcmV0' } })],
  ['a Secret in a list', log => log.info('m', { items: [{ ...secret, kind: undefined }] })],
  ['a Secret in an error in a field', log => log.info('m', { cause: new Error(base64) })],
] as [string, (log: Log) => void][]) {
  test(`${title} is not told`, t => {
    const [line = ''] = lines(tell);
    JSON.parse(line);
    for (const hidden of [pem, base64, token]) t.false(line.includes(hidden), line);
    t.false(line.includes('c2VjcmV0'), line);
  });
}

test('a Secret keeps its name', t => {
  t.like(JSON.parse(lines(log => log.info('m', { secret }))[0] ?? ''), {
    secret: { metadata: { name: 's' }, data: '[redacted]', stringData: '[redacted]' },
  });
});
