import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { conditionReasons, sidecarTLSSecretReady, tlsReasons } from '../../core/conditions.ts';
import { parseFlags } from '../../operator/flags.ts';
import { environment } from '../core/resources/nodes.ts';
import { manifest } from './manifests.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/operator.md'), 'utf8');

test('docs/operator.md says of each condition and reason what to do, in the order of the source', t => {
  let type = '';
  const documented = rows('Conditions').map(([named = '', reason = '']) => {
    type = named || type;
    return `${type} ${reason}`;
  });
  const reasons = Object.entries(conditionReasons).flatMap(([type, known]) =>
    Object.values(known).map(reason => `${type} ${reason}`),
  );
  t.deepEqual(documented, [...tlsReasons.map(reason => `${sidecarTLSSecretReady} ${reason}`), ...reasons]);
});

test('it has every setting', t => {
  const documented = rows('Settings').flatMap(([names = '']) => names.split(', '));
  const gateway = ['SEI_GATEWAY_NAME', 'SEI_GATEWAY_NAMESPACE', 'SEI_GATEWAY_DOMAIN'];
  t.deepEqual(documented.toSorted(), [...Object.keys(environment), ...gateway].toSorted());
});

test('it has every flag, with its default', t => {
  const flags = parseFlags([]) as Record<string, unknown>;
  t.deepEqual(
    rows('Flags').map(([, value]) => value),
    Object.values(flags).map(String),
  );
});

test('it has every alert', t => {
  const groups: { rules: { alert: string }[] }[] = manifest('PrometheusRule').spec.groups;
  const alerts = groups.flatMap(({ rules }) => rules.map(({ alert }) => alert));
  const documented = rows('Metrics and alerts').map(([name = '']) => name);
  t.deepEqual(
    documented.filter(name => name.startsWith('SeiNode')),
    alerts,
  );
});

/** The cells of the rows below a heading, without those of the tables' heads. */
function rows(heading: string): string[][] {
  const [, section = ''] = page.split(new RegExp(`^#+ ${heading}$`, 'm'));
  const [body = ''] = section.split(/^#/m);
  const lines = body.split('\n').filter(line => line.startsWith('|'));
  return lines
    .filter((_, index) => !/^\|-/.test(lines[index + 1] ?? '') && !/^\|-/.test(lines[index] ?? ''))
    .map(line => line.slice(1, -1).split('|'))
    .map(cells => cells.map(cell => cell.trim()));
}
