import test from 'ava';
import fc from 'fast-check';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { severities } from '../../../core/policy.ts';
import { junit } from '../../../plugin/output/junit.ts';
import { knownRules } from '../../../plugin/rules.ts';
import { fleetSaying, hostileText } from '../hostile.ts';
import { closedYAML, directory, nodeYAML, secretYAML } from '../source/manifests.ts';
import { examples, examplesBefore, invoke } from '../terminal.ts';
import { finding } from './sarif-run.ts';

type Counts = Record<'@tests' | '@failures' | '@errors' | '@skipped', string>;
type Problem = { '@message': string; '@type': string; '#text': string };
type Case = {
  '@classname': string;
  '@name': string;
  '@file'?: string;
  failure?: Problem[];
  error?: Problem[];
  'system-out'?: string;
};
type Suite = Counts & { '@name': string; testcase?: Case[] };
type Suites = Counts & { '@name': string; testsuite: Suite[] };

const lists = ['testsuite', 'testcase', 'failure', 'error'];
const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseTagValue: false,
  trimValues: false,
  isArray: name => lists.includes(name),
});

/** What XML 1.0 lets a document hold. */
const notXML = /[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

async function report(command: string, stdin = '') {
  const { code, out } = await invoke(`${command} -o junit`, stdin);
  return { code, out, ...parsed(out) };
}

function parsed(xml: string): { suites: Suites; cases: Case[] } {
  if (XMLValidator.validate(xml) !== true || notXML.test(xml)) {
    throw new Error('not XML');
  }
  const { testsuites } = parser.parse(xml);
  const cases = (testsuites as Suites).testsuite.flatMap(({ testcase = [] }) => testcase);
  return { suites: testsuites, cases };
}

/** What a suite's attributes should say of the cases in it. */
function counted(cases: readonly Case[]): Counts {
  const having = (field: 'failure' | 'error') =>
    String(cases.filter(found => found[field] !== undefined).length);
  return {
    '@tests': String(cases.length),
    '@failures': having('failure'),
    '@errors': having('error'),
    '@skipped': '0',
  };
}

const fleet = `policy check -f ${examples} --before ${examplesBefore}`;
const warned = `${nodeYAML('n0', '  a: 1\n  b: 1\n')}---\n${closedYAML()}`;
const broken = `${warned}---\n${nodeYAML('n1', '  sidecar: {tls: {secretName: s}}\n')}---\n${secretYAML('s', '  tls.crt: "%"\n')}`;

test('a suite a rule, a case an object, and one suite for the documents', async t => {
  const { suites, cases } = await report(fleet);
  t.is(suites['@name'], 'kubectl-seinode');
  t.deepEqual(
    suites.testsuite.map(suite => [suite['@name'], suite.testcase?.length]),
    [['documents', 1], ...knownRules.map(({ id }): [string, number] => [id, 14])],
  );
  t.is(new Set(cases.map(found => found['@name'])).size, cases.length);
  const names = cases
    .filter(found => found['@classname'] === 'kubectl-seinode.tls-sans')
    .map(found => found['@name']);
  t.true(names.includes('tls-sans: SeiNode arctic/good-ec'));
});

test('a failure says file, line, message and fix, in the text that GitLab shows', async t => {
  const { cases } = await report(fleet);
  const failed = cases.find(found => found['@name'] === 'tls-secret: SeiNode arctic/expired');
  const message = 'the certificate in Secret arctic/expired-tls expired at 2026-01-01T00:00:00Z';
  t.is(failed?.['@file'], 'examples/fleet/expired.yaml');
  t.is(failed?.failure?.[0]?.['@message'], message);
  const text = failed?.failure?.[0]?.['#text'] ?? '';
  t.true(
    text.startsWith(
      `${examples}/expired.yaml:12: error tls-secret: ${message}\nFix: Renew the certificate for`,
    ),
  );
});

for (const [title, stdin] of Object.entries({
  warned,
  broken,
  empty: '',
  plain: `${nodeYAML('n0')}---\n${closedYAML()}`,
})) {
  for (const failOn of severities) {
    test(`counts and exit code agree for ${title} input with --fail-on ${failOn}`, async t => {
      const { code, suites, cases } = await report(`policy check -f - --fail-on ${failOn}`, stdin);
      for (const suite of suites.testsuite) {
        t.like(suite, counted(suite.testcase ?? []));
      }
      const counts = counted(cases);
      t.like(suites, counts);
      t.true(cases.length > 0);
      t.is(code, counts['@errors'] !== '0' ? 3 : Number(counts['@failures'] !== '0'));
    });
  }
}

test('what is below the threshold passes, and its text is in the output of the case', async t => {
  const { code, cases } = await report('policy check -f -', warned);
  const found = cases.find(found => found['@name'] === 'unknown-field: SeiNode default/n0');
  t.is(code, 0);
  t.is(found?.failure, undefined);
  t.regex(
    found?.['system-out'] ?? '',
    /^-:9: warning unknown-field: spec\.a is .*\nFix: .*\n.*\n\n-:10: warning .*spec\.b/,
  );
});

test('several findings of an object are one failure, and those below the threshold stay out of it', async t => {
  const mixed = nodeYAML('n0', '  a: 1\n  retain: 1\n  retainToo: 1\n');
  const { cases } = await report('policy check -f -', mixed);
  const found = cases.find(found => found['@name'] === 'unknown-field: SeiNode default/n0');
  t.is(found?.failure?.length, 1);
  t.regex(found?.failure?.[0]?.['#text'] ?? '', /spec\.retain [\s\S]*spec\.retainToo /);
  t.regex(found?.['system-out'] ?? '', /spec\.a /);
  t.notRegex(found?.failure?.[0]?.['#text'] ?? '', /spec\.a /);
});

test('what could not be read is an error each, however green the rest', async t => {
  const { code, suites, cases } = await report('policy check -f -', `kind: [\n---\n${nodeYAML('n0')}`);
  t.is(code, 3);
  t.is(suites['@errors'], '1');
  t.like(cases[0], { '@classname': 'kubectl-seinode.documents', '@name': 'read -:2' });
  t.regex(cases[0]?.error?.[0]?.['#text'] ?? '', /^-:2: not YAML: /);
  t.is(cases.filter(found => found.error === undefined).length, knownRules.length);
  t.is((await report('policy check -f nope.yaml')).suites['@errors'], '1');
});

test('what is in no file has a case too: an object of a cluster, and what is wrong with the cluster', t => {
  const rest = { rules: knownRules, checked: [], failOn: 'error', directory: '/repo' } as const;
  const faults = ['Secrets cannot be listed', 'the connection broke'].map(message => ({ message }));
  const { cases } = parsed(junit({ ...rest, findings: [finding], faults }));
  t.deepEqual(
    cases.map(found => [found['@name'], found['@file'], found.failure?.[0]?.['#text'].split('\n')[0]]),
    [
      ['read Secrets cannot be listed', undefined, undefined],
      ['read the connection broke', undefined, undefined],
      ['tls-sans: SeiNode arctic/n0', undefined, 'error tls-sans: a message'],
    ],
  );
});

test('the report is the same bytes each time, without a time or a host', async t => {
  const { out } = await report(fleet);
  t.is((await report(fleet)).out, out);
  t.notRegex(out, /timestamp|hostname|time=/);
});

test('whatever a manifest says, the report is XML and says it', async t => {
  await fc.assert(
    fc.asyncProperty(hostileText, async said => {
      const { cases } = await report('policy check -f -', fleetSaying(said));
      const found = cases.find(found => found['@name'] === 'unknown-field: SeiNode arctic/n0');
      t.truthy(found?.['system-out']);
    }),
    { seed: 48, numRuns: 100 },
  );
});

test('a file name that XML cannot hold is escaped', async t => {
  const dir = directory(t, { 'a<&"\u0001\uffff.yaml': warned });
  const { cases } = await report(`policy check -f ${dir}`);
  t.true(cases.some(found => found['@file'] === `${dir}/a<&"\\u0001\ufffd.yaml`));
});
