import test from 'ava';
import { type Came, pollOutcome, submitOutcome } from '../../../core/sidecar/outcome.ts';

const id = 'b1d5';
const asked = { node: 'arctic/n0', tls: true } as const;
const result = (fields: object) => JSON.stringify({ id, type: 'config-apply', ...fields });

const polls: readonly [number, string, Came][] = [
  [200, result({ status: 'running' }), { kind: 'submitted' }],
  [200, result({ status: 'completed' }), { kind: 'complete' }],
  [200, result({ status: 'failed', error: 'no peers' }), { kind: 'failed', message: 'no peers' }],
  [200, result({ status: 'failed' }), { kind: 'failed', message: 'the sidecar gives no error' }],
  [
    200,
    result({ status: 'paused' }),
    { kind: 'waiting', message: 'the sidecar tells of a status "paused" that is not known here' },
  ],
  [404, '{"error":"task not found"}', { kind: 'lost' }],
  [404, 'page not found', { kind: 'waiting', message: 'the sidecar answers 404 (page not found)' }],
  [
    200,
    result({ id: 'other', status: 'completed' }),
    { kind: 'waiting', message: 'the sidecar answers with something else than the task' },
  ],
  [200, '[]', { kind: 'waiting', message: 'the sidecar answers with something else than the task' }],
  [200, '<html>', { kind: 'waiting', message: 'the sidecar answers 200 without JSON' }],
  [200, '', { kind: 'waiting', message: 'the sidecar answers 200 without JSON' }],
];
for (const [status, text, outcome] of polls) {
  test(`asked for: ${status} ${text} is ${JSON.stringify(outcome)}`, t => {
    t.deepEqual(pollOutcome({ status, text }, id, { ...asked, verb: 'get' }), outcome);
  });
}

test('what a task was done with is told, unless it is more than a status has room for', t => {
  const told = (params: unknown) =>
    pollOutcome({ status: 200, text: result({ status: 'completed', params }) }, id, {
      ...asked,
      verb: 'get',
    });
  t.deepEqual(told({ sources: [] }), { kind: 'complete', params: { sources: [] } });
  t.deepEqual(told(7), { kind: 'complete' });
  t.deepEqual(told({ sources: 'x'.repeat(300_000) }), { kind: 'complete' });
});

const submissions: readonly [number, string, Came][] = [
  [201, JSON.stringify({ id }), { kind: 'submitted' }],
  [200, JSON.stringify({ id }), { kind: 'submitted' }],
  [
    201,
    '{"id":"other"}',
    { kind: 'waiting', message: 'the sidecar answers with another id than the task has' },
  ],
  [
    400,
    '{"error":"unknown type"}',
    { kind: 'failed', message: 'the sidecar refuses the task: unknown type' },
  ],
  [400, 'Bad Request', { kind: 'waiting', message: 'the sidecar answers 400 (Bad Request)' }],
];
for (const [status, text, outcome] of submissions) {
  test(`sent: ${status} ${text} is ${JSON.stringify(outcome)}`, t => {
    t.deepEqual(submitOutcome({ status, text }, id, { ...asked, verb: 'create' }), outcome);
  });
}

/** Answers that make a task wait, however it was asked for. */
const refusals: readonly [number, string, boolean, string][] = [
  [
    401,
    'Unauthorized\n',
    true,
    "kube-rbac-proxy does not accept the operator's token and answers 401: the pod's ServiceAccount must be allowed to create tokenreviews (Unauthorized)",
  ],
  [
    401,
    '{"error":"no user"}',
    true,
    'the sidecar is told no user by kube-rbac-proxy and answers 401: it needs --auth-header-fields-enabled=true (no user)',
  ],
  [
    401,
    '{"error":"no user"}',
    false,
    'the sidecar wants a caller that a proxy vouches for, though TLS is off, and answers 401 (no user)',
  ],
  [
    403,
    'Forbidden (user=u)\n',
    true,
    "kube-rbac-proxy does not let the operator create tasks and answers 403: the operator needs create on seinodetasks.sei.io arctic/n0, the pod's ServiceAccount create on subjectaccessreviews (Forbidden (user=u))",
  ],
  [403, '', false, 'the sidecar answers 403'],
  [500, '{"error":"disk\\u001b[2J full"}', true, 'the sidecar answers 500 (disk\\u001b[2J full)'],
  [502, '', true, 'kube-rbac-proxy has no way to the sidecar and answers 502'],
  [502, '', false, 'the sidecar answers 502'],
  [503, 'x'.repeat(300), true, `the sidecar answers 503 (${'x'.repeat(200)}…)`],
  [429, '', true, 'the sidecar answers 429'],
  [302, '', true, 'the sidecar answers 302, and redirects are not followed'],
];
for (const [status, text, tls, message] of refusals) {
  test(`${status} ${text.slice(0, 30).trim()} ${tls ? 'under' : 'without'} TLS: ${message.slice(0, 60)}`, t => {
    const waiting = { kind: 'waiting', message } as const;
    t.deepEqual(submitOutcome({ status, text }, id, { ...asked, tls, verb: 'create' }), waiting);
    t.is(pollOutcome({ status, text }, id, { ...asked, tls, verb: 'get' }).kind, 'waiting');
  });
}
