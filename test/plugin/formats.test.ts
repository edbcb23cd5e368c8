import { stripVTControlCharacters } from 'node:util';
import test from 'ava';
import { parse } from 'yaml';
import { nodeYAML } from './source/manifests.ts';
import { examples, examplesBefore, invoke } from './terminal.ts';

const fleet = `-f ${examples}`;
const commands = [
  [`list ${fleet}`, 'NodeList'],
  [`tls check ${fleet}`, 'TLSReport'],
  [`inspect good-rsa ${fleet}`, 'NodeReport'],
  [`inspect tls-off ${fleet}`, 'NodeReport'],
  [`policy check ${fleet} --before ${examplesBefore}`, 'PolicyReport'],
  ['policy list', 'PolicyList'],
  ['policy explain tls-secret', 'Policy'],
] as const;

for (const [command, kind] of commands) {
  const title = command.replaceAll(examples, 'examples/fleet');
  test(`${title} -o json and -o yaml say the same, versioned`, async t => {
    const json = await invoke(`${command} -o json`);
    const yaml = await invoke(`${command} -o yaml`);
    const document = JSON.parse(json.out);
    t.deepEqual(parse(yaml.out), document);
    t.deepEqual(Object.keys(document).slice(0, 2), ['apiVersion', 'kind']);
    t.like(document, { apiVersion: 'seinode.sei.io/v1', kind });
    t.is((await invoke(`${command} -o json`)).out, json.out);
  });

  test(`${title} -o name names one object a line`, async t => {
    const { out } = await invoke(`${command} -o name`);
    t.regex(out, /^(?:(?:seinode|policy\.seinode)\.sei\.io\/[a-z0-9-]+\n)+$/);
  });

  test(`${title} has colour only where it is wanted`, async t => {
    const plain = await invoke(command);
    const painted = await invoke(command, '', true);
    t.false(plain.out.includes('\u001b'));
    t.is(stripVTControlCharacters(painted.out), plain.out);
    t.is((await invoke(`${command} --color never`, '', true)).out, plain.out);
    t.is((await invoke(`${command} --color always`)).out, painted.out);
    t.false((await invoke(`${command} --color always -o json`)).out.includes('\u001b'));
  });
}

for (const command of [`list ${fleet}`, `tls check ${fleet}`, 'policy list']) {
  const title = command.replaceAll(examples, 'examples/fleet');
  test(`${title} --no-headers leaves out the first line alone`, async t => {
    const lines = (text: string) => text.split('\n').map(line => line.replaceAll(/ +/g, ' '));
    const [header, ...rows] = lines((await invoke(command)).out);
    t.regex(header ?? '', /^[A-Z/ ]+$/);
    t.deepEqual(lines((await invoke(`${command} --no-headers`)).out), rows);
  });

  test(`${title} -o wide adds columns`, async t => {
    const [header = ''] = (await invoke(command)).out.split('\n');
    const [wide = ''] = (await invoke(`${command} -o wide`)).out.split('\n');
    t.true(wide.replaceAll(/ +/g, ' ').startsWith(`${header.replaceAll(/ +/g, ' ')} `));
  });
}

test('-A shows the namespace, and so do nodes of several', async t => {
  const two = `${nodeYAML('a')}---\n${nodeYAML('b\n  namespace: arctic')}`;
  t.regex((await invoke('list -f -', two)).out, /^NAMESPACE +NAME .*\narctic +b .*\ndefault +a /);
  t.regex((await invoke('list -f - -n arctic', two)).out, /^NAME /);
  t.regex((await invoke('list -f - -n arctic -A', two)).out, /^NAMESPACE /);
});

