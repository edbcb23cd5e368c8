import type { Client } from '../../cluster/client.ts';
import type { Change } from '../../cluster/watch.ts';
import type { Fields } from '../../core/schema/structural.ts';
import { keyOf } from '../../core/watch/change.ts';
import { createJudge } from '../../wasm/judge.ts';
import { liveNamespace } from '../live.ts';
import type { CommonOptions } from '../options.ts';
import { fleetOf } from '../source/cluster.ts';
import { readNetwork } from '../source/cluster-network.ts';
import type { ReadParameters } from '../source/parameters.ts';
import { sized, type Terminal } from '../terminal.ts';
import { type NodeView, viewExposure, viewFleet } from '../view.ts';
import { listFormat, listItem } from './node-list.ts';
import { formatNodes, type NodeFormat } from './nodes.ts';
import { errorLine } from './problems.ts';

type Deciding = {
  readonly around: Awaited<ReturnType<typeof readNetwork>>;
  readonly parameters: ReadParameters;
};

/** The rows on the screen, and the objects they stand for. */
export class WatchedRows {
  /** Whether all that is shown could be read. */
  complete = true;
  readonly #options: CommonOptions;
  readonly #terminal: Terminal;
  readonly #client: Client;
  readonly #parameters: () => Promise<ReadParameters>;
  readonly #judge = createJudge();
  readonly #widths: number[] = [];
  readonly #shown = new Map<string, { readonly text: string; readonly view: NodeView }>();
  #nodes = new Map<string, Fields>();
  #faults = new Set<string>();
  #deciding: Deciding | undefined;
  #begun = false;
  /** The width of the screen for which the header above was printed. */
  #foldedAt: number | undefined;

  /** @param parameters reads who may connect, each time that all is read again. */
  constructor(
    options: CommonOptions,
    terminal: Terminal,
    client: Client,
    parameters: () => Promise<ReadParameters>,
  ) {
    this.#parameters = parameters;
    this.#options = options;
    this.#terminal = terminal;
    this.#client = client;
  }

  async take(change: Change): Promise<void> {
    if (change.type === 'listed') {
      this.#nodes = new Map(change.items.map(item => [keyOf(item), item]));
      this.#remove([...this.#shown.keys()].filter(key => !this.#nodes.has(key)));
      await this.reread();
    } else if (change.type === 'deleted') {
      this.#nodes.delete(keyOf(change.object));
      this.#remove([keyOf(change.object)]);
    } else {
      this.#nodes.set(keyOf(change.object), change.object);
      const faults = await this.#show([change.object]);
      this.complete &&= faults.length === 0;
      this.#faults = new Set([...this.#faults, ...faults]);
    }
  }

  /** Judges every node anew, by Secrets and NetworkPolicies as they are now. */
  async reread(): Promise<void> {
    this.#deciding = undefined;
    this.#faults = new Set(await this.#show([...this.#nodes.values()]));
    this.complete = this.#faults.size === 0;
  }

  /** Prints the rows that are new, and faults that are. @returns all faults of these nodes. */
  async #show(items: readonly Fields[]): Promise<string[]> {
    const now = new Date().toISOString();
    const { around, parameters } = await this.#whatDecides();
    const fleet = { ...(await fleetOf(this.#client, items)), ...around.surrounded };
    const judgeable = { fleet, nodes: fleet.nodes, judge: this.#judge, now };
    // Without parameters nobody knows what is exposed; the rest is shown.
    const seen =
      parameters.faults.length > 0 ? viewFleet(judgeable) : viewExposure(judgeable, parameters.parameters);
    const { views, faults } = seen;
    this.#print(
      views.filter(view => this.#isNew(view)),
      now,
    );
    const lines = [...faults, ...around.faults, ...parameters.faults].map(errorLine);
    for (const line of lines.filter(line => !this.#faults.has(line))) this.#terminal.error(line);
    return lines;
  }

  /** What decides who reaches nodes, read once for each time that all is read again. */
  async #whatDecides(): Promise<Deciding> {
    this.#deciding ??= await this.#readDeciding();
    return this.#deciding;
  }

  async #readDeciding(): Promise<Deciding> {
    const needs = { network: 'policies', children: false } as const;
    const namespace = liveNamespace(this.#options, this.#client);
    const [around, parameters] = await Promise.all([
      readNetwork(this.#client, needs, namespace),
      this.#parameters(),
    ]);
    return { around, parameters };
  }

  #isNew(view: NodeView): boolean {
    const key = keyOf(view.node);
    const text = JSON.stringify(listItem(view));
    const before = this.#shown.get(key)?.text;
    this.#shown.set(key, { text, view });
    return text !== before;
  }

  /** A node that is gone is shown once more, as it was. */
  #remove(keys: readonly string[]): void {
    const gone = keys.flatMap(key => this.#shown.get(key)?.view ?? []);
    for (const key of keys) this.#shown.delete(key);
    const views = gone.map(view => ({ ...view, deleted: true as const }));
    this.#print(views, new Date().toISOString());
  }

  /** The header again where the window has another width since: the rows below it stand otherwise. */
  #print(views: readonly NodeView[], now: string): void {
    if (views.length === 0 && this.#begun) return;
    const terminal = sized(this.#terminal);
    const isBelow = this.#begun && terminal.foldAt === this.#foldedAt;
    const options = { ...this.#options, noHeaders: this.#options.noHeaders || isBelow };
    this.#begun ||= views.length > 0;
    this.#foldedAt = terminal.foldAt;
    this.#terminal.out(formatNodes(options, views, roomy(listFormat(terminal, now)), terminal, this.#widths));
  }
}

/** Room for the longest phase from the start: rows to come stand below the first. */
function roomy(format: NodeFormat): NodeFormat {
  return {
    ...format,
    header: format.header.map(name => (name === 'PHASE' ? name.padEnd('Initializing'.length) : name)),
  };
}
