import type { SecretLookup } from '../../core/findings/judgeable.ts';
import { objectKey } from '../../core/kubernetes.ts';
import { type FieldFault, type Fields, isFields } from '../../core/schema/structural.ts';
import { shown } from '../../core/schema/text.ts';
import type { SeiNode } from '../../core/seinode.ts';
import { decodeNode, decodeSecret } from './decode.ts';
import type { Fault, Fleet, IgnoredKind, Place, Sourced } from './fleet.ts';
import { type Identity, identityOf, isNode, isSecret } from './identity.ts';
import { NetworkGathering } from './network.ts';
import { byKey } from './order.ts';
import { lineOfField, type Written } from './place.ts';
import type { Found, Unread } from './values.ts';

/** As many faults of one object are told one by one. */
const mostFaults = 100;

/** Collects decoded documents into a fleet. */
export class Gathering {
  readonly faults: Fault[] = [];
  readonly #network = new NetworkGathering();
  readonly #nodes = new Map<string, Sourced<SeiNode>>();
  readonly #secrets = new Map<string, Exclude<SecretLookup, { found: 'no' }>>();
  readonly #ignored = new Map<string, IgnoredKind>();
  readonly #places = new Map<string, Place>();

  /** Whether nothing at all was found, not even a fault. */
  get empty(): boolean {
    return this.faults.length === 0 && this.#places.size === 0;
  }

  /** Takes one object in: one that is judged, one that is counted, or a fault. */
  take(found: Found | Unread): void {
    if ('error' in found) this.#unread(found);
    else if (!isFields(found.value)) {
      // It may be what was to be the value of a Secret.
      const is = typeof found.value === 'string' ? 'a text' : shown(found.value);
      const message = `a manifest is an object, not ${is}`;
      this.#fault(found.written, { field: '', message });
    } else this.#identify(found.written, found.value);
  }

  /** Takes in that an input could not be read: what it holds is not known. */
  unread(fault: Fault): void {
    this.faults.push(fault);
    this.#network.unread(fault.file ?? 'an input', { hidesPolicies: true });
  }

  /** What was gathered, sorted. */
  fleet(): Fleet {
    const secrets = this.#secrets;
    return {
      nodes: [...this.#nodes.values()].sort(byKey),
      secret: (namespace, name) => secrets.get(objectKey(namespace, name)) ?? { found: 'no' },
      faults: this.faults,
      ignored: [...this.#ignored.values()],
      ...this.#network.done(),
    };
  }

  #unread({ file, line, error, guess }: Unread): void {
    this.faults.push({ file, line, message: error });
    this.#hidden(guess, error);
    this.#network.hide(guess);
  }

  #identify(written: Written, value: Fields): void {
    const identity = identityOf(value);
    if ('message' in identity) {
      this.#fault(written, identity);
      this.#network.hide(value);
      // A wrong apiVersion does not hide which Secret was meant.
      if (value.kind === 'Secret') this.#hidden({ ...value, apiVersion: 'v1' }, said(identity));
      return;
    }
    this.#duplicate(written, identity);
    if (isNode(identity.apiVersion, identity.kind)) this.#node(written, value, identity);
    else if (isSecret(identity.apiVersion, identity.kind)) this.#secret(written, value, identity);
    else this.#takeOther(written, value, identity);
  }

  /** Remembers a Secret that is there but could not be decoded: a node naming it must not hear that it is missing. */
  #hidden(guess: unknown, why: string): void {
    const identity = isFields(guess) ? identityOf(guess) : undefined;
    if (identity === undefined || 'message' in identity || !isSecret(identity.apiVersion, identity.kind))
      return;
    this.#secrets.set(objectKey(identity.namespace, identity.name), { found: 'unreadable', why });
  }

  /** The line of each is looked for from the beginning of the object. */
  #faults(written: Written, faults: readonly FieldFault[]): void {
    for (const fault of faults.slice(0, mostFaults)) this.#fault(written, fault);
    const more = faults.length - mostFaults;
    if (more > 0) this.#fault(written, { field: '', message: `has ${more} more faults` });
  }

  #fault(written: Written, { field, message }: FieldFault): void {
    const { file } = written.chunk;
    const { line } = written;
    this.faults.push(
      field === '' ? { file, line, message } : { file, line: lineOfField(written, field), field, message },
    );
  }

  #duplicate(written: Written, identity: Identity): void {
    const place = placeOf(written);
    const group = identity.apiVersion.includes('/') ? identity.apiVersion.split('/')[0] : '';
    const key = JSON.stringify([
      group,
      identity.kind,
      identity.namespace,
      identity.name || this.#places.size,
    ]);
    const first = this.#places.get(key);
    this.#places.set(key, place);
    if (first === undefined) return;
    const message = `${identity.kind} ${objectKey(identity.namespace, identity.name)} is already at ${first.file}:${first.line}; the later one counts, remove one`;
    this.faults.push({ ...place, message });
  }

  #node(written: Written, value: Fields, { namespace, name }: Identity): void {
    const { faults, unknownFields, node } = decodeNode(value, namespace);
    this.#faults(written, faults);
    const key = objectKey(namespace, name);
    if (faults.length > 0) this.#nodes.delete(key);
    else this.#nodes.set(key, { object: node, unknownFields, ...placed(written) });
  }

  #secret(written: Written, value: Fields, { namespace, name }: Identity): void {
    const { faults, secret } = decodeSecret(value, namespace);
    this.#faults(written, faults);
    this.#secrets.set(
      objectKey(namespace, name),
      faults.length > 0
        ? { found: 'unreadable', why: faults.slice(0, mostFaults).map(said).join('; ') }
        : { found: 'yes', secret },
    );
  }

  #takeOther(written: Written, value: Fields, identity: Identity): void {
    const faults = this.#network.take(value, identity, placed(written));
    if (faults === undefined) this.#ignore(written, identity);
    this.#faults(written, faults ?? []);
  }

  #ignore(written: Written, { apiVersion, kind }: Identity): void {
    const key = `${apiVersion} ${kind}`;
    const known = this.#ignored.get(key) ?? { apiVersion, kind, count: 0, first: placeOf(written) };
    this.#ignored.set(key, { ...known, count: known.count + 1 });
  }
}

function said({ field, message }: FieldFault): string {
  return `${field} ${message}`;
}

function placeOf({ chunk, line }: Written): Place {
  return { file: chunk.file, line };
}

function placed(written: Written): Pick<Sourced<SeiNode>, 'place' | 'lineOf'> {
  let lines: Map<string, number> | undefined;
  // Of a policy the same is asked for each node.
  const lineOf = (field: string) => {
    lines ??= new Map();
    const line = lines.get(field) ?? lineOfField(written, field);
    lines.set(field, line);
    return line;
  };
  return { place: placeOf(written), lineOf };
}
