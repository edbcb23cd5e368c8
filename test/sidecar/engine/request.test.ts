import test from 'ava';
import fc from 'fast-check';
import { requestReader } from '../../../sidecar/engine/request.ts';
import { markReady } from '../../../sidecar/tasks/mark-ready.ts';
import type { TaskKind } from '../../../sidecar/tasks/task.ts';

const restore: TaskKind = {
  params: {
    type: 'object',
    additionalProperties: false,
    properties: { targetHeight: { type: 'integer', minimum: 0 } },
  },
  exclusive: true,
  run: async () => ({ ok: true, value: undefined }),
};
const read = requestReader({ 'snapshot-restore': restore, 'mark-ready': markReady });
const id = '6ba7b810-9dad-11d1-80b4-00c04fd430c8';

const taken = [
  [{ type: 'mark-ready' }, { type: 'mark-ready' }],
  [
    { id, type: 'mark-ready', params: {} },
    { id, type: 'mark-ready', params: {} },
  ],
  [{ id: '', type: 'mark-ready', params: null }, { type: 'mark-ready' }],
  [{ id: null, type: 'mark-ready' }, { type: 'mark-ready' }],
  [
    { id: id.toUpperCase(), type: 'mark-ready' },
    { id: id.toUpperCase(), type: 'mark-ready' },
  ],
  [
    { type: 'snapshot-restore', params: { targetHeight: 0 } },
    { type: 'snapshot-restore', params: { targetHeight: 0 } },
  ],
] as const;
for (const [body, request] of taken) {
  test(`${JSON.stringify(body)} is taken`, t => {
    t.deepEqual(read(body), { ok: true, value: request });
  });
}

const refused: readonly (readonly [body: unknown, says: string])[] = [
  [[], 'the body must be a JSON object of {id?, type, params?}'],
  ['mark-ready', 'the body must be a JSON object of {id?, type, params?}'],
  [{}, 'type is required, a text such as mark-ready'],
  [{ type: 1 }, 'type is required, a text such as mark-ready'],
  [{ type: 'mark-ready', parms: {} }, '"parms" is not known; a task has id, type and params'],
  [{ type: 'gov-vote' }, 'type "gov-vote" is not served; served are mark-ready, snapshot-restore'],
  [{ type: 'constructor' }, 'type "constructor" is not served; served are mark-ready, snapshot-restore'],
  [{ id: '7', type: 'mark-ready' }, 'id "7" must be a UUID'],
  [{ id: 7, type: 'mark-ready' }, 'id 7 must be a UUID'],
  [{ id: `{${id}}`, type: 'mark-ready' }, `id "{${id}}" must be a UUID`],
  [{ type: 'mark-ready', params: [] }, 'params a list must be an object'],
  [{ type: 'mark-ready', params: { a: 1 } }, 'params.a is not known'],
  [{ type: 'snapshot-restore', params: { height: 1 } }, 'params.height is not known'],
  [{ type: 'snapshot-restore', params: { targetHeight: -1 } }, 'params.targetHeight -1 must be >= 0'],
  [{ type: 'snapshot-restore', params: { targetHeight: '5' } }, 'params.targetHeight "5" must be integer'],
];
for (const [body, says] of refused) {
  test(`${JSON.stringify(body)} is refused: ${says}`, t => {
    t.deepEqual(read(body), { ok: false, error: says });
  });
}

test('a refusal is one line that ends, however much is wrong and however it is named', t => {
  const params = Object.fromEntries(Array.from({ length: 60_000 }, (_, at) => [`\u001b[31m\n${at}`, 1]));
  const refusal = read({ type: 'mark-ready', params });
  const text = refusal.ok ? '' : refusal.error;
  t.true(text.startsWith('params.\\u001b[31m\\n0 is not known; '));
  t.regex(text, /^\P{Cc}{1,9000}… \(\d+ more\)$/u);
});

test('whatever the body is, it is judged, never thrown at', t => {
  fc.assert(
    fc.property(
      fc.oneof(fc.jsonValue(), fc.record({ id: fc.anything(), type: fc.anything(), params: fc.jsonValue() })),
      body => {
        t.is(typeof read(body).ok, 'boolean');
      },
    ),
    { seed: 268, numRuns: 2_000 },
  );
});
