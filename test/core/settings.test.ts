import test from 'ava';
import fc from 'fast-check';
import { parseSettings } from '../../core/settings.ts';
import { environment } from './resources/nodes.ts';

test("the environment of today's Deployment is read by its names, whatever else is in it", t => {
  const result = parseSettings({ ...environment, PATH: '/bin', SEI_GATEWAY_NAME: 'sei-gateway' });
  t.deepEqual(result, { ok: true, value: { ...environment, SEI_GATEWAY_NAME: 'sei-gateway' } });
});

const optional = ['SEI_KUBE_RBAC_PROXY_IMAGE', 'SEI_COSMOS_EXPORTER_IMAGE'];
for (const name of Object.keys(environment)) {
  const needed = !optional.includes(name);
  test(`${name} is ${needed ? 'required' : 'asked for only by what needs it'}`, t => {
    for (const value of [undefined, '', ' \n']) {
      const result = parseSettings({ ...environment, [name]: value });
      t.is(result.ok, !needed);
      t.is(result.ok ? '' : result.error, needed ? `${name} is not set` : '');
    }
  });
}

const wrong = [
  ['SEI_NODEPOOL_NAME', 'Sei_Node', /^SEI_NODEPOOL_NAME is "Sei_Node": only lower-case letters/],
  ['SEI_NODEPOOL_ARCHIVE', 'a'.repeat(64), /: it has 64 characters, 63 are the most$/],
  ['SEI_TOLERATION_KEY', 'a/b/c', /: it has more than one "\/"$/],
  ['SEI_SERVICE_ACCOUNT', 'a b', /: only lower-case/],
  ['SEI_STORAGE_CLASS_PERF', '-', /: only lower-case/],
  [
    'SEI_STORAGE_SIZE_DEFAULT',
    '2000GB',
    /is "2000GB": an amount above zero is right, as in 4, 32Gi or 500m$/,
  ],
  ['SEI_STORAGE_SIZE_ARCHIVE', '0', /an amount above zero/],
  ['SEI_RESOURCE_CPU_DEFAULT', '-4', /an amount above zero/],
  ['SEI_SNAPSHOT_BUCKET', ' snapshots', /is " snapshots": it must be one word/],
  ['SEI_SIDECAR_IMAGE', 'a\u0007b', /is "a\\u0007b": it must be one word/],
  ['SEI_KUBE_RBAC_PROXY_IMAGE', 'a b', /it must be one word/],
] as const;
for (const [name, value, message] of wrong) {
  test(`${name} cannot be ${JSON.stringify(value)}`, t => {
    const result = parseSettings({ ...environment, [name]: value });
    t.regex(result.ok ? '' : result.error, message);
  });
}

test('every fault is named at once', t => {
  const result = parseSettings({ SEI_NODEPOOL_NAME: '-', SEI_STORAGE_SIZE_DEFAULT: 'x' });
  t.is(result.ok, false);
  t.is(!result.ok && result.error.split('; ').length, 21);
});

test('settings are read whatever the environment holds', t => {
  const any = fc.record(
    Object.fromEntries(Object.keys(environment).map(name => [name, fc.string({ unit: 'binary' })])),
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(any, values => {
      t.notThrows(() => parseSettings(values));
    }),
    { seed: 5, numRuns: 300 },
  );
  t.pass();
});
