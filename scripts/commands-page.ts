import { type CommandRight, commandRights } from '../core/command-rights.ts';
import { commandTree } from '../plugin/cli.ts';
import type { CommandDefinition, Flag } from '../plugin/completion/definition.ts';
import { reference } from '../plugin/reference.ts';

/** A command that does something, by its words. */
export type Leaf = { readonly path: string; readonly command: CommandDefinition };

/** The commands that do something, as `--help` has them. */
export function leaves({ commands }: CommandDefinition, group = ''): Leaf[] {
  return commands.flatMap(command => {
    const path = `${group} ${command.name}`.trim();
    return command.commands.length > 0 ? leaves(command, path) : [{ path, command }];
  });
}

const program = 'kubectl seinode';
/** A flag of so many commands is told of once. */
const common = 5;

/** docs/commands.md, as the definitions of the commands have it. */
export function commandsPage(): string {
  const all = leaves(commandTree(reference));
  const keys = all.flatMap(({ command }) => command.flags.map(flagRow));
  const isCommon = (flag: Flag) => keys.filter(key => key === flagRow(flag)).length >= common;
  const shared = all.flatMap(({ command }) => command.flags.filter(isCommon)).map(flagRow);
  return [
    '# Every command',
    '<!-- Made by npm run verify of what --help prints, and of core/command-rights.ts. -->',
    'What `--help` prints, in one page, and what each command asks of a cluster. Every command also exits 2 where its line is',
    'wrong, and 130 where it is interrupted. The examples with `-f examples/fleet` run in a checkout, without a cluster.\n',
    all.map(({ path }) => `[${path}](#${anchor(path)})`).join(', '),
    ...all.map(leaf => section(leaf, isCommon)),
    '\n## Flags of many commands\n',
    ...flagTable([...new Set(shared)]),
    '\n## Where a right is needed\n',
    '- **nodes**: in the namespace of the nodes, by a Role; with `-A` in all of the cluster, by a ClusterRole.',
    '- **cluster**: in all of the cluster, by a ClusterRole.',
    '- **operator**: in the namespace of the operator, `sei-k8s-controller-system`.\n',
    'Who reads NetworkPolicies also needs `list` of the kinds that decide beside them, where the cluster serves any:',
    'AdminNetworkPolicies and those of Cilium, Calico and Antrea. With `-f` nothing of a cluster is asked.\n',
    'At a TAB the shell asks for names of nodes, namespaces and Secrets (`list`); without the right it proposes none.',
  ].join('\n');
}

function anchor(path: string): string {
  return path.replaceAll(' ', '-');
}

function section({ path, command }: Leaf, isCommon: (flag: Flag) => boolean): string {
  const group = path.split(' ').slice(0, -1);
  const own = command.flags.filter(flag => !isCommon(flag));
  const others = command.flags.filter(isCommon).map(({ spellings }) => `\`${spellings[0]}\``);
  const args = command.arguments.map(({ name, describe }) => row(`\`${name}\``, cell(describe)));
  return [
    `\n## ${path}\n`,
    `${command.describe}. ${command.epilogue.replace('; 2 wrong usage', '')}.\n`,
    `\`${[program, ...group, command.usage].join(' ')}\`\n`,
    ...(args.length + own.length === 0 ? [] : flagTable([...args, ...own.map(flagRow)])),
    ...(others.length === 0 ? [] : [`\nAnd ${others.join(' ')}: [below](#flags-of-many-commands).`]),
    '\n```sh',
    ...command.examples.map(([line, why]) => `${line.replace('$0', program)}    # ${why}`),
    '```\n',
    ...rights(commandRights[path] ?? []),
  ].join('\n');
}

function flagTable(rows: readonly string[]): string[] {
  return ['| | |', '|---|---|', ...rows];
}

function flagRow({ spellings, describe, choices, byDefault, isRequired }: Flag): string {
  const values = choices.length === 0 ? [] : [`one of ${choices.map(each => `\`${each}\``).join(', ')}`];
  const usual = byDefault === undefined ? [] : [`\`${byDefault}\` unless told otherwise`];
  const more = [...values, ...usual, ...(isRequired ? ['required'] : [])];
  const named = spellings.map(spelling => `\`${spelling}\``).join(', ');
  return row(named, [cell(describe), ...more].join('; '));
}

function rights(needed: readonly CommandRight[]): string[] {
  if (needed.length === 0) return ['Asks nothing of a cluster.'];
  const alike = Map.groupBy(needed, right => JSON.stringify({ ...right, verb: '' }));
  const rows = [...alike.values()].map(rights => {
    const [{ group, resource, subresource, name, where, when = '', without }] = rights as [CommandRight];
    const kind = [resource, ...(group === '' ? [] : [group])].join('.');
    const what = `${kind}${subresource ? `/${subresource}` : ''}${name ? ` \`${name}\`` : ''}`;
    const lost = without === undefined ? '' : `without: ${without}`;
    const verbs = rights.map(({ verb }) => verb).join(', ');
    return row(what, verbs, where, [when, lost].filter(text => text !== '').join('; '));
  });
  return ['| needs | verbs | [where](#where-a-right-is-needed) | |', '|---|---|---|---|', ...rows];
}

function row(...cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
