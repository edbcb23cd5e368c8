import { inspect } from 'node:util';
import test from 'ava';
import { type SeiNode, tlsSecretName } from '../../core/seinode.ts';
import { createJudge } from '../../wasm/judge.ts';

const metadata = { name: 'n', namespace: 'default' };
const judge = createJudge();

for (const sidecar of [undefined, {}, { port: 7778 }, { tls: undefined }]) {
  test(`the rules have no verdict where TLS is off, so that they are not asked: sidecar is ${inspect(sidecar)}`, t => {
    const spec = { chainId: 'c', image: 'i', fullNode: {}, sidecar };
    const node = { apiVersion: 'sei.io/v1alpha1', kind: 'SeiNode', metadata, spec } as unknown as SeiNode;
    t.is(tlsSecretName(node), undefined);
    t.deepEqual(judge.verdict({ now: '2026-01-01T00:00:00Z', node }), { ok: true, value: undefined });
  });
}
