import test from 'ava';
import fc from 'fast-check';
import { defaultParameters } from '../../../core/network/network-policy.ts';
import { decodeParameters } from '../../../core/network/parameters.ts';
import { objections } from '../../plugin/schemas.ts';
import { damaged } from './damaged.ts';

const head = { apiVersion: 'seinode.sei.io/v1', kind: 'PolicyParameters' };
const inNamespace = (name: string) => ({ matchLabels: { 'kubernetes.io/metadata.name': name } });
const grafana = { namespaceSelector: inNamespace('grafana'), podSelector: {} };

const accepts = test.macro({
  exec(t, more: object, expected: object) {
    const { faults, parameters } = decodeParameters({ ...head, ...more });
    t.deepEqual(faults, []);
    t.deepEqual(parameters, { ...defaultParameters, ...expected });
    t.deepEqual(objections({ ...head, ...more }), []);
  },
  title: (title = '') => `${title} is accepted, by the schema too`,
});

test('a document that leaves out every part keeps the defaults: it', accepts, {}, {});
test('another controller', accepts, { controller: grafana }, { controller: grafana });
test(
  'monitoring without a podSelector',
  accepts,
  { monitoring: { namespaceSelector: inNamespace('prom') } },
  { monitoring: { namespaceSelector: inNamespace('prom') } },
);
test('an empty list', accepts, { allow: [] }, { allow: [] });
test(
  'who else may connect',
  accepts,
  { allow: [{ ports: [9100, 8443], from: grafana }] },
  { allow: [{ ports: [9100, 8443], from: grafana }] },
);

const refuses = test.macro({
  exec(t, more: object, fault: RegExp) {
    const { faults } = decodeParameters({ ...head, ...more });
    t.is(faults.length, 1, JSON.stringify(faults));
    t.regex(`${faults[0]?.field}: ${faults[0]?.message}`, fault);
    t.not(objections({ ...head, ...more }).length, 0);
  },
  title: (title = '') => `${title} is refused, by the schema too`,
});

const selecting = (selector: object) => ({ controller: { ...grafana, podSelector: selector } });

test(
  'another kind',
  refuses,
  { kind: 'ConfigMap' },
  /^kind: must be one of PolicyParameters, not "ConfigMap"/,
);
test('another version', refuses, { apiVersion: 'v1' }, /^apiVersion: must be one of seinode\.sei\.io\/v1/);
test('a misspelt part', refuses, { controler: grafana }, /^controler: is no field of PolicyParameters/);
test(
  'a controller of any pod that does not say so',
  refuses,
  { controller: { namespaceSelector: {} } },
  /^controller\.podSelector: is required and missing/,
);
test(
  'a controller in no namespace',
  refuses,
  { controller: { podSelector: {} } },
  /^controller\.namespaceSelector: is required and missing/,
);
test(
  'a monitoring that is text',
  refuses,
  { monitoring: 'prom' },
  /^monitoring: must be an object, not "prom"/,
);
test(
  'the name of a port',
  refuses,
  { allow: [{ ports: ['health'], from: grafana }] },
  /^allow\[0\]\.ports\[0\]: must be an integer, not "health"/,
);
test(
  'a port that there is not',
  refuses,
  { allow: [{ ports: [70000], from: grafana }] },
  /^allow\[0\]\.ports\[0\]: must be 1 to 65535, not 70000/,
);
test(
  'no ports',
  refuses,
  { allow: [{ ports: [], from: grafana }] },
  /^allow\[0\]\.ports: must have at least one/,
);
test('nobody who may', refuses, { allow: [{ ports: [1] }] }, /^allow\[0\]\.from: is required and missing/);
test(
  'a label that is a boolean',
  refuses,
  selecting({ matchLabels: { a: true } }),
  /matchLabels\.a: must be a string/,
);
test(
  'a label that is null',
  refuses,
  selecting({ matchLabels: { a: null } }),
  /matchLabels\.a: has no value: write ""/,
);
test('a bad key of a label', refuses, selecting({ matchLabels: { 'a b': 'c' } }), /"a b" is no label key/);
test(
  'an operator of another case',
  refuses,
  selecting({ matchExpressions: [{ key: 'a', operator: 'exists' }] }),
  /operator: must be one of In, NotIn, Exists, DoesNotExist, not "exists"/,
);
test(
  'In without values',
  refuses,
  selecting({ matchExpressions: [{ key: 'a', operator: 'In' }] }),
  /values: is required with the operator In/,
);
test(
  'Exists with values',
  refuses,
  selecting({ matchExpressions: [{ key: 'a', operator: 'Exists', values: ['b'] }] }),
  /values: must be left out with the operator Exists, not "b"/,
);

test('a part that is null is one that is left out', t => {
  const { faults, parameters } = decodeParameters({ ...head, controller: null });
  t.deepEqual(faults, []);
  t.deepEqual(parameters, defaultParameters);
});

test('no value makes the decoder throw', t => {
  const right = {
    ...head,
    controller: {
      ...grafana,
      podSelector: { matchExpressions: [{ key: 'a', operator: 'In', values: ['b'] }] },
    },
    monitoring: grafana,
    allow: [{ ports: [1], from: grafana }],
  };
  t.deepEqual(decodeParameters(right).faults, []);
  t.notThrows(() =>
    fc.assert(
      fc.property(fc.oneof(fc.anything(), damaged(right)), value => {
        decodeParameters(value);
      }),
      { seed: 8, numRuns: 5000 },
    ),
  );
});
