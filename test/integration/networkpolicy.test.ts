import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { load } from 'js-yaml';
import { withControlPlane } from './with-control-plane.ts';

const { test, kubectl } = withControlPlane();
const root = join(import.meta.dirname, '../..');
const base = join(root, 'examples/networkpolicy');
const dryRun = ['apply', '--server-side', '--dry-run=server', '--validate=strict', '-o', 'json', '-f', '-'];

test('kustomize builds the template, and the API server accepts it as it is', async t => {
  const built = await kubectl(t, ['kustomize', base]);
  const written = load(readFileSync(join(base, 'networkpolicy.yaml'), 'utf8')) as { spec: object };
  t.deepEqual(load(built), written);
  const accepted = JSON.parse(await kubectl(t, dryRun, { input: built }));
  t.deepEqual(accepted.spec, written.spec);
});

test('the overlay in its page patches the three selectors, and the API server accepts that too', async t => {
  const built = await kubectl(t, ['kustomize', overlay(t)]);
  const { metadata, spec } = JSON.parse(
    await kubectl(t, [...dryRun, '-n', 'default'], { input: inDefault(built) }),
  );
  t.is(metadata.name, 'seinodes');
  t.regex(built, /^ {2}namespace: pacific-1$/m);
  const [[tasks], [health]] = spec.ingress.map(({ from }: { from?: object[] }) => from);
  t.deepEqual(tasks, {
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'sei-operator' } },
    podSelector: {
      matchLabels: { 'control-plane': 'controller-manager', 'app.kubernetes.io/name': 'sei-k8s-controller' },
    },
  });
  t.deepEqual(health, {
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'observability' } },
    podSelector: { matchLabels: { 'app.kubernetes.io/name': 'prometheus' } },
  });
});

/** The overlay that docs/networkpolicy.md shows, beside the base. */
function overlay(t: ExecutionContext): string {
  const page = readFileSync(join(root, 'docs/networkpolicy.md'), 'utf8');
  const directory = mkdtempSync(join(tmpdir(), 'overlay-'));
  t.teardown(() => rmSync(directory, { recursive: true }));
  symlinkSync(base, join(directory, 'networkpolicy'));
  mkdirSync(join(directory, 'mine'));
  writeFileSync(join(directory, 'mine/kustomization.yaml'), /^```yaml\n(.*?)^```$/ms.exec(page)?.[1] ?? '');
  return join(directory, 'mine');
}

/** There is no namespace pacific-1 here. */
function inDefault(built: string): string {
  return built.replace('namespace: pacific-1', 'namespace: default');
}
