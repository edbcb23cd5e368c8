import { isDeepStrictEqual } from 'node:util';
import type { Client } from '../../cluster/client.ts';
import { ClusterError } from '../../cluster/error.ts';
import { listAll } from '../../cluster/list.ts';
import { apiVersionOf, type Resource } from '../../cluster/resource.ts';
import { apply, remove } from '../../cluster/write.ts';
import { identityOf } from '../../core/findings/finding.ts';
import {
  datedResults,
  type Report,
  type ReportResult,
  reporter,
  reporterLabel,
  reportOn,
} from '../../core/findings/report.ts';
import { type KubernetesObject, objectKey } from '../../core/kubernetes.ts';
import { fieldManager } from '../objects.ts';
import type { Audited } from './judge-namespace.ts';

/** The kinds that tools read findings from; where both are served the newer one is written. */
export const reportKinds: readonly Resource[] = [
  { group: 'openreports.io', version: 'v1alpha1', plural: 'reports', kind: 'Report' },
  { group: 'wgpolicyk8s.io', version: 'v1alpha2', plural: 'policyreports', kind: 'PolicyReport' },
];

export type ReportsOptions = {
  readonly client: Client;
  /** Seconds since 1970. */
  readonly now: () => number;
  /** Whether a namespace is worked here. */
  readonly works: (namespace: string) => boolean;
  /** Whether a namespace is being deleted: nothing can be made in it, and all in it goes. */
  readonly isGoing: (namespace: string) => boolean;
  /** Told of what keeps reports from being written, once. */
  readonly failed: (error: unknown) => void;
};

/** A report as the cluster has it. */
type Known = Report & { readonly metadata: { readonly uid: string } };

/** Keeps a report on every object that there is something to say of, where the cluster has a kind for that. */
export class Reports {
  readonly #options: ReportsOptions;
  readonly #audited = new Map<string, Audited>();
  /** Reports of ours by kind and `NAMESPACE/NAME`; no kinds before anybody looked. */
  readonly #known = new Map<Resource, Map<string, Known>>();
  readonly #waiting = new Set<string>();
  #working: Promise<void> = Promise.resolve();
  #isWorking = false;
  readonly #said = new Set<string>();

  constructor(options: ReportsOptions) {
    this.#options = options;
  }

  /** To be told of every namespace that was judged. */
  judged(namespace: string, audited: Audited): void {
    if (audited.subjects.length > 0) this.#audited.set(namespace, audited);
    else this.#audited.delete(namespace);
    this.#sync([namespace]);
  }

  /** Looks which kinds are served and which reports there are, also of operators before, and makes them right. */
  async look(): Promise<void> {
    await this.#working;
    for (const resource of reportKinds) {
      const known = await this.#trying(resource, () => this.#list(resource));
      if (known === undefined) this.#known.delete(resource);
      else this.#known.set(resource, known);
    }
    const theirs = [...this.#known.values()].flatMap(known => [...known.values()]);
    this.#sync([...this.#audited.keys(), ...theirs.map(({ metadata }) => metadata.namespace)]);
    await this.#working;
  }

  /** @returns undefined where the kind is not served. */
  async #list(resource: Resource): Promise<Map<string, Known> | undefined> {
    const { client } = this.#options;
    const labelSelector = `${reporterLabel}=${reporter}`;
    try {
      // Who has no right to list is refused also what is not there, but everybody may ask what is served.
      await client.get({ verb: 'get', resource: { ...resource, plural: '', kind: 'APIResourceList' } });
      const { items } = await listAll(client, { resource }, { labelSelector });
      return new Map((items as unknown as Known[]).map(report => [keyOf(report), report]));
    } catch (error) {
      if (error instanceof ClusterError && error.fault.status === 404) return undefined;
      throw error;
    }
  }

  #sync(namespaces: Iterable<string>): void {
    if (this.#known.size === 0) return;
    for (const namespace of namespaces) this.#waiting.add(namespace);
    if (!this.#isWorking) this.#working = this.#work();
  }

  async #work(): Promise<void> {
    this.#isWorking = true;
    for (const namespace of this.#waiting) {
      // What is judged while its reports are written comes again.
      this.#waiting.delete(namespace);
      const [chosen] = this.#known.keys();
      for (const [resource, known] of this.#known) {
        const wanted = resource === chosen ? this.#wantedIn(namespace) : [];
        await this.#trying(resource, () => this.#make(resource, namespace, known, wanted));
      }
    }
    this.#isWorking = false;
  }

  #wantedIn(namespace: string): Report[] {
    const { nodes = [], orphans = [], unjudged = [], subjects = [] } = this.#audited.get(namespace) ?? {};
    const found = Map.groupBy([...nodes, ...orphans], ({ object }) => JSON.stringify(object));
    return subjects.flatMap(subject => {
      const own = JSON.stringify(identityOf(subject));
      const open = unjudged.filter(({ at }) => at === undefined || JSON.stringify(at) === own);
      return reportOn(subject, found.get(own) ?? [], open) ?? [];
    });
  }

  async #make(
    resource: Resource,
    namespace: string,
    known: Map<string, Known>,
    wanted: readonly Report[],
  ): Promise<void> {
    if (this.#options.isGoing(namespace) || !this.#options.works(namespace)) return;
    for (const report of wanted) {
      const before = known.get(keyOf(report));
      if (before === undefined || !isSame(before, report)) await this.#write(resource, known, report, before);
    }
    const keys = new Set(wanted.map(keyOf));
    for (const [key, report] of known) {
      if (report.metadata.namespace !== namespace || keys.has(key)) continue;
      await this.#remove(resource, report);
      known.delete(key);
    }
  }

  async #write(resource: Resource, known: Map<string, Known>, report: Report, before: Known | undefined) {
    const results = datedResults(report.results, before?.results ?? [], this.#options.now());
    const { namespace, name } = report.metadata;
    const target = { resource, namespace, name, answersMetadata: true };
    const sent = { apiVersion: apiVersionOf(resource), kind: resource.kind, ...report, results };
    const { metadata } = await apply(this.#options.client, target, sent, { fieldManager, force: true });
    const { uid } = metadata as Known['metadata'];
    known.set(keyOf(report), { ...report, metadata: { ...report.metadata, uid }, results });
  }

  async #remove(resource: Resource, { metadata: { namespace, name, uid } }: Known): Promise<void> {
    const removal = { uid, propagationPolicy: 'Background' } as const;
    await remove(this.#options.client, { resource, namespace, name }, removal);
  }

  /** Nothing waits for reports: what keeps them from being written is said, and tried again at the next look. */
  async #trying<T>({ plural }: Resource, doing: () => Promise<T>): Promise<T | undefined> {
    try {
      return await doing();
    } catch (error) {
      if (!(error instanceof ClusterError)) throw error;
      const what = `${plural} ${error.fault.status}`;
      if (!this.#said.has(what)) this.#options.failed(error);
      this.#said.add(what);
      return undefined;
    }
  }
}

/** Whether the same is said, whenever it was said first. */
function isSame(one: Report, other: Report): boolean {
  return isDeepStrictEqual(saidIn(one), saidIn(other));
}

function saidIn({ metadata: { labels, ownerReferences }, scope, summary, results }: Report): unknown {
  const undated = results?.map(({ timestamp: _, ...result }: ReportResult) => result);
  return { labels, ownerReferences, scope, summary, results: undated };
}

function keyOf({ metadata }: Pick<KubernetesObject, 'metadata'>): string {
  return objectKey(metadata.namespace, metadata.name);
}
