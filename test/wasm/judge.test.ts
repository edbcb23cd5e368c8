import test from 'ava';
import { guardedTargets } from '../../core/findings/network-findings.ts';
import { judgeTargets } from '../../core/network/judgement.ts';
import { defaultParameters, type NetworkPolicy } from '../../core/network/network-policy.ts';
import type { NodeInput } from '../../core/policy.ts';
import { createJudge, type Judge } from '../../wasm/judge.ts';
import { block, fixture, good, inputWith, privateKey } from './fixtures.ts';

const reason = (input: NodeInput, judge = createJudge()) => {
  const verdict = judge.verdict(input);
  return verdict.ok ? verdict.value?.reason : verdict.error;
};

test('a good Secret is Ready and has no violations', t => {
  const judge = createJudge();
  t.is(reason(good, judge), 'Ready');
  t.deepEqual(judge.violations(good), { ok: true, value: [] });
});

test('a node without TLS has no verdict', t => {
  const node = { ...good.node, spec: { chainId: 'c', image: 'i' } };
  t.deepEqual(createJudge().verdict({ ...good, node }), { ok: true, value: undefined });
});

test('violations come sorted by rule, field and message', t => {
  const input = inputWith(block('CERTIFICATE', fixture('wildcard')), {
    before: { ...good.node, spec: {} },
    unknownFields: ['spec.z', 'spec.a', 'spec.retain', 'metadata.b'],
  });
  const violations = createJudge().violations(input);
  t.deepEqual(violations.ok && violations.value.map(({ rule, field }) => `${rule} ${field}`), [
    'tls-immutable spec.sidecar.tls',
    'tls-sans spec.sidecar.tls.secretName',
    'unknown-field metadata.b',
    'unknown-field spec.a',
    'unknown-field spec.retain',
    'unknown-field spec.z',
  ]);
});

test('a judge shares a compiled module, and refuses bytes that are none', t => {
  t.throws(() => createJudge({ policy: Uint8Array.of(1, 2, 3) }), { instanceOf: WebAssembly.CompileError });
});

const circular: { self?: object } = {};
circular.self = circular;

const faults: readonly [string, unknown, RegExp?][] = [
  ['nested too deep', nested(100_000)],
  [
    'longer than the memory of wasm',
    'a'.repeat(70 << 20),
    /^the question is too large: the 128 MiB .* are full$/,
  ],
  ['circular', circular],
  ['a number JSON does not have', 1n],
];
for (const [what, before, said = /^the policy runtime failed: \S/] of faults) {
  test(`an input that is ${what} is a failure, and the next one is answered`, t => {
    const judge = createJudge({ mebibytes: 128 });
    for (const ask of [judge.verdict, judge.violations]) {
      const result = ask({ ...good, before: before as never });
      t.false(result.ok);
      t.regex(result.ok ? '' : result.error, said);
      t.is(reason(good, judge), 'Ready');
    }
  });
}

