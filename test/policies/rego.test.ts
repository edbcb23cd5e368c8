import { opa, testWithOPA } from './opa.ts';

const rego = ['policies/seinode', 'policies/gatekeeper/glue'];
// OPA gives a test 5 s, which a busy machine may not.
const patient = ['--timeout', '5m'];

testWithOPA('every test of the rules passes', t => {
  const { ok, stdout } = opa('test', ...patient, ...rego);
  t.true(ok, stdout);
});

testWithOPA('the tests cover every line of the rules', t => {
  const { files } = JSON.parse(opa('test', ...patient, '--coverage', ...rego).stdout) as {
    files: Record<string, { not_covered?: readonly { start: { row: number } }[] }>;
  };
  const lines = Object.entries(files).flatMap(([file, { not_covered = [] }]) =>
    not_covered.map(({ start }) => `${file}:${start.row}`),
  );
  t.deepEqual(lines, []);
  t.true(Object.keys(files).length > 10);
});

testWithOPA('the rules are formatted as opa fmt does', t => {
  const { ok, stdout } = opa('fmt', '--diff', '--fail', ...rego);
  t.true(ok, stdout);
});

testWithOPA('opa check finds nothing in strict mode', t => {
  const { ok, stderr } = opa('check', '--strict', ...rego);
  t.true(ok, stderr);
});
