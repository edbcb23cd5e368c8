import { ClusterError } from '../cluster/error.ts';
import { secretMetadata, secrets } from '../cluster/resource.ts';
import { objectKey, type Secret } from '../core/kubernetes.ts';
import { type Validity, verdictChangesAt } from '../core/plan/gate.ts';
import type { TLSVerdict } from '../core/policy.ts';
import { conditionOf, type SeiNode, tlsSecretName } from '../core/seinode.ts';
import { readTLSSecret, withCause } from '../core/tls-secret.ts';
import type { Judge } from '../wasm/judge.ts';
import type { Objects } from './objects.ts';

/** What the rules say of a node's Secret, and the validity of the leaf in it, where it has one. */
export type Judgement = { readonly verdict: TLSVerdict; readonly validity?: Validity | undefined };

/** A judgement, and from and until when it stands, in Unix milliseconds. */
type Remembered = Judgement & { readonly from: number; readonly until: number };

export type GateOptions = {
  readonly judge: Judge;
  readonly objects: Pick<Objects, 'cached' | 'read'>;
  /** Why what is cached of Secrets cannot be believed; undefined where it can. */
  readonly trouble: () => string | undefined;
};

/** The gate of every node (contract §2): the rules, asked about what the cache has of its Secret. */
export class Gate {
  readonly #options: GateOptions;
  readonly #judged = new WeakMap<Secret, Map<string, Remembered>>();
  readonly #validities = new WeakMap<Secret, Validity | undefined>();
  readonly #others = new WeakMap<object, Promise<Secret | undefined>>();

  constructor(options: GateOptions) {
    this.#options = options;
  }

  /** The judgement of a node at a moment; undefined where its TLS is off. */
  async judge(node: SeiNode, now: Date): Promise<Judgement | undefined> {
    const name = tlsSecretName(node);
    if (name === undefined) return undefined;
    const unavailable = this.#options.trouble();
    if (unavailable !== undefined) return { verdict: this.#ask(node, now, { unavailable }) };
    try {
      const { namespace } = node.metadata;
      const judgement = this.#judgementOf(node, await this.#secretOf(namespace, name), now);
      if (!isOther(node, judgement)) return judgement;
      // Secrets may be heard of later than the node, whose status may tell of a newer one.
      const secret = await this.#options.objects.read(secrets, namespace, name);
      return this.#judgementOf(node, secret as Secret | undefined, now);
    } catch (error) {
      if (!(error instanceof ClusterError)) throw error;
      return { verdict: this.#ask(node, now, { unavailable: error.message }) };
    }
  }

  #judgementOf(node: SeiNode, secret: Secret | undefined, now: Date): Judgement {
    return secret ? this.#remembered(node, secret, now) : { verdict: this.#ask(node, now, {}) };
  }

  /** The validity of the leaf in the Secret of a node, as far as the cache has it. */
  validityOf(node: SeiNode): Validity | undefined {
    const secret = this.secretOf(node);
    return secret && this.#validityOf(secret);
  }

  /** The Secret that holds a node's certificate, as the cache has it; not one of another type. */
  secretOf(node: SeiNode): Secret | undefined {
    const name = tlsSecretName(node) ?? '';
    return this.#options.objects.cached(secrets, node.metadata.namespace, name) as Secret | undefined;
  }

  /** The Secret that a node names, of whatever type, if there is one. @throws ClusterError where that is not known. */
  async secretNow(node: SeiNode): Promise<Secret | undefined> {
    const trouble = this.#options.trouble();
    if (trouble !== undefined) throw new ClusterError(trouble, {});
    return this.#secretOf(node.metadata.namespace, tlsSecretName(node) ?? '');
  }

  /** Of another type than a certificate's only the metadata is followed: it is read once a version. */
  async #secretOf(namespace: string, name: string): Promise<Secret | undefined> {
    const { cached, read } = this.#options.objects;
    const secret = cached(secrets, namespace, name) as Secret | undefined;
    const other = cached(secretMetadata, namespace, name);
    if (secret !== undefined || other === undefined) return secret;
    const known = this.#others.get(other);
    if (known !== undefined) return known;
    const reading = read(secrets, namespace, name) as Promise<Secret | undefined>;
    this.#others.set(other, reading);
    reading.catch(() => this.#others.delete(other));
    return reading;
  }

  /** Time alone changes a verdict as the certificate becomes valid or expires; and the clock may have been set back. */
  #remembered(node: SeiNode, secret: Secret, now: Date): Judgement {
    const nodes = this.#judged.get(secret) ?? new Map<string, Remembered>();
    this.#judged.set(secret, nodes);
    const key = objectKey(node.metadata.namespace, node.metadata.name);
    const known = nodes.get(key);
    if (known !== undefined && known.from <= now.getTime() && now.getTime() < known.until) return known;
    const validity = this.#validityOf(secret);
    const until = (validity && verdictChangesAt(validity, now)?.getTime()) ?? Number.POSITIVE_INFINITY;
    const judgement = { verdict: this.#ask(node, now, { secret }), validity, from: now.getTime(), until };
    nodes.set(key, judgement);
    return judgement;
  }

  #validityOf(secret: Secret): Validity | undefined {
    if (!this.#validities.has(secret)) {
      const { leaf } = readTLSSecret(secret);
      this.#validities.set(secret, leaf.ok ? leaf.value : undefined);
    }
    return this.#validities.get(secret);
  }

  #ask(node: SeiNode, now: Date, about: { secret?: Secret; unavailable?: string }): TLSVerdict {
    const judged = this.#options.judge.verdict({ now: now.toISOString(), node, ...about });
    if (judged.ok && judged.value !== undefined) {
      const { message, reason } = judged.value;
      return { ...judged.value, message: withCause(message, reason, about.secret) };
    }
    const message = judged.ok ? 'the rules give no verdict' : judged.error;
    return { status: 'Unknown', reason: 'Unavailable', message };
  }
}

/** Whether a node's status says something else. */
function isOther({ status }: SeiNode, { verdict }: Judgement): boolean {
  const told = conditionOf(status, 'SidecarTLSSecretReady');
  return told !== undefined && (told.status !== verdict.status || told.reason !== verdict.reason);
}
