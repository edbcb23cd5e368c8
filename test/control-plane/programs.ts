import { accessSync, constants, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDirectory } from '../../scripts/cache.ts';
import { build } from './build.ts';
import { download, type Hosts, officialHosts } from './download.ts';
import { drawing } from './progress.ts';

/** The programs of a control plane and the client for it, each with its path. */
export type Programs = Readonly<Record<ControlPlaneName, string>>;

/** What makes pods run, or look so, beside a control plane. */
export type NodePrograms = Readonly<Record<NodeName, string>>;

type ControlPlaneName = 'etcd' | 'kube-apiserver' | 'kube-controller-manager' | 'kubectl';
type NodeName = 'kube-scheduler' | 'kwok';
type Name = ControlPlaneName | NodeName | 'kube-rbac-proxy';

/** A program that is not there yet: what it is, and where the cache wants it. */
export type Missing = {
  readonly name: Name;
  /** As its project tags it, `v1.36.3`; go.mod decides. */
  readonly version: string;
  /** The Go package it is built from. */
  readonly source: string;
  /** Where the go.mod is that says so. */
  readonly directory: string;
  readonly file: string;
};

/** Where to look and what to tell; what is not given is as on this machine. */
export type Search = {
  readonly assets?: string | undefined;
  readonly cache?: string;
  readonly hosts?: Hosts;
  readonly say?: (line: string) => void;
};

/**
 * Finds every program in KUBEBUILDER_ASSETS, then the cache, then the official release downloads, then by a build from
 * the Go module proxy. Two processes may do so at once.
 *
 * @returns undefined where one of them is nowhere; what was tried, and how long it took, goes to stderr.
 */
export async function findPrograms(search: Search = {}): Promise<Programs | undefined> {
  return find(['etcd', 'kube-apiserver', 'kube-controller-manager', 'kubectl'], search);
}

/** The same for kube-scheduler and kwok, which most have no need of. */
export async function findNodePrograms(search: Search = {}): Promise<NodePrograms | undefined> {
  return find(['kube-scheduler', 'kwok'], search);
}

/** The same for the proxy in front of a sidecar's tasks. @returns its path. */
export async function findRBACProxy(search: Search = {}): Promise<string | undefined> {
  return (await find(['kube-rbac-proxy'], search))?.['kube-rbac-proxy'];
}

/** Those that no release has as a plain program; each has a go.mod of its own, in the directory of its name. */
const onlyBuilt: readonly Name[] = ['kwok', 'kube-rbac-proxy'];

async function find<N extends Name>(
  names: readonly N[],
  search: Search,
): Promise<Readonly<Record<N, string>> | undefined> {
  const { assets = process.env.KUBEBUILDER_ASSETS, hosts = officialHosts, say = console.error } = search;
  const cache = search.cache ?? cacheDirectory();
  const wanted = names.map(name => programNamed(name, cache));
  const given = (name: Name) => (assets ? join(assets, name) : '');
  const notGiven = wanted.filter(({ name }) => !isExecutable(given(name)));
  if (assets && notGiven.length > 0) {
    say(`KUBEBUILDER_ASSETS=${assets} lacks ${list(notGiven)}`);
  }
  const lacking = notGiven.filter(({ file }) => !isExecutable(file));
  const released = lacking.filter(({ name }) => !onlyBuilt.includes(name));
  // Whoever listens to the lines has a place of his own for them.
  const draw = search.say === undefined ? drawing(process.stderr) : () => {};
  const undelivered = released.length === 0 ? [] : await download(released, hosts, say, draw);
  const unreleased = lacking.filter(({ name }) => onlyBuilt.includes(name));
  const rest = await build([...undelivered, ...unreleased], say, draw);
  if (rest.length > 0) {
    say(`no control plane for tests: ${list(rest)} not found`);
    return undefined;
  }
  const path = ({ name, file }: Missing) => (isExecutable(given(name)) ? given(name) : file);
  return Object.fromEntries(wanted.map(program => [program.name, path(program)])) as Record<N, string>;
}

/** Where each is built from: a module, and the package in it. */
const sources: Readonly<Record<Name, readonly [module: string, inside: string]>> = {
  etcd: ['go.etcd.io/etcd/server/v3', ''],
  'kube-apiserver': ['k8s.io/kubernetes', '/cmd/kube-apiserver'],
  'kube-controller-manager': ['k8s.io/kubernetes', '/cmd/kube-controller-manager'],
  'kube-scheduler': ['k8s.io/kubernetes', '/cmd/kube-scheduler'],
  kubectl: ['k8s.io/kubernetes', '/cmd/kubectl'],
  kwok: ['sigs.k8s.io/kwok', '/cmd/kwok'],
  'kube-rbac-proxy': ['github.com/brancz/kube-rbac-proxy', '/cmd/kube-rbac-proxy'],
};

function programNamed<N extends Name>(name: N, cache: string): Missing & { readonly name: N } {
  const [module, inside] = sources[name];
  const directory = join(import.meta.dirname, onlyBuilt.includes(name) ? name : '.');
  const modules = readFileSync(join(directory, 'go.mod'), 'utf8');
  const version = new RegExp(`\\s${module} (v\\S+)`).exec(modules)?.[1] as string;
  const project = module === 'k8s.io/kubernetes' ? 'kubernetes' : name;
  return {
    name,
    version,
    source: module + inside,
    directory,
    file: join(cache, `${project}-${version}`, name),
  };
}

function list(programs: readonly Missing[]): string {
  return programs.map(({ name }) => name).join(', ');
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
