import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { bundleOperator, bundlePlugin, bundleSidecar } from '../../scripts/bundle.ts';
import { allowedLicences, licencesOf, withoutLicence } from '../../scripts/licences.ts';
import { billOfMaterials, notices, packagesOf } from '../../scripts/third-party.ts';
import { temporaryDirectory } from '../directory.ts';

const root = join(import.meta.dirname, '../..');
const lock: Record<string, { version: string; license: string; dev?: boolean }> = JSON.parse(
  readFileSync(join(root, 'package-lock.json'), 'utf8'),
).packages;

test('whatever is installed to run has a licence that asks for no more than its text', t => {
  const strange = [...licencesOf(root)].filter(([licence]) => !allowedLicences.includes(licence));
  t.deepEqual(
    strange.flatMap(([, names]) => names.map(name => name.split(' ')[0])),
    [...withoutLicence],
  );
});

const programs = { 'kubectl-seinode': bundlePlugin, operator: bundleOperator, sidecar: bundleSidecar };
/** A package that each has; that of the sidecar is bundled apart. */
const known: Record<string, string> = {
  'kubectl-seinode': 'yargs',
  operator: 'prom-client',
  sidecar: '@aws-sdk/client-ec2',
};

for (const [name, bundle] of Object.entries(programs))
  test(`the bill of materials of ${name} has every package that is in it, as package-lock.json has it`, async t => {
    const outfile = join(temporaryDirectory('bill'), 'program.cjs');
    const packages = packagesOf(await bundle(root, outfile));
    t.true(packages.some(each => each.name === known[name]));
    const inLock = Object.entries(lock).map(
      ([path, { version, license, dev }]) =>
        `${path.split('node_modules/').at(-1)} ${version} ${license} ${dev ?? ''}`,
    );
    t.deepEqual(
      packages
        .map(({ name, version, license }) => `${name} ${version} ${license} `)
        .filter(each => !inLock.includes(each)),
      [],
    );
    const { components } = billOfMaterials(packages) as {
      components: { purl: string; version: string; licenses: object[] }[];
    };
    t.is(components.length, packages.length + 1, 'and the compiler of policy.wasm');
    t.is(new Set(components.map(({ purl }) => purl)).size, components.length);
    for (const { purl, version, licenses } of components) {
      t.regex(purl, /^pkg:(npm\/(%40[\w.-]+\/)?|golang\/)[\w./-]+@v?[\w.-]+$/);
      t.true(purl.endsWith(`@${version}`) && licenses.length === 1);
    }
    const text = notices(packages);
    const untold = packages.filter(each => !text.includes(`${each.name} ${each.version} (${each.license})`));
    t.deepEqual(untold, []);
    // A package without the text of its licence is told so; there are no more of them.
    const bare = packages.filter(each => each.text === '').map(each => each.name);
    t.deepEqual(bare, name === 'sidecar' ? bareOfSidecar : name === 'operator' ? [] : ['@viz-js/viz']);
  });

const bareOfSidecar = [
  '@aws-sdk/credential-provider-http',
  '@aws-sdk/credential-provider-login',
  '@aws-sdk/nested-clients',
];

test('policy.wasm and the rules are those that its provenance names, and no rule is left out', t => {
  const { subject, predicate } = JSON.parse(readFileSync(join(root, 'wasm/provenance.json'), 'utf8'));
  const sha256 = (file: string) =>
    createHash('sha256')
      .update(readFileSync(join(root, file)))
      .digest('hex');
  t.deepEqual(subject, [{ name: 'policy.wasm', digest: { sha256: sha256('wasm/policy.wasm') } }]);
  const [compiler, ...sources] = predicate.buildDefinition.resolvedDependencies;
  t.regex(compiler.uri, /\/opa@v\d/);
  const rules = globSync('policies/seinode/**/*.rego', { cwd: root }).filter(
    file => !file.endsWith('_test.rego'),
  );
  t.deepEqual(
    sources,
    rules.toSorted().map(name => ({ name, digest: { sha256: sha256(name) } })),
  );
});
