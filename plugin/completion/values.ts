import type { Argument, Flag } from './definition.ts';
import type { Candidate, Line } from './line.ts';

/** Objects by their names; pods by namespace and name, `--from` asks for those of every namespace; Secrets of type kubernetes.io/tls. */
export type ObjectKind = 'nodes' | 'namespaces' | 'pods' | 'secrets';

/** What a flag or argument takes: proposals, or files, which the shell itself knows best. */
export type Values = { readonly candidates: readonly Candidate[]; readonly files: boolean };

/** Where names come from, by the flag or argument that takes them. Each loads what it needs: most TABs need none. */
const sources: Readonly<Record<string, (line: Line, typed: string) => Promise<readonly Candidate[]>>> = {
  node: nodes,
  nodes,
  namespace: async line => named(await objects(line, 'namespaces')),
  secret: async line => named(await objects(line, 'secrets')),
  from: async line => named(await objects(line, 'pods')),
  id: rules,
  context: contexts,
  cluster: line => configured('clusters', line),
  user: line => configured('users', line),
};

/**
 * What a flag or argument takes: its choices, names, or files where its description speaks of a file.
 *
 * @param typed what of it is there.
 */
export async function valuesOf(
  { name, describe, choices }: Flag | Argument,
  line: Line,
  typed: string,
): Promise<Values> {
  if (choices.length > 0) {
    return { candidates: named(choices), files: false };
  }
  const source = Object.hasOwn(sources, name) ? sources[name] : undefined;
  return source === undefined
    ? { candidates: [], files: /\bfile\b/i.test(describe) }
    : { candidates: await source(line, typed), files: false };
}

/** A node is not proposed twice. */
async function nodes(line: Line): Promise<Candidate[]> {
  const names = await objects(line, 'nodes');
  return named(names.filter(name => !line.args.includes(name)));
}

/** Names of objects, from the files that the line names or else from the cluster. */
async function objects(line: Line, kind: ObjectKind): Promise<string[]> {
  const names = line.flags.has('filename')
    ? await (await import('./files.ts')).namesInFiles(kind, line)
    : await (await import('./cluster.ts')).namesInCluster(kind, line);
  return names.filter(name => objectName.test(name));
}

/** What the API server accepts as a name. Nothing else can be meant, and a shell finds nothing in it to run. */
const objectName = /^([a-z0-9][-a-z0-9]*\/)?[a-z0-9][-.a-z0-9]*$/;

async function configured(list: 'contexts' | 'clusters' | 'users', line: Line): Promise<Candidate[]> {
  const { namesInKubeconfig } = await import('./kubeconfig.ts');
  return named(namesInKubeconfig(list, line));
}

/** For `list`, which takes several, another one after a comma. */
async function contexts(line: Line, typed: string): Promise<Candidate[]> {
  const known = await configured('contexts', line);
  const taken = line.path.at(-1)?.name === 'list' ? typed.split(',').slice(0, -1) : [];
  if (taken.length === 0) return known;
  const others = known.filter(({ value }) => !taken.includes(value) && !value.includes(','));
  return [...known, ...others.map(({ value }) => ({ value: [...taken, value].join(',') }))];
}

async function rules(): Promise<Candidate[]> {
  const { knownRules } = await import('../rules.ts');
  return knownRules.map(({ id, title }) => ({ value: id, describe: title }));
}

function named(names: readonly string[]): Candidate[] {
  return names.map(value => ({ value }));
}
