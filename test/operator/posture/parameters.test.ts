import test from 'ava';
import { defaultParameters } from '../../../core/network/network-policy.ts';
import { readParameters } from '../../../operator/posture/parameters.ts';

const head = 'apiVersion: seinode.sei.io/v1\nkind: PolicyParameters\n';
const configMap = (text: string) => ({ data: { 'parameters.yaml': text } });

test('without the ConfigMap the defaults hold', t => {
  t.deepEqual(readParameters(undefined), { ok: true, value: defaultParameters });
});

test('a part of the document replaces its default', t => {
  const selector = { matchLabels: { team: 'sre' } };
  const read = readParameters(
    configMap(`${head}monitoring: {namespaceSelector: {matchLabels: {team: sre}}}`),
  );
  t.deepEqual(read, {
    ok: true,
    value: { ...defaultParameters, monitoring: { namespaceSelector: selector } },
  });
});

const broken: [title: string, configMap: object, message: RegExp][] = [
  ['without its key', { data: { other: '' } }, /^the ConfigMap seinode-policy has no key parameters\.yaml$/],
  ['without anything', {}, /has no key/],
  ['that is no YAML', configMap('{'), /parameters\.yaml is no YAML: "/],
  ['that is empty', configMap(''), /parameters\.yaml/],
  ['of another kind', configMap('apiVersion: v1\nkind: Pod'), /parameters\.yaml: apiVersion /],
  ['with a field that is none', configMap(`${head}monitor: {}`), /parameters\.yaml: monitor is no field/],
];
for (const [title, object, message] of broken) {
  test(`a ConfigMap ${title} is said, and nothing is judged by the defaults`, t => {
    const read = readParameters(object as never);
    t.false(read.ok);
    if (read.ok) return;
    t.is(`${read.facts.status} ${read.facts.reason}`, 'Unknown ParametersInvalid');
    t.regex(read.facts.message, message);
  });
}
