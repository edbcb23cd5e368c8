import test from 'ava';
import fc from 'fast-check';
import { goodPolicies, manifestOf } from '../../core/network/policies.ts';
import { nodeYAML, readText, secretYAML } from './manifests.ts';

const manifest = `${nodeYAML('a', '  peers:\n  - static: {addresses: ["x"]}\n')}---\n${secretYAML('s')}`;
const json = `{"apiVersion":"v1","kind":"List","items":[{"apiVersion":"v1","kind":"Secret","metadata":{"name":"a"}}]}`;
const noise = fc.constantFrom(
  '',
  '\n',
  ' ',
  '- ',
  ': ',
  '&a ',
  '*a',
  '<<: ',
  '"',
  '{',
  '}',
  '[',
  ']',
  '|',
  '---\n',
  'null',
  '\t',
  '\\',
  '\u0001',
  'items:\n',
);

async function answers(text: string): Promise<void> {
  const fleet = await readText(text);
  for (const node of fleet.nodes) node.lineOf('spec.peers[0].static.addresses');
  if (
    fleet.nodes.length + fleet.faults.length + fleet.ignored.length === 0 &&
    fleet.secret('default', 's').found === 'no'
  ) {
    // Only Secrets leave no other trace.
    if (!/Secret/.test(text)) throw new Error('nothing was said');
  }
}

test('no text makes the reader throw or fall silent', async t => {
  await t.notThrowsAsync(() =>
    fc.assert(fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 60 }), answers), {
      seed: 3,
      numRuns: 2000,
    }),
  );
});

const policy = manifestOf(goodPolicies.find(([title]) => title === 'every operator')!);
const pod =
  'apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{ports: [{containerPort: 80}]}]}\n';

/** What reads a policy, or else says that there may be one. */
async function keeps(text: string): Promise<void> {
  const { network, policies } = await readText(text);
  for (const policy of policies) policy.lineOf('spec.podSelector.matchExpressions[0].values');
  const known = network.policies.length + network.caveats.length;
  if (known === 0 && /^kind: NetworkPolicy$/m.test(text)) throw new Error('a policy was lost');
}

test('no mutation of a NetworkPolicy and a Pod loses the policy', async t => {
  const text = `${pod}---\n${policy}`;
  const edits = fc.array(fc.tuple(fc.nat(text.length), fc.nat(12), noise), { minLength: 1, maxLength: 4 });
  const mutated = edits.map(edits =>
    edits.reduce((now, [at, cut, put]) => now.slice(0, at) + put + now.slice(at + cut), text),
  );
  await t.notThrowsAsync(() => fc.assert(fc.asyncProperty(mutated, keeps), { seed: 8, numRuns: 3000 }));
});

const list = `apiVersion: v1\nkind: List\nitems:\n- ${nodeYAML('a').trimEnd().replaceAll('\n', '\n  ')}\n- a: [\n  b\n  ]\n`;
for (const [name, text] of Object.entries({ YAML: manifest, JSON: json, List: list })) {
  test(`no mutation of ${name} makes the reader throw or fall silent`, async t => {
    const mutated = fc
      .array(fc.tuple(fc.nat(text.length), fc.nat(12), noise), { minLength: 1, maxLength: 4 })
      .map(edits =>
        edits.reduce((now, [at, cut, put]) => now.slice(0, at) + put + now.slice(at + cut), text),
      );
    await t.notThrowsAsync(() => fc.assert(fc.asyncProperty(mutated, answers), { seed: 5, numRuns: 2000 }));
  });
}