test('an item of a TLSReport is what the contract says, in its order', async t => {
  const { out } = await invoke(`tls check san-missing ${fleet} -o json`);
  const expected = {
    apiVersion: 'seinode.sei.io/v1',
    kind: 'TLSReport',
    items: [
      {
        namespace: 'arctic',
        name: 'san-missing',
        tls: true,
        secretName: 'san-missing-tls',
        ready: false,
        reason: 'SANsMismatch',
        message: JSON.parse(out).items[0].message,
        requiredDNSNames: [
          'san-missing.arctic.svc.cluster.local',
          'san-missing-0.san-missing.arctic.svc.cluster.local',
        ],
        missing: ['san-missing-0.san-missing.arctic.svc.cluster.local'],
        certificate: {
          subject: '',
          issuer: '',
          dnsNames: ['san-missing.arctic.svc.cluster.local'],
          notBefore: '2026-01-01T00:00:00Z',
          notAfter: '2056-01-01T00:00:00Z',
          serial: '1074a3d2df99e088cdd8c0ac3ed59d35b3b6edad',
          sha256: 'cda85f61c80be6e419663249d78f5a54f9097e2e02308aababe1b9500ec01acf',
        },
      },
    ],
  };
  t.is(out, `${JSON.stringify(expected, null, 4)}\n`);
});

test('without TLS an item is ready, without a reason, a Secret or a certificate', async t => {
  const { out } = await invoke(`tls check tls-off ${fleet} -o json`);
  t.deepEqual(JSON.parse(out).items, [
    {
      namespace: 'arctic',
      name: 'tls-off',
      tls: false,
      ready: true,
      requiredDNSNames: ['tls-off.arctic.svc.cluster.local', 'tls-off-0.tls-off.arctic.svc.cluster.local'],
    },
  ]);
});

test('missing is there with SANsMismatch only, in the order required; certificate where one parses', async t => {
  const { out } = await invoke(`tls check ${fleet} -o json`);
  for (const item of JSON.parse(out).items) {
    t.is('missing' in item, item.reason === 'SANsMismatch', item.name);
    t.is('certificate' in item, item.tls && item.reason !== 'NotFound', item.name);
    t.deepEqual(
      item.missing ?? [],
      item.requiredDNSNames.filter((name: string) => item.missing?.includes(name)),
    );
  }
});

test('a finding is what the contract says, in its order', async t => {
  const { out } = await invoke(
    `policy check -f ${examples}/expired.yaml -f ${examples}/network.yaml -o json`,
  );
  const { summary, findings } = JSON.parse(out);
  t.deepEqual(summary, { checked: 1, findings: 1, byRule: { 'tls-secret': 1 } });
  t.deepEqual(Object.keys(findings[0]), [
    'rule',
    'severity',
    'object',
    'field',
    'message',
    'details',
    'fix',
    'docs',
    'file',
    'line',
  ]);
  t.like(findings[0], {
    rule: 'tls-secret',
    severity: 'error',
    object: { apiVersion: 'sei.io/v1alpha1', kind: 'SeiNode', namespace: 'arctic', name: 'expired' },
    file: `${examples}/expired.yaml`,
    line: 12,
    details: { reason: 'Expired' },
  });
});

test('--now decides what is valid', async t => {
  const reason = async (now: string) => {
    const { out } = await invoke(`tls check -f ${examples}/good-ec.yaml -o json --now ${now}`);
    return JSON.parse(out).items[0].reason;
  };
  t.is(await reason('2025-12-31T23:59:59Z'), 'NotYetValid');
  t.is(await reason('2026-01-01T00:00:00Z'), 'Ready');
  t.is(await reason('2026-01-01T01:00:00+01:00'), 'Ready');
  t.is(await reason('2056-01-01T00:00:01Z'), 'Expired');
});

test('every rule can be explained: why, an example, the fix, a page', async t => {
  const { out } = await invoke('policy list -o json');
  for (const { id, docs } of JSON.parse(out).items) {
    const text = (await invoke(`policy explain ${id}`)).out;
    for (const part of [`${id} (`, '\nWhy\n', '\nExample of a finding\n', '\nFix\n', docs]) {
      t.true(text.includes(part), `${id}: ${part}`);
    }
  }
});
