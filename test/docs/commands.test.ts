import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { load } from 'js-yaml';
import { type CommandRight, commandRights } from '../../core/command-rights.ts';
import { commandTree } from '../../plugin/cli.ts';
import { reference } from '../../plugin/reference.ts';
import { commandsPage, leaves } from '../../scripts/commands-page.ts';
import { invoke } from '../plugin/terminal.ts';
import { faultOf, wordsOf } from './lines.ts';

const root = join(import.meta.dirname, '../..');
const all = leaves(commandTree(reference));

test('docs/commands.md is what npm run verify makes', t => {
  t.is(readFileSync(join(root, 'docs/commands.md'), 'utf8'), `${commandsPage()}\n`);
});

test('every command has its examples and exit codes, and there are no others', t => {
  t.deepEqual(all.map(({ path }) => path).toSorted(), Object.keys(reference).toSorted());
});

test('rights are told of every command that asks a cluster, and of no other', t => {
  const told = all.map(({ path }) => path).filter(path => !path.startsWith('completion'));
  t.deepEqual(Object.keys(commandRights).toSorted(), told.toSorted());
});

for (const { path, command } of all) {
  test(`--help of "${path}" has its examples, which are lines of it, and its exit codes`, async t => {
    const { out } = await invoke(`${path} --help`);
    const told = out.replaceAll(/\s+/g, ' ');
    t.true(told.includes(command.epilogue.replaceAll(/\s+/g, ' ')), out);
    t.true(command.examples.length >= 1 && command.examples.length <= 3);
    for (const [line, why] of command.examples) {
      t.true(told.includes(` ${path} `) && told.includes(why.split(' ')[0]!), out);
      const words = wordsOf(line.replace('$0 ', ''));
      t.is(words.slice(0, path.split(' ').length).join(' '), path);
      t.is(faultOf(words), undefined, line);
    }
  });
}

const onFiles = all.flatMap(({ command }) => command.examples.filter(([line]) => / examples\//.test(line)));
for (const [line] of onFiles) {
  test(`the example "${line.replace('$0 ', '')}" runs`, async t => {
    const { code, out, err } = await invoke(wordsOf(line.replace('$0 ', '')));
    t.true(code === 0 || code === 1, err);
    t.notRegex(err, /^error/m);
    t.not(out, '');
  });
}

test('what the toggle needs is what examples/toggle/rbac.yaml grants', t => {
  const text = readFileSync(join(root, 'examples/toggle/rbac.yaml'), 'utf8');
  const roles = text.split(/^---$/m).map(each => load(each) as Role);
  const granted = roles.flatMap(({ kind, metadata: { namespace }, rules = [] }) => {
    const where = kind === 'ClusterRole' ? 'cluster' : namespace === 'arctic' ? 'nodes' : 'operator';
    return rules.flatMap(({ apiGroups: [group], resources: [resource], resourceNames, verbs }) =>
      verbs.map(verb => [where, group, resource, resourceNames?.[0] ?? '', verb].join(' ')),
    );
  });
  for (const command of ['enable', 'disable', 'resume', 'abort']) {
    t.deepEqual((commandRights[`tls ${command}`] ?? []).map(written).toSorted(), granted.toSorted());
  }
});

type Role = {
  readonly kind: string;
  readonly metadata: { readonly namespace?: string };
  readonly rules?: readonly {
    readonly apiGroups: readonly [string];
    readonly resources: readonly [string];
    readonly resourceNames?: readonly string[];
    readonly verbs: readonly string[];
  }[];
};

function written({ where, group, resource, subresource, name = '', verb }: CommandRight): string {
  return [where, group, `${resource}${subresource ? `/${subresource}` : ''}`, name, verb].join(' ');
}
