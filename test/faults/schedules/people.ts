import { join } from 'node:path';
import { pods, seiNodes } from '../../../cluster/resource.ts';
import type { SeiNode } from '../../../core/seinode.ts';
import { until } from '../../control-plane/until.ts';
import type { Bed } from '../../toggle/bed.ts';
import { type Ended, type Plugin, plugin } from '../../toggle/plugin.ts';
import type { Trial } from '../../toggle/trial.ts';
import { makeUser } from '../../toggle/users.ts';
import { type FaultProxy, startFaultProxy } from '../proxy/proxy.ts';
import { isWrite, type Seen } from '../proxy/seen.ts';
import { Injected } from './injected.ts';
import type { Command, Deed, Hit, Schedule } from './schedule.ts';

type Kubeconfigs = Readonly<Record<Command['who'], string>>;

/** A command that was begun: its process may be dead, and a write of it on its way. */
type Begun = {
  readonly process: Plugin;
  readonly proxy: FaultProxy;
  readonly release: () => void;
  isAlive: boolean;
  late?: Seen;
};

/** Alice and Bob, who toggle node n0 and are killed doing so. */
export class People {
  /** What was run, how it ended and what it said. */
  readonly said: string[] = [];
  /** What a live node was given, and must have in the end; `late` came after it to a node that was being deleted, and may be lost. */
  readonly edits: { readonly labels: Record<string, string>; image?: string; late: readonly string[] } = {
    labels: {},
    late: [],
  };
  readonly injected = new Injected();
  readonly #trial: Trial;
  readonly #directory: string;
  readonly #flags: readonly string[];
  readonly #kubeconfigs: Kubeconfigs;
  readonly #begun: Begun[] = [];

  private constructor(directory: string, trial: Trial, verify: boolean, kubeconfigs: Kubeconfigs) {
    [this.#directory, this.#trial, this.#kubeconfigs] = [directory, trial, kubeconfigs];
    this.#flags = ['-n', trial.place.namespace, '--yes', ...(verify ? [] : ['--no-verify'])];
  }

  /** Both have every right. */
  static async of({ controlPlane }: Bed, trial: Trial, { verify }: Schedule): Promise<People> {
    const [alice, bob] = await Promise.all(
      ['alice', 'bob'].map(name => makeUser(controlPlane, trial.place.namespace, name)),
    );
    return new People(controlPlane.directory, trial, verify, { alice: alice!, bob: bob! });
  }

  /**
   * Runs a command until it has ended or has met what it is to meet; alongside the next one, until it writes. What came
   * before it and is late comes then.
   */
  async run({ runs, who, hit, meanwhile, alongside }: Command): Promise<void> {
    const proxy = await startFaultProxy({ kubeconfig: this.#kubeconfigs[who], directory: this.#directory });
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    if (meanwhile) {
      const { promise: done, resolve } = Promise.withResolvers<void>();
      const met = proxy.fault('delay', { at: meanwhile.write, until: done });
      void met.then(() => this.do(meanwhile.deed)).finally(resolve);
    }
    const met = hit && proxy.fault(faults[hit.how], { at: hit.write, until: released });
    const process = this.#start(who, runs, proxy.kubeconfig);
    const before = this.#begun.splice(0);
    if (before.some(({ isAlive }) => isAlive)) this.injected.note('two at once');
    const begun: Begun = { process, proxy, release, isAlive: true };
    this.#begun.push(begun);
    const ended = process.ended.then(() => {
      begun.isAlive = false;
    });
    const isMet = met?.then(call => {
      if (hit?.how.endsWith('late')) {
        this.injected.note('late write');
        begun.late = call;
      }
      if (hit?.how.startsWith('killed')) this.#kill(begun);
    });
    const writes = () => until(() => !begun.isAlive || proxy.seen.some(isWrite));
    await Promise.race([ended, ...(alongside ? [writes()] : []), ...(isMet ? [isMet] : [])]);
    if (alongside) this.#begun.unshift(...before);
    else await this.#settled(before);
  }

  /** Runs `tls resume` or `tls abort` as a person does, again until it says that it is done. @returns its exit code. */
  async finish(runs: Schedule['finally']): Promise<Ended> {
    for (let times = 1; ; times += 1) {
      const ended = await this.#start('in the end', runs, this.#trial.kubeconfig).ended;
      const isOver = ended.code !== 3 || /was never toggled|its toggle is Done/.test(ended.stderr);
      if (isOver || times === 8) return ended;
    }
  }

  /** All that is late comes, and who is alive ends. */
  async settle(): Promise<void> {
    await this.#settled(this.#begun.splice(0));
  }

  async do(deed: Deed): Promise<void> {
    this.injected.note('deed');
    const { place } = this.#trial;
    if (deed === 'deletes the pod') return place.remove(pods, 'n0-0');
    if (deed === 'renews the Secret') return place.renew(await place.pair());
    const [label, image] = [`edit-${Object.keys(this.edits.labels).length}`, `sei:v6.4.${this.said.length}`];
    const labels = { [label]: 'kept' };
    const { status, body } = await place.patch(seiNodes, 'n0', { metadata: { labels }, spec: { image } });
    const isLive = status === 200 && (body as SeiNode).metadata.deletionTimestamp === undefined;
    this.said.push(
      `${new Date().toISOString()} the node is edited: ${status}, ${isLive ? label : 'in vain'}`,
    );
    if (isLive) Object.assign(this.edits, { labels: { ...this.edits.labels, ...labels }, image, late: [] });
    else this.edits.late = [...this.edits.late, image];
  }

  async #settled(begun: readonly Begun[]): Promise<void> {
    for (const { release } of begun) release();
    for (const { process, proxy, late } of begun) {
      if (late) await until(() => late.status !== undefined);
      await process.ended;
      proxy.close();
    }
  }

  #kill(begun: Begun): void {
    this.injected.note('kill');
    begun.isAlive = false;
    begun.process.kill();
  }

  #start(who: string, runs: Command['runs'], kubeconfig: string): Plugin {
    const title = `${who}: ${runs}`;
    const secret = runs === 'enable' ? ['--secret', 'n0-tls'] : [];
    const env = { NODE_COMPILE_CACHE: join(this.#directory, 'compile-cache') };
    const process = plugin(['tls', runs, 'n0', ...secret, ...this.#flags], { kubeconfig, env });
    this.said.push(`${new Date().toISOString()} ${title}`);
    void process.ended.then(({ code, stdout, stderr }) => {
      this.said.push(`${new Date().toISOString()} ${title} ended ${code}: ${stdout}${stderr}`);
    });
    return process;
  }
}

const faults = {
  'killed before': 'hold',
  'killed after': 'hold answer',
  'killed, it comes late': 'delay',
  'comes late': 'delay',
} as const satisfies Record<Hit['how'], string>;
