import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { parse } from 'yaml';
import { parseCoin, parseCoins } from '../../../core/coins.ts';
import { initPlan } from '../../../core/plan/build.ts';
import { planFaults } from '../../../core/plan/spec-faults.ts';
import type { SeiNode } from '../../../core/seinode.ts';
import { node, planID, refusals, tls } from './nodes.ts';

const genesisCeremony = {
  chainId: 'arctic-1',
  stakingAmount: '1000000usei',
  accountBalance: '10000000usei',
  index: 0,
};
const validator = { genesisCeremony };
const started = 'ensure-data-pvc, apply-statefulset, apply-service';
const made = 'generate-identity, generate-gentx, upload-genesis-artifacts';
const joined = 'configure-genesis, config-apply, set-genesis-peers, config-validate, mark-ready';

const types = (spec: Partial<SeiNode['spec']>, facts = {}) =>
  initPlan(node(spec), planID, facts)
    .tasks.map(({ type }) => type)
    .join(', ');

test('a ceremony makes what the assembler needs, waits for the genesis, and takes its peers', t => {
  const spec = { validator, sidecar: tls };
  const proxied = started.replace('apply-st', 'apply-rbac-proxy-config, apply-st');
  t.is(types(spec), `${proxied}, ${made}, ${joined}`);
  t.is(types({ validator }), `${started}, ${made}, ${joined}`);
  t.deepEqual(refusals(node(spec, { plan: initPlan(node(spec), planID) })), []);
});

test('peers and a snapshot of its own change nothing in it', t => {
  const snapshot = { s3: { targetHeight: 1 }, trustPeriod: '9999h0m0s' };
  const peers = [{ static: { addresses: ['x'] } }];
  t.is(types({ validator: { ...validator, snapshot }, peers }), `${started}, ${made}, ${joined}`);
});

test('a volume that carries the chain is given no identity', t => {
  t.is(types({ validator }, { bootstrapped: true }), `${started}, ${joined}`);
});

test('the tasks are sent what the published controller sends, the chain being that of spec.chainId', t => {
  const spec = { validator: { genesisCeremony: { ...genesisCeremony, genesisParams: '{}' } } };
  const { tasks } = initPlan(node(spec), planID);
  const sent = tasks.filter(({ type }) => /^(generate|upload|set)-|configure-genesis/.test(type));
  t.deepEqual(
    sent.map(({ type, params, maxRetries = 0 }) => ({ type, params, maxRetries })),
    [
      {
        type: 'generate-identity',
        params: { chainId: 'arctic-1', moniker: 'n0' },
        maxRetries: 0,
      },
      {
        type: 'generate-gentx',
        params: {
          chainId: 'arctic-1',
          stakingAmount: '1000000usei',
          accountBalance: '10000000usei',
          genesisParams: '{}',
        },
        maxRetries: 0,
      },
      { type: 'upload-genesis-artifacts', params: { nodeName: 'n0' }, maxRetries: 20 },
      { type: 'configure-genesis', params: undefined, maxRetries: 180 },
      { type: 'set-genesis-peers', params: undefined, maxRetries: 20 },
    ],
  );
});

const field = 'spec.validator.genesisCeremony';
const signing = { signingKey: { secret: { secretName: 'a' } }, nodeKey: { secret: { secretName: 'b' } } };
const wrong: readonly (readonly [what: string, spec: object, told: readonly string[]])[] = [
  ['a ceremony as it should be', {}, []],
  [
    'another chain than the node is of',
    { genesisCeremony: { ...genesisCeremony, chainId: 'else-1' } },
    [`${field}.chainId must be spec.chainId, arctic-1 (FieldInvalid, blocks init)`],
  ],
  [
    'an amount that is none',
    { genesisCeremony: { ...genesisCeremony, stakingAmount: '12' } },
    [
      `${field}.stakingAmount must be an amount and its denomination, such as 1000000usei (FieldInvalid, blocks init)`,
    ],
  ],
  [
    'a stake of nothing',
    { genesisCeremony: { ...genesisCeremony, stakingAmount: '0.9usei' } },
    [`${field}.stakingAmount must be above zero (FieldInvalid, blocks init)`],
  ],
  [
    'a balance with one denomination twice',
    { genesisCeremony: { ...genesisCeremony, accountBalance: '1usei,2usei' } },
    [`${field}.accountBalance names usei twice (FieldInvalid, blocks init)`],
  ],
  [
    'a stake above the balance',
    { genesisCeremony: { ...genesisCeremony, accountBalance: '9usei,99999999uatom' } },
    [
      `${field}.accountBalance must be the stakingAmount or more, of its denomination (FieldInvalid, blocks init)`,
    ],
  ],
  [
    'a signing key besides',
    signing,
    [
      'spec.validator.signingKey must not be set with genesisCeremony, which makes the key on the volume (FieldInvalid, blocks every plan)',
    ],
  ],
  [
    'parameters of the genesis',
    { genesisCeremony: { ...genesisCeremony, genesisParams: '{}' } },
    [
      `${field}.genesisParams is passed over: whoever assembles the genesis sets them (FieldNotServed, blocks nothing)`,
    ],
  ],
];
for (const [what, spec, told] of wrong) {
  test(`${what}: ${told.length === 0 ? 'no fault' : 'told'}`, t => {
    const faults = planFaults(node({ validator: { ...validator, ...spec } }));
    t.deepEqual(
      faults.map(({ field, message, reason, blocks }) => `${field} ${message} (${reason}, blocks ${blocks})`),
      [...told],
    );
  });
}

test('coins are read as seid reads them', t => {
  const read = (text: string) => {
    const coins = parseCoins(text);
    return coins.ok ? coins.value.map(({ amount, denom }) => amount + denom).join() : coins.error;
  };
  t.is(read(' 2usei , 1.9uatom,0ibc/AB-1'), '1uatom,2usei');
  t.is(read('007usei'), '7usei');
  t.regex(read(''), /must be an amount/);
  t.regex(read('-1usei'), /must be an amount/);
  t.regex(read(`${2n ** 255n}usei`), /more than a chain can count/);
  t.deepEqual(parseCoin('.5usei'), { ok: true, value: { denom: 'usei', amount: '0' } });
});

test('the example of the page is a node that the CRD takes, without a fault, and goes through a ceremony', t => {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/spec/genesis.md'), 'utf8');
  const example: SeiNode = parse(/```yaml\n(.*?)```/s.exec(page)?.[1] ?? '');
  t.deepEqual([...refusals(example), ...planFaults(example)], []);
  t.true(initPlan(example, planID).tasks.some(({ type }) => type === 'generate-gentx'));
});
