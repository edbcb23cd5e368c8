import { readdirSync } from 'node:fs';
import test from 'ava';
import { examples, examplesBefore, invoke } from './terminal.ts';

/** Every node of the examples, with its verdict and the rules it breaks. */
const verdicts: Record<string, readonly [reason: string | undefined, ...rules: string[]]> = {
  'cn-only': ['SANsMismatch', 'tls-sans'],
  edited: ['Ready', 'tls-immutable'],
  'empty-key': ['Malformed', 'tls-secret'],
  expired: ['Expired', 'tls-secret'],
  'foreign-key': ['Malformed', 'tls-secret'],
  'good-ec': ['Ready'],
  'good-rsa': ['Ready'],
  'no-secret': ['NotFound', 'tls-secret'],
  'not-yet-valid': ['NotYetValid', 'tls-secret'],
  'san-missing': ['SANsMismatch', 'tls-sans'],
  'tls-off': [undefined, 'netpol-tasks-port'],
  'volume-believed-kept': [undefined, 'unknown-field'],
  'wildcard-only': ['SANsMismatch', 'tls-sans'],
  'wrong-type': ['Malformed', 'tls-secret'],
};

type Item = { name: string; ready: boolean; tls: boolean; reason?: string };
type Finding = { rule: string; object: { name: string } };

test('the examples hold one node a file but for who reaches them, and each is expected here', t => {
  t.deepEqual(
    readdirSync(examples)
      .filter(name => name !== 'network.yaml')
      .toSorted(),
    Object.keys(verdicts)
      .map(name => `${name}.yaml`)
      .toSorted(),
  );
});

for (const command of ['tls check', 'list']) {
  test(`${command} gives every example its verdict, sorted by name`, async t => {
    const { out } = await invoke(`${command} -f ${examples} -o json`);
    const items: Item[] = JSON.parse(out).items;
    t.deepEqual(
      items.map(({ name, reason, ready, tls }) => [name, reason, ready, tls]),
      Object.entries(verdicts).map(([name, [reason]]) => {
        return [name, reason, reason === undefined || reason === 'Ready', reason !== undefined];
      }),
    );
  });
}

test('policy check finds exactly what each example breaks', async t => {
  const { out } = await invoke(`policy check -f ${examples} --before ${examplesBefore} -o json`);
  const { findings, summary }: { findings: Finding[]; summary: unknown } = JSON.parse(out);
  t.deepEqual(
    findings.map(({ rule, object }) => `${object.name} ${rule}`),
    Object.entries(verdicts).flatMap(([name, [, ...rules]]) => rules.map(rule => `${name} ${rule}`)),
  );
  t.deepEqual(summary, {
    checked: 14,
    findings: 12,
    byRule: {
      'netpol-tasks-port': 1,
      'tls-immutable': 1,
      'tls-sans': 3,
      'tls-secret': 6,
      'unknown-field': 1,
    },
  });
});

for (const [name, [reason, ...rules]] of Object.entries(verdicts)) {
  test(`inspect ${name} shows ${reason ?? 'TLS off'} and its findings`, async t => {
    const before = rules.filter(rule => rule !== 'tls-immutable');
    const { code, out, err } = await invoke(`inspect ${name} -f ${examples}`);
    t.is(code, 0);
    t.is(err, '');
    t.regex(out, reason === undefined ? /Ready +off/ : new RegExp(`Ready +${reason}\\n`));
    t.is(out.match(/^(?:error|warning) /gm)?.length ?? 0, before.length);
    t.regex(
      out,
      before.length === 0 ? /Findings\n {2}none\n$/ : new RegExp(`error ${before[0]} {2}arctic/${name}`),
    );
  });
}

test('a pair that does not load says why, in tls check, policy check and inspect', async t => {
  for (const command of ['tls check', 'policy check', 'inspect foreign-key']) {
    const { out } = await invoke(`${command} -f ${examples}/foreign-key.yaml`);
    t.regex(out, /not a pair that a TLS server can load:\s+private key is not the certificate's/);
  }
});

const commands = [
  'list',
  'tls check',
  'policy check',
  'inspect san-missing',
  'inspect good-rsa',
  'policy list',
];
for (const command of commands) {
  test(`no line of ${command} over the examples is wider than 100 columns`, async t => {
    const source = command === 'policy list' ? '' : `-f ${examples}`;
    const { out } = await invoke(`${command} ${source}`);
    t.deepEqual(
      out
        .replaceAll(examples, 'examples/fleet')
        .split('\n')
        .filter(line => line.length > 100),
      [],
    );
  });
}

test('-v 1 names the kinds that no rule reads', async t => {
  const manifest = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n';
  t.is((await invoke('list -f -', manifest)).err, 'No resources found.\n');
  t.regex((await invoke('list -f - -v 1', manifest)).err, /^ignored: 1 × ConfigMap \(v1\), first at -:1\n/);
});
