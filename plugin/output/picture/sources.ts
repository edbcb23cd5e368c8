import type { Question } from '../../../core/network/classes.ts';
import type { Group } from '../../../core/network/groups.ts';
import { peerText } from '../peer-text.ts';
import type { Shade } from './colours.ts';

/** Who connects: pods of a namespace, or everybody and addresses, which are in none. */
export type Source = {
  readonly id: string;
  readonly namespace: string | undefined;
  readonly lines: readonly string[];
  readonly shade: Shade;
};

type Drawn = Omit<Source, 'lines'> & { readonly what: string; readonly pods: Set<number> };

/** Who connects, each once: what different ports and targets say of the same pods leads from one place. */
export class Sources {
  readonly #question: Question;
  readonly #drawn = new Map<string, Drawn>();

  constructor(question: Question) {
    this.#question = question;
  }

  /** The ids of the sources that a group is. */
  of(group: Group, shade: Shade): string[] {
    const { through, why, role, pods } = group;
    const isEverybody = why === undefined && (through === undefined || through.peer === null) && !role;
    if (isEverybody || pods.size === 0) {
      return [this.#draw(undefined, this.#whom(group), shade, [...pods.values()].flat())];
    }
    const what = why ?? role ?? this.#whom(group);
    return [...pods].map(([namespace, list]) => this.#draw(namespace, what, shade, list));
  }

  all(): Source[] {
    return [...this.#drawn.values()].map(({ what, pods, ...source }) => ({
      ...source,
      lines: linesOf(
        what,
        [...pods].map(pod => this.#question.pods[pod]?.key ?? ''),
        source,
      ),
    }));
  }

  #draw(namespace: string | undefined, what: string, shade: Shade, pods: readonly number[]): string {
    const key = JSON.stringify([namespace, what, shade]);
    const drawn = this.#drawn.get(key) ?? {
      id: `source${this.#drawn.size}`,
      namespace,
      what,
      shade,
      pods: new Set<number>(),
    };
    this.#drawn.set(key, drawn);
    for (const pod of pods) drawn.pods.add(pod);
    return drawn.id;
  }

  #whom({ through }: Group): string {
    return through === undefined ? 'everybody' : peerText(this.#question.input, through);
  }
}

function linesOf(what: string, pods: readonly string[], { namespace }: Pick<Source, 'namespace'>): string[] {
  const names = namespace === undefined ? [] : pods.map(key => key.slice(namespace.length + 1));
  const [first] = names;
  const count = `${pods.length} ${pods.length === 1 ? 'pod' : 'pods'} now`;
  if (first === undefined) return [what, ...(pods.length === 0 ? [] : [count])];
  return [pods.length === 1 ? first : `${pods.length} pods, such as ${first}`, what];
}
