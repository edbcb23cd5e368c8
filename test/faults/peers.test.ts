import test, { type ExecutionContext } from 'ava';
import type { TaskOutcome } from '../../core/plan/advance.ts';
import { clientOf, fixturePair, secret, secured, task, token } from '../operator/sidecar/fake-sidecar.ts';
import { survives } from './matrix.ts';
import { answer, drips, floods, hostile, type Manners, raw, rudeTLS, says } from './peers/rude.ts';

const pair = fixturePair('ecSEC1');
/** What only patience ends. */
const hangs = /NO_ANSWER|STALLED/;
const chunked = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';
const result = (fields: object) =>
  answer('200 OK', JSON.stringify({ id: task.id, type: task.type, status: 'running', ...fields }));
const deep = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`;

/** What a sidecar does with `GET /v0/tasks/{id}`, and what may come of it. */
const rudeness: readonly [fault: string, Manners, RegExp][] = [
  // It hangs.
  ['says nothing after the handshake', () => {}, /^waiting .* does not answer within .* \(NO_ANSWER\)$/],
  [
    'sends headers and no body',
    says('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n'),
    /does not end its answer within .* \(STALLED\)$/,
  ],
  ['sends its head a letter at a time', drips('HTTP/1.1 200 OK\r\nX: ', 'x'), /\(NO_ANSWER\)$/],
  ['sends its body a letter at a time', drips(chunked, '1\r\n \r\n'), /\(STALLED\)$/],
  ['sends empty lines for ever', drips('', '\r\n'), /\(NO_ANSWER\)$/],
  ['says 100 Continue and nothing more', says('HTTP/1.1 100 Continue\r\n\r\n'), /\(NO_ANSWER\)$/],
  // It floods.
  ['floods with 1xx', floods('', 'HTTP/1.1 102 Processing\r\n\r\n'.repeat(100)), /\(TOO_LONG\)$/],
  [
    'floods with headers',
    floods('HTTP/1.1 200 OK\r\n', `X: ${'x'.repeat(1000)}\r\n`),
    /\(HPE_HEADER_OVERFLOW\)$/,
  ],
  [
    'floods with trailers',
    floods(`${chunked}0\r\n`, `X: ${'x'.repeat(1000)}\r\n`),
    /\(HPE_HEADER_OVERFLOW\)$/,
  ],
  ['floods with chunks', floods(chunked, `10000\r\n${'x'.repeat(65_536)}\r\n`), /\(TOO_LONG\)$/],
  ['floods with chunks of one byte', floods(chunked, '1\r\nx\r\n'.repeat(10_000)), /\((TOO_LONG|STALLED)\)$/],
  [
    'announces 100 MB and sends them',
    floods('HTTP/1.1 200 OK\r\nContent-Length: 104857600\r\n\r\n', 'x'.repeat(65_536)),
    /\(TOO_LONG\)$/,
  ],
  [
    'sends a bomb of gzip that nobody asked for',
    answer('200 OK', '\u001f\u008b\b'.repeat(100), 'Content-Encoding: gzip\r\n'),
    /^waiting the sidecar answers 200 without JSON$/,
  ],
  // It lies.
  [
    'answers HTML',
    answer('200 OK', '<html>Sign in</html>'),
    /^waiting the sidecar answers 200 without JSON$/,
  ],
  [
    'tells of another task',
    result({ id: 'other', status: 'completed' }),
    /^waiting .*something else than the task$/,
  ],
  ['answers with a list', answer('200 OK', '[]'), /something else than the task$/],
  ['sends numbers for texts', result({ id: 1e308, status: 7 }), /something else than the task$/],
  [
    'tells of a status that there is none',
    result({ status: hostile }),
    /^waiting .* of a status ".*" that is not known here$/,
  ],
  [
    'sends a status as __proto__',
    answer('200 OK', `{"id":"${task.id}","type":"t","__proto__":{"status":"completed"}}`),
    /something else than the task$/,
  ],
  [
    'says a key twice, the second another id',
    answer('200 OK', `{"id":"${task.id}","type":"t","status":"completed","id":"x"}`),
    /something else than the task$/,
  ],
  ['nests 100,000 deep', answer('200 OK', deep), /something else than the task$/],
  [
    'completes a task with parameters 100,000 deep',
    answer('200 OK', `{"id":"${task.id}","type":"t","status":"completed","params":${deep}}`),
    /^complete $/,
  ],
  ['fails with words for a terminal', result({ status: 'failed', error: hostile }), /^failed /],
  [
    'answers 500 with words for a terminal',
    answer('500 No', JSON.stringify({ error: hostile })),
    /^waiting the sidecar answers 500 \(.*\)$/,
  ],
  ['repeats the token', answer('500 No', `{"error":"${token}"}`), /answers 500 \(\[token\]\)$/],
  // It sends elsewhere, or wants another protocol.
  ...[301, 302, 303, 307, 308].map((status): [string, Manners, RegExp] => [
    `redirects with ${status}`,
    answer(`${status} Go`, '', 'Location: http://169.254.169.254/latest/meta-data/\r\n'),
    new RegExp(`^waiting the sidecar answers ${status}, and redirects are not followed$`),
  ]),
  [
    'changes to another protocol',
    says('HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n'),
    /^waiting the sidecar answers 101$/,
  ],
  [
    'answers in HTTP/2',
    says('\u0000\u0000\u0000\u0004\u0000\u0000\u0000\u0000\u0000'),
    /does not speak HTTP \(HPE_\w+\)$/,
  ],
  [
    'is busy for a hundred years',
    answer('429 No', '', 'Retry-After: 3153600000\r\n'),
    /^waiting the sidecar answers 429$/,
  ],
  [
    'refuses the token for ever',
    answer('401 No', 'Unauthorized'),
    /does not accept the operator's token and answers 401/,
  ],
];

for (const [fault, manners, expected] of rudeness) {
  // Floods are a load of their own, under which others would be late.
  const isFlood = /flood|100 MB|deep/.test(fault);
  const declare = isFlood ? test.serial : test;
  declare(`a sidecar that ${fault} ends in one sentence, and in time`, t =>
    survives({ who: 'operator', fault: `a sidecar ${fault}` }, async () => {
      const { port, sent } = await rudeTLS(t, pair, manners);
      const client = clientOf(t, port, { patience: hangs.test(expected.source) ? 5_000 : 60_000 });
      client.follow(secured, secret(pair));
      t.regex(
        told(t, await client.poll(secured, { ...task, submittedAt: '2026-01-01T00:00:00Z' })),
        expected,
      );
      t.regex(sent(), new RegExp(`^GET /v0/tasks/${task.id} HTTP/1\\.1\r\n`));
    }),
  );
}

/** What is said of an outcome: short, on one line but for what the sidecar says, and nothing of the token. */
function told(t: ExecutionContext, outcome: TaskOutcome): string {
  const said = `${outcome.kind} ${'message' in outcome ? outcome.message : ''}`;
  t.false(said.includes(token));
  if (outcome.kind === 'waiting') {
    t.notRegex(said, raw);
    t.true(said.length < 600, said);
  }
  return said;
}

test.serial('a list of a million tasks, or of one id a million times, is refused unread', t =>
  survives({ who: 'operator', fault: 'a sidecar lists a million tasks' }, async () => {
    const one = '{"id":"b1d5","type":"t","status":"running"},';
    const head = `HTTP/1.1 200 OK\r\nContent-Length: ${one.length * 1_000_000 + 2}\r\n\r\n[`;
    const { port } = await rudeTLS(t, pair, floods(head, one.repeat(1_000)));
    const client = clientOf(t, port, { patience: 60_000 });
    client.follow(secured, secret(pair));
    const listed = await client.list(secured);
    t.regex(listed.ok ? '' : listed.error, /sends a longer answer than any task has \(TOO_LONG\)$/);
  }),
);
