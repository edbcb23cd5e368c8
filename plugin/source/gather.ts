import { objectKey, type Secret } from '../../core/kubernetes.ts';
import { type FieldFault, isFields } from '../../core/schema/structural.ts';
import { printable } from '../../core/schema/text.ts';
import type { SeiNode } from '../../core/seinode.ts';
import type { Chunk } from './chunk.ts';
import { decodeNode, decodeSecret, type Identity, identityOf, isNode, isSecret } from './decode.ts';
import type { Fault, Fleet, IgnoredKind, Place, SecretLookup, Sourced } from './fleet.ts';
import { lineOfField } from './place.ts';

type Fields = Readonly<Record<string, unknown>>;
/** A decoded document and where it begins. */
export type Found = { readonly chunk: Chunk; readonly line: number; readonly value: unknown };

/** Collects decoded documents into a fleet. */
export class Gathering {
  readonly faults: Fault[] = [];
  readonly #nodes = new Map<string, Sourced<SeiNode>>();
  readonly #secrets = new Map<string, Exclude<SecretLookup, { found: 'no' }>>();
  readonly #ignored = new Map<string, IgnoredKind>();
  readonly #places = new Map<string, Place>();

  /** Whether nothing at all was found, not even a fault. */
  get empty(): boolean {
    return this.faults.length === 0 && this.#places.size === 0;
  }

  /** Takes one document in: an object that is judged, one that is counted, or a fault. */
  add(found: Found): void {
    const { value } = found;
    if (!isFields(value)) {
      this.fault(found, { field: '', message: `a manifest is an object, not ${printable(value)}` });
      return;
    }
    const identity = identityOf(value);
    if ('message' in identity) this.#unidentified(found, identity, value);
    else this.#take(found, value, identity);
  }

  /** Remembers a Secret that is there but could not be decoded: a node naming it must not hear that it is missing. */
  unreadable(guess: unknown, why: string): void {
    const identity = isFields(guess) ? identityOf(guess) : undefined;
    if (identity === undefined || 'message' in identity || !isSecret(identity.apiVersion, identity.kind))
      return;
    this.#secrets.set(objectKey(identity.namespace, identity.name), { found: 'unreadable', why });
  }

  /** What was gathered, sorted. */
  fleet(): Fleet {
    const secrets = this.#secrets;
    return {
      nodes: [...this.#nodes.values()].sort(byKey),
      secret: (namespace, name) => secrets.get(objectKey(namespace, name)) ?? { found: 'no' },
      faults: this.faults,
      ignored: [...this.#ignored.values()],
    };
  }

  /** Notes what is wrong with a field of a document. */
  fault({ chunk, line }: Found, { field, message }: FieldFault): void {
    const subject = field === '' ? '' : `${field}: `;
    const at = field === '' ? line : lineOfField(chunk, line, field);
    this.faults.push({
      file: chunk.file,
      line: at,
      ...(field === '' ? {} : { field }),
      message: `${subject}${message}`,
    });
  }

  #take(found: Found, value: Fields, identity: Identity): void {
    this.#duplicate(found, identity);
    if (isNode(identity.apiVersion, identity.kind)) this.#node(found, value, identity);
    else if (isSecret(identity.apiVersion, identity.kind)) this.#secret(found, value, identity);
    else this.#ignore(found, identity);
  }

  #unidentified(found: Found, fault: FieldFault, value: Fields): void {
    this.fault(found, fault);
    // A wrong apiVersion does not hide which Secret was meant.
    if (value.kind === 'Secret') this.unreadable({ ...value, apiVersion: 'v1' }, fault.message);
  }

  #duplicate(found: Found, identity: Identity): void {
    const place: Place = { file: found.chunk.file, line: found.line };
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

  #node(found: Found, value: Fields, { namespace, name }: Identity): void {
    const { faults, unknownFields, node } = decodeNode(value, namespace);
    for (const fault of faults) this.fault(found, fault);
    const key = objectKey(namespace, name);
    if (faults.length > 0) this.#nodes.delete(key);
    else this.#nodes.set(key, { object: node, unknownFields, ...placed(found) });
  }

  #secret(found: Found, value: Fields, { namespace, name }: Identity): void {
    const { faults, secret } = decodeSecret(value, namespace);
    for (const fault of faults) this.fault(found, fault);
    const why = faults.map(({ field, message }) => `${field} ${message}`).join('; ');
    this.#secrets.set(
      objectKey(namespace, name),
      faults.length > 0 ? { found: 'unreadable', why } : yes(secret),
    );
  }

  #ignore({ chunk, line }: Found, { apiVersion, kind }: Identity): void {
    const key = `${apiVersion} ${kind}`;
    const known = this.#ignored.get(key) ?? { apiVersion, kind, count: 0, first: { file: chunk.file, line } };
    this.#ignored.set(key, { ...known, count: known.count + 1 });
  }
}

function yes(secret: Secret): SecretLookup & { found: 'yes' } {
  return { found: 'yes', secret };
}

function placed({ chunk, line }: Found): Pick<Sourced<SeiNode>, 'place' | 'lineOf'> {
  return { place: { file: chunk.file, line }, lineOf: field => lineOfField(chunk, line, field) };
}

function byKey(a: Sourced<SeiNode>, b: Sourced<SeiNode>): number {
  const [left, right] = [a.object.metadata, b.object.metadata];
  return compare(left.namespace, right.namespace) || compare(left.name, right.name);
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
