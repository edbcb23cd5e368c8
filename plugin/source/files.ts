import { isFields } from '../../core/schema/structural.ts';
import { fieldPath } from '../../core/schema/text.ts';
import type { Chunk } from './chunk.ts';
import { documentsOf } from './documents.ts';
import type { Fleet } from './fleet.ts';
import { type Found, Gathering } from './gather.ts';
import { readInputs } from './inputs.ts';
import { itemLines } from './place.ts';
import { decodeText } from './text.ts';
import { type Value, valuesOf } from './values.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads manifests in place of a cluster. `inputs` are the values of `-f`: FILE, DIR (recursive) or `-`; `stdin` is
 * asked at most once. What cannot be read or decoded is a fault of the fleet; nothing is thrown.
 */
export async function readFleet(
  inputs: readonly string[],
  options: { readonly stdin: () => Promise<Uint8Array> },
): Promise<Fleet> {
  const gathering = new Gathering();
  for await (const input of readInputs(inputs, options.stdin)) {
    if ('message' in input) gathering.faults.push(input);
    else readFile(input.file, input.bytes, gathering);
  }
  if (gathering.empty) {
    gathering.faults.push({
      ...(inputs[0] === undefined ? {} : { file: inputs[0] }),
      message: 'no object was found: manifests of SeiNodes and Secrets are expected',
    });
  }
  return gathering.fleet();
}

function readFile(file: string, bytes: Uint8Array, gathering: Gathering): void {
  const text = decodeText(bytes);
  if (!text.ok) {
    gathering.faults.push({ file, message: text.error });
    return;
  }
  for (const document of documentsOf(file, text.value)) {
    if ('message' in document) gathering.faults.push(document);
    else readChunk(document, {}, gathering);
  }
}

/** `type` is what a typed list says of its items, which need not repeat it. */
function readChunk(chunk: Chunk, type: Fields, gathering: Gathering): void {
  for (const value of valuesOf(chunk)) readValue(value, type, gathering);
}

function readValue(value: Value, type: Fields, gathering: Gathering): void {
  const { parsed, chunk } = value;
  if (!parsed.ok) {
    gathering.faults.push({ file: chunk.file, line: parsed.line, message: parsed.error });
    gathering.unreadable(withType(parsed.guess, type), parsed.error);
    return;
  }
  // Empty and comment-only documents are skipped, as kubectl does.
  if (parsed.value === null || parsed.value === undefined) return;
  const object = withType(parsed.value, type);
  const found: Found = { chunk, line: parsed.line, value: object };
  if (isList(object)) readList(value, found, object, gathering);
  else gathering.add(found);
}

function withType(value: unknown, type: Fields): unknown {
  return isFields(value) && value.kind === undefined && value.apiVersion === undefined
    ? { ...type, ...value }
    : value;
}

function isList(value: unknown): value is Fields & { kind: string } {
  if (!isFields(value) || typeof value.kind !== 'string') return false;
  return value.kind === 'List' || (value.kind.endsWith('List') && Object.hasOwn(value, 'items'));
}

function readList(value: Value, found: Found, list: Fields & { kind: string }, gathering: Gathering): void {
  const items = list.items ?? [];
  const { apiVersion, kind } = list;
  if (!Array.isArray(items)) {
    gathering.fault(found, { field: 'items', message: 'must be a list of objects' });
    return;
  }
  const type = kind === 'List' ? {} : { apiVersion, kind: kind.slice(0, -'List'.length) };
  // Items cut from the text are read on their own; else the decoded ones stand, placed within their list.
  if (items.length === 0) for (const chunk of value.items ?? []) readChunk(chunk, type, gathering);
  else readItems(value, items, type, gathering);
}

function readItems(list: Value, items: readonly unknown[], type: Fields, gathering: Gathering): void {
  const cut = list.items?.length === items.length ? list.items : undefined;
  const lines = cut === undefined ? itemLines(list.chunk, items.length) : [];
  for (const [at, item] of items.entries()) {
    const path = fieldPath(fieldPath(list.chunk.path ?? '', 'items'), at);
    const chunk = cut?.[at] ?? { ...list.chunk, path };
    readValue({ chunk, parsed: { ok: true, value: item, line: lines[at] ?? chunk.line } }, type, gathering);
  }
}
