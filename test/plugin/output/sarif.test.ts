import test from 'ava';
import type { Run } from 'sarif';
import manifest from '../../../package.json' with { type: 'json' };
import type { Finding } from '../../../plugin/findings.ts';
import { knownRules } from '../../../plugin/rules.ts';
import { closedYAML, directory, nodeYAML } from '../source/manifests.ts';
import { examples, examplesBefore, invoke } from '../terminal.ts';
import { finding, firstRun, runOf } from './sarif-run.ts';

const fleet = `policy check -f ${examples} --before ${examplesBefore}`;

async function run(command: string, stdin = ''): Promise<Run> {
  return firstRun((await invoke(`${command} -o sarif`, stdin)).out);
}

test('the driver names itself and every rule, with its page, help and level', async t => {
  const { driver } = (await run(fleet)).tool;
  t.like(driver, { name: 'kubectl-seinode', version: manifest.version });
  t.is(new URL(driver.informationUri ?? '').protocol, 'https:');
  t.deepEqual(
    driver.rules?.map(({ id, shortDescription, fullDescription, helpUri, defaultConfiguration }) => ({
      id,
      title: shortDescription?.text,
      description: fullDescription?.text,
      docs: helpUri,
      level: defaultConfiguration?.level,
    })),
    knownRules.map(({ id, title, description, docs, severity }) => ({
      id,
      title,
      description,
      docs,
      level: severity,
    })),
  );
  for (const { help } of driver.rules ?? []) {
    const { fix = '', example = '' } =
      knownRules.find(({ description }) => help?.text.startsWith(description)) ?? {};
    t.true(help?.text.includes(fix) && help.text.includes(example));
    t.true(help?.markdown?.includes(fix) && help.markdown.includes(`\`\`\`yaml\n${example}\`\`\``));
  }
});

test('a result is a finding of policy check -o json, in its file and line', async t => {
  const { results = [], tool, invocations } = await run(fleet);
  const { findings }: { findings: Finding[] } = JSON.parse((await invoke(`${fleet} -o json`)).out);
  t.deepEqual(invocations, [{ executionSuccessful: true, toolExecutionNotifications: [] }]);
  t.is(results.length, findings.length);
  results.forEach((result, index) => {
    const { rule, severity, message, fix, object, line } = findings[index]!;
    const written = rule === 'netpol-tasks-port' ? 'network' : object.name;
    t.is(result.ruleId, rule);
    t.is(tool.driver.rules?.[result.ruleIndex ?? -1]?.id, rule);
    t.is(result.level, severity === 'info' ? 'note' : severity);
    t.is(result.message.text, `${message}.\nFix: ${fix}`);
    t.deepEqual(result.locations, [
      {
        physicalLocation: {
          artifactLocation: { uri: `examples/fleet/${written}.yaml`, uriBaseId: '%SRCROOT%' },
          region: { startLine: line! },
        },
        logicalLocations: [
          { name: object.name, fullyQualifiedName: `arctic/${object.name}`, kind: 'SeiNode' },
        ],
      },
    ]);
  });
});

test('the report is the same bytes, however the files are named', async t => {
  const { out } = await invoke(`${fleet} -o sarif`);
  t.is((await invoke(`${fleet} -o sarif`)).out, out);
  t.is(
    (await invoke(`policy check -f examples/fleet/../fleet --before ${examplesBefore} -o sarif`)).out,
    out,
  );
  t.false(out.includes(process.cwd()));
});

const levels = { error: 'error', warning: 'warning', info: 'note' } as const;
for (const [severity, level] of Object.entries(levels)) {
  test(`the level of ${severity} is ${level}`, t => {
    const { results } = runOf({ findings: [{ ...finding, severity: severity as Finding['severity'] }] });
    t.is(results?.[0]?.level, level);
  });
}

const fingerprint = (run: Run) =>
  run.results?.map(({ partialFingerprints }) => partialFingerprints?.['object/v1']);

test('a finding keeps its fingerprint when lines, files or words move, and has it for itself', async t => {
  const before = fingerprint(await run(fleet)) ?? [];
  t.is(new Set(before).size, before.length);
  const node = `${nodeYAML('n0', '  a: 1\n  b: 1\n')}---\n${closedYAML()}`;
  const dir = directory(t, { 'one.yaml': node, 'two.yaml': `# moved\n---\n\n${node}` });
  const [one, two] = [
    await run(`policy check -f ${dir}/one.yaml`),
    await run(`policy check -f ${dir}/two.yaml`),
  ];
  t.deepEqual(fingerprint(one), fingerprint(two));
  t.is(new Set(fingerprint(one)).size, 2);
  const other = { ...finding, message: 'other words', details: { a: 1 }, file: 'f', line: 3 };
  t.deepEqual(fingerprint(runOf({ findings: [finding] })), fingerprint(runOf({ findings: [other] })));
});

for (const change of [
  { rule: 'tls-secret' },
  { field: 'spec' },
  { object: { ...finding.object, name: 'n1' } },
]) {
  test(`another ${Object.keys(change)[0]} is another fingerprint`, t => {
    const findings = [finding, { ...finding, ...change }, finding];
    t.is(new Set(fingerprint(runOf({ findings }))).size, 3);
  });
}

test('GitHub computes its own fingerprint from a file, and needs ours only where there is none', t => {
  const own = ({ results }: Run) => results?.[0]?.partialFingerprints?.primaryLocationLineHash;
  t.is(own(runOf({ findings: [{ ...finding, file: 'a.yaml', line: 1 }] })), undefined);
  for (const place of [{}, { file: '-', line: 1 }]) {
    const run = runOf({ findings: [{ ...finding, ...place }] });
    t.is(own(run), fingerprint(run)?.[0]);
  }
});

test('what could not be read is a notification at its place, and the run did not succeed', async t => {
  const { invocations, results } = await run(
    'policy check -f -',
    `a: [1\n---\n${nodeYAML('N0', '  x: 1\n')}`,
  );
  const [{ executionSuccessful, toolExecutionNotifications = [] } = { executionSuccessful: true }] =
    invocations ?? [];
  t.false(executionSuccessful);
  t.deepEqual(
    toolExecutionNotifications.map(({ level, locations }) => [
      level,
      locations?.[0]?.physicalLocation?.region,
    ]),
    [
      ['error', { startLine: 2 }],
      ['error', { startLine: 6 }],
    ],
  );
  t.regex(toolExecutionNotifications[1]?.message.text ?? '', /^metadata\.name: "N0" is no name/);
  t.deepEqual(results, []);
  t.false((await run('policy check -f nope.yaml')).invocations?.[0]?.executionSuccessful);
});

test('no message holds a placeholder or a link, whatever a manifest says', async t => {
  const { results } = await run('policy check -f -', nodeYAML('n0', '  "{0} [a](https://evil.test)": 1\n'));
  const text = results?.[0]?.message.text ?? '';
  t.true(text.startsWith('spec["{{0}} [a\\](https://evil.test)"] is not a field'), text);
});
