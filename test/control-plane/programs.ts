import { accessSync, constants, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDirectory } from '../../scripts/cache.ts';
import { build } from './build.ts';
import { download, type Hosts, officialHosts } from './download.ts';

/** The programs of a control plane and the client for it, each with its path. */
export type Programs = Readonly<Record<Name, string>>;

type Name = 'etcd' | 'kube-apiserver' | 'kube-controller-manager' | 'kubectl';

/** A program that is not there yet: what it is, and where the cache wants it. */
export type Missing = {
  readonly name: Name;
  /** As its project tags it, `v1.36.3`; go.mod decides. */
  readonly version: string;
  /** The Go package it is built from. */
  readonly source: string;
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
  const { assets = process.env.KUBEBUILDER_ASSETS, hosts = officialHosts, say = console.error } = search;
  const wanted = programsIn(search.cache ?? cacheDirectory());
  const given = (name: Name) => (assets ? join(assets, name) : '');
  const notGiven = wanted.filter(({ name }) => !isExecutable(given(name)));
  if (assets && notGiven.length > 0) {
    say(`KUBEBUILDER_ASSETS=${assets} lacks ${list(notGiven)}`);
  }
  const lacking = notGiven.filter(({ file }) => !isExecutable(file));
  const rest = lacking.length === 0 ? [] : build(await download(lacking, hosts, say), say);
  if (rest.length > 0) {
    say(`no control plane for tests: ${list(rest)} not found`);
    return undefined;
  }
  const path = ({ name, file }: Missing) => (isExecutable(given(name)) ? given(name) : file);
  return Object.fromEntries(wanted.map(program => [program.name, path(program)])) as Programs;
}

function programsIn(cache: string): Missing[] {
  const modules = readFileSync(join(import.meta.dirname, 'go.mod'), 'utf8');
  const versionOf = (module: string) => new RegExp(`\\s${module} (v\\S+)`).exec(modules)?.[1] as string;
  const kubernetes = versionOf('k8s.io/kubernetes');
  const etcd = versionOf('go.etcd.io/etcd/server/v3');
  const names = ['kube-apiserver', 'kube-controller-manager', 'kubectl'] as const;
  return [
    {
      name: 'etcd',
      version: etcd,
      source: 'go.etcd.io/etcd/server/v3',
      file: join(cache, `etcd-${etcd}`, 'etcd'),
    },
    ...names.map(name => ({
      name,
      version: kubernetes,
      source: `k8s.io/kubernetes/cmd/${name}`,
      file: join(cache, `kubernetes-${kubernetes}`, name),
    })),
  ];
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
