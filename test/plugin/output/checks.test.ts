import { stripVTControlCharacters } from 'node:util';
import test from 'ava';
import { diagnose } from '../../../core/doctor/diagnose.ts';
import { failure, success } from '../../../core/result.ts';
import { formatChecks } from '../../../plugin/output/checks.ts';
import type { Terminal } from '../../../plugin/terminal.ts';
import { healthy } from '../../core/doctor/healthy.ts';
import { operatorDeployment } from '../../doctor/objects.ts';

const checks = diagnose({
  ...healthy,
  certificate: failure('no permission to look, \u001b[31m'),
  probe: undefined,
  operators: success([operatorDeployment(), operatorDeployment('elsewhere')]),
  denied: success([{ verb: 'get', group: '', resource: 'secrets', namespace: 'arctic' }]),
  gatekeeper: { ...healthy.gatekeeper, templates: success([]) },
});

function shown(color = false, output: 'table' | 'wide' | 'name' = 'table', noHeaders = false): string {
  const terminal: Terminal = {
    ...{ width: 80, color, out: () => {}, error: () => {} },
    ...{ stdin: async () => new Uint8Array(), closed: new AbortController().signal },
  };
  return formatChecks({ output, noHeaders }, checks, terminal);
}

test('each status has a word and a mark, so that nothing is lost without colour', t => {
  const plain = shown();
  for (const start of ['✓ pass ', '✗ fail ', '! warn ', '? unknown ', '- skipped ']) {
    t.regex(plain, new RegExp(`^${RegExp.escape(start)} *[a-z]`, 'm'));
  }
  t.false(plain.includes('\u001b'));
  t.is(stripVTControlCharacters(shown(true)), plain);
  t.true(shown(true).includes('\u001b[31m✗ fail'));
});

test('it fits a screen of 80 columns, but for what cannot be broken', t => {
  const wide = shown()
    .split('\n')
    .filter(line => line.length > 80 && line.trim().includes(' '));
  t.deepEqual(wide, []);
});

test('what has one cause is said once', t => {
  const text = shown();
  t.is(text.split('no permission to get secrets').length - 1, 1);
  t.regex(text, /^! warn {5}caller-list, caller-tls-check, caller-inspect, /m);
});

test('a summary ends it, and the details are for who asks', t => {
  t.regex(shown(), /\n\n\d+ passed, 1 failed, \d+ warnings, 1 could not be looked at, \d+ skipped\n$/);
  t.false(shown().includes('- this operator: Deployment elsewhere/'));
  t.true(shown(false, 'wide').includes('- this operator: Deployment elsewhere/'));
  t.regex(shown(false, 'wide'), /docs\/doctor\.md#operator-single$/m);
});

test('without headers there are neither titles nor a summary', t => {
  const text = shown(false, 'table', true);
  t.notRegex(text, /^Operator$/m);
  t.notRegex(text, /passed/);
});

test('-o name names what is amiss', t => {
  const lines = shown(false, 'name').trimEnd().split('\n');
  t.true(lines.includes('check.seinode.sei.io/operator-single'));
  t.true(lines.every(line => /^check\.seinode\.sei\.io\/[a-z-]+$/.test(line)));
  t.false(lines.includes('check.seinode.sei.io/crd-installed'));
});