test('a thousand different peers are judged by one command, and are too many where memory is short', t => {
  const from = Array.from({ length: 1000 }, (_, index) => ({
    namespaceSelector: { matchLabels: { team: `t${index}` } },
    podSelector: { matchLabels: { app: `a${index}` } },
  }));
  const policy: NetworkPolicy = {
    ...{ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy' },
    metadata: { namespace: good.node.metadata.namespace, name: 'wide' },
    spec: { podSelector: {}, ingress: [{ from }] },
  };
  const network = { policies: [policy], pods: [], namespaces: new Map(), caveats: [] };
  const judged = (judge: Judge) =>
    judgeTargets(network, guardedTargets([good.node], []), defaultParameters, judge.networkViolations);
  const all = judged(createJudge());
  t.regex(JSON.stringify(all), /999 other places do so as well/);
  const few = judged(createJudge({ mebibytes: 64 }));
  t.regex(few.ok ? '' : few.error, /^the question is too large: the 64 MiB .* are full$/);
});

test('no failure holds the private key', t => {
  const judge = createJudge({ mebibytes: 128 });
  for (const [, before] of faults) {
    const result = judge.verdict({ ...good, before: before as never });
    t.notRegex(JSON.stringify(result), secretText);
  }
});

/** Any run of the key's private half (the certificate holds the other), as in its PEM and as in the Secret. */
const secretText = new RegExp(
  [
    ...[48, 56, 64, 72].map(at => fixture('ec').slice(at, at + 16)),
    ...[0, 1, 2].map(at => Buffer.from(privateKey).toString('base64', 78 + at, 102 + at)),
  ]
    .map(text => text.replaceAll('+', '\\+'))
    .join('|'),
);

test.serial('no cache keeps the private key, neither as a key nor as a value', t => {
  const { set } = Map.prototype;
  const kept: unknown[] = [];
  Map.prototype.set = function (key, value) {
    kept.push(key, value);
    return set.call(this, key, value);
  };
  try {
    t.is(reason(good), 'Ready');
  } finally {
    Map.prototype.set = set;
  }
  t.true(kept.length > 4);
  t.notRegex(JSON.stringify(kept), secretText);
});

test.serial('a bundle of 2,000 certificates is judged, and memory does not grow with questions', t => {
  const { Memory } = WebAssembly;
  const memories: WebAssembly.Memory[] = [];
  WebAssembly.Memory = class extends Memory {
    constructor(descriptor: WebAssembly.MemoryDescriptor) {
      super(descriptor);
      memories.push(this);
    }
  };
  try {
    const judge = createJudge();
    const bundle = block('CERTIFICATE', fixture('good')).repeat(2000);
    const size = () => memories[0]!.buffer.byteLength;
    t.is(reason(inputWith(bundle), judge), 'Ready');
    const once = size();
    for (let i = 0; i < 10; i++) {
      t.is(reason(inputWith(bundle), judge), 'Ready');
      t.is(reason(good, judge), 'Ready');
    }
    t.is(size(), once);
    t.true(once < 64 << 20, `${once} bytes`);
    t.is(reason(inputWith(bundle + block('CERTIFICATE', fixture('bad_ip'))), judge), 'Malformed');
  } finally {
    WebAssembly.Memory = Memory;
  }
});

const texts: readonly [string, string, string][] = [
  ['a NUL character', 'n\0', 'n\0'],
  ['a lone surrogate', 'n\ud800', 'n\ufffd'],
  ['the other half alone', 'n\udc00\ud800', 'n\ufffd\ufffd'],
  ['text like an escape', 'n\\ud800', 'n\\ud800'],
  ['a surrogate pair', 'n\u{1f600}', 'n\u{1f600}'],
  ['quotes and backslashes', 'n"\\', 'n"\\'],
  ['directives of sprintf', '%s%d%v', '%s%d%v'],
];
for (const [what, given, shown] of texts) {
  test(`${what} in names comes out as in OPA`, t => {
    const node = { ...good.node, metadata: { name: given, namespace: 'arctic' } };
    const verdict = createJudge().verdict({ ...good, node });
    const missing = [`${shown}.arctic.svc.cluster.local`, `${shown}-0.${shown}.arctic.svc.cluster.local`];
    t.deepEqual(verdict.ok && verdict.value?.missing, missing);
    const violations = createJudge().violations({ ...good, unknownFields: [given] });
    t.deepEqual(violations.ok && violations.value.map(({ details }) => details), [{ field: shown }]);
  });
}

test('a Secret is judged by its two entries, whatever else it holds', t => {
  const data = { ...good.secret?.data, 'ca.crt': nested(100_000) as never };
  t.is(reason({ ...good, secret: { ...good.secret!, data } }), 'Ready');
});

const wrong: readonly [string, string][] = [
  ['the reference that stands for it', 'L@0'],
  ['the reference of the entry beside it', 'L@1'],
  ['a half of a surrogate pair', '\ud800'],
];
for (const [what, entry] of wrong) {
  test(`an entry that reads like ${what} is Malformed`, t => {
    const judge = createJudge();
    for (const name of ['tls.crt', 'tls.key']) {
      t.is(
        reason(
          { ...good, secret: { ...good.secret!, data: { ...good.secret?.data, [name]: entry } } },
          judge,
        ),
        'Malformed',
      );
    }
    t.is(reason(good, judge), 'Ready');
  });
}

test("wasm is not given a Secret's entries, however long they are", t => {
  const after = `${block('CERTIFICATE', fixture('good'))}\n${' '.repeat(30 << 20)}`;
  t.is(reason(inputWith(after)), 'Ready');
});

test('an edit is judged by both Secrets', t => {
  const judge = createJudge();
  const [short, other] = ['wildcard', 'cn_only'].map(name =>
    inputWith(block('CERTIFICATE', fixture(name))),
  ) as [NodeInput, NodeInput];
  const worse = (after: NodeInput, before: NodeInput) => {
    const violations = judge.worse(after, before);
    return violations.ok ? violations.value.map(({ rule }) => rule) : violations.error;
  };
  t.deepEqual(worse(short, good), ['tls-sans']);
  t.deepEqual(worse(other, good), ['tls-sans']);
  t.deepEqual(worse(good, short), []);
  t.deepEqual(worse(other, short), []);
});

function nested(depth: number): object {
  let value: object = [];
  for (let i = 0; i < depth; i++) {
    value = [value];
  }
  return value;
}
