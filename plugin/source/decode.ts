import type { Secret } from '../../core/kubernetes.ts';
import { canonicalBase64, secretFaults } from '../../core/schema/secret.ts';
import { validateSeiNode } from '../../core/schema/seinode.ts';
import { type FieldFault, type Fields, isFields } from '../../core/schema/structural.ts';
import type { SeiNode } from '../../core/seinode.ts';

/** A SeiNode with its namespace filled in and null fields dropped, or what the API server would refuse. */
export function decodeNode(
  value: Fields,
  namespace: string,
): { faults: FieldFault[]; unknownFields: string[]; node: SeiNode } {
  const object = withoutNulls(value) as Fields & { metadata: Fields };
  const check = validateSeiNode(object);
  return { ...check, node: { ...object, metadata: { ...object.metadata, namespace } } as unknown as SeiNode };
}

/** A Secret with its namespace filled in and stringData folded into data, or what the API server would refuse. */
export function decodeSecret(value: Fields, namespace: string): { faults: FieldFault[]; secret: Secret } {
  const faults = secretFaults(value);
  const { stringData, ...object } = value as Fields & { metadata: Fields };
  const data: Record<string, string> = Object.create(null);
  if (faults.length === 0) {
    // A null entry is an empty one to Go; stringData wins over data.
    for (const [key, text] of entries(object.data)) data[key] = canonicalBase64(text);
    for (const [key, text] of entries(stringData)) data[key] = Buffer.from(text).toString('base64');
  }
  const secret = {
    ...object,
    data: { ...data },
    metadata: { ...object.metadata, namespace },
  } as unknown as Secret;
  return { faults, secret };
}

function entries(fields: unknown): [string, string][] {
  return Object.entries((fields ?? {}) as Record<string, string | null>).map(([key, text]) => [
    key,
    text ?? '',
  ]);
}

/** The API server drops fields that are null. */
export function withoutNulls<T>(value: T): T;
export function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isFields(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, child]) => child !== null)
      .map(([key, child]) => [key, withoutNulls(child)]),
  );
}
