import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import anyTest from 'ava';
import { load } from 'js-yaml';
import { type ControlPlane, startControlPlane } from '../control-plane/control-plane.ts';
import { findPrograms } from '../control-plane/programs.ts';
import { invoke } from '../plugin/terminal.ts';
import { withControlPlane } from './with-control-plane.ts';

type Named = Record<'clusters' | 'users' | 'contexts', { name: string }[]>;

let other: ControlPlane;
const { test, controlPlane } = withControlPlane(anyTest.serial, async first => {
  const programs = await findPrograms();
  other = await startControlPlane(programs!);
  for (const [plane, name] of [
    [first, 'node-eu'],
    [other, 'node-us'],
  ] as const) {
    const { status, body } = await plane.call('POST', '/apis/sei.io/v1alpha1/namespaces/default/seinodes', {
      apiVersion: 'sei.io/v1alpha1',
      kind: 'SeiNode',
      metadata: { name, namespace: 'default', labels: { region: name } },
      spec: { chainId: 'atlantic-2', image: 'sei:1', fullNode: {} },
    });
    if (status !== 201) throw new Error(JSON.stringify(body));
  }
});
anyTest.after.always('the other control plane stops', () => other?.stop());

/** One kubeconfig of several: the context of each, its cluster and its user go by the name it has here. */
function merged(directory: string, kubeconfigs: Readonly<Record<string, string>>): string {
  const all: Named = { clusters: [], users: [], contexts: [] };
  for (const [name, file] of Object.entries(kubeconfigs)) {
    const { clusters, users } = load(readFileSync(file, 'utf8')) as Named;
    all.clusters.push({ ...clusters[0], name });
    all.users.push({ ...users[0], name });
    all.contexts.push({ name, context: { cluster: name, user: name } } as never);
  }
  const file = join(directory, 'merged.kubeconfig');
  writeFileSync(file, JSON.stringify(all));
  return file;
}

async function kubeconfig(): Promise<string> {
  return merged(controlPlane().directory, {
    eu: controlPlane().kubeconfig,
    us: other.kubeconfig,
    stranger: await other.userKubeconfig('stranger'),
  });
}

const rows = (out: string) =>
  out
    .trim()
    .split('\n')
    .map(line => line.split(/ {2,}/).slice(0, 2));

test('two API servers are one list, and each is asked as its own user', async t => {
  const config = await kubeconfig();
  const { code, out, err } = await invoke(`list --kubeconfig ${config} --context eu,us`);
  t.is(err, '');
  t.is(code, 0);
  t.deepEqual(rows(out), [
    ['CONTEXT', 'NAME'],
    ['eu', 'node-eu'],
    ['us', 'node-us'],
  ]);
});

test('a selector goes to all of them', async t => {
  const config = await kubeconfig();
  const { code, out } = await invoke(
    `list --kubeconfig ${config} --context eu,us -A -l region=node-us -o json`,
  );
  t.is(code, 0);
  t.deepEqual(
    JSON.parse(out).items.map(({ context, name }: Record<string, string>) => [context, name]),
    [['us', 'node-us']],
  );
});

test('who may not list in one of them is told so, and sees the others', async t => {
  const config = await kubeconfig();
  const { code, out, err } = await invoke(`list --kubeconfig ${config} --context eu,stranger,us`);
  t.is(code, 3);
  t.deepEqual(rows(out).slice(1), [
    ['eu', 'node-eu'],
    ['us', 'node-us'],
  ]);
  t.regex(err, /^error: context "stranger": .*"stranger"/);
});

test('an API server that is down is named, and the other is shown', async t => {
  const config = await kubeconfig();
  await other.apiserver.stop();
  const { code, out, err } = await invoke(`list --kubeconfig ${config} --context us,eu`);
  t.is(code, 3);
  t.deepEqual(rows(out).slice(1), [['eu', 'node-eu']]);
  t.regex(err, /^error: context "us": the API server https:.* cannot be reached: nothing listens there/);
});
