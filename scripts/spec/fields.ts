import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { walk } from '../../core/doctor/crd/walk.ts';
import type { CustomResourceDefinition, RuledSchema } from '../../core/doctor/objects.ts';
import { intro } from './intro.ts';
import { limitsOf } from './limits.ts';
import { words } from './words.ts';

type Field = RuledSchema & { readonly default?: unknown; readonly description?: string };
type Row = { readonly path: string; readonly field: Field; readonly required: boolean };

/**
 * docs/spec/seinode-fields.md: every field of the CRD that the operator ships, and every rule across fields. The CRD's own
 * text is taken as it is; where it has none, `words` has.
 *
 * @param root of the repository. @throws where a field has no text, or `words` has one of a field that is not there.
 */
export function fieldReference(root: string): string {
  const crd = load(
    readFileSync(join(root, 'operator/manifests/crd/sei.io_seinodes.yaml'), 'utf8'),
  ) as CustomResourceDefinition;
  const schema = crd.spec?.versions?.[0]?.schema?.openAPIV3Schema ?? {};
  const rows = rowsOf(schema);
  const stray = Object.keys(words).filter(path => !rows.some(row => row.path === path));
  if (stray.length > 0) throw new Error(`scripts/spec/words.ts: the CRD has no field ${stray.join(', ')}`);
  return [
    ...intro,
    ...section('spec', rows),
    ...section('status', rows),
    '## Rules across fields',
    '',
    'In CEL, by the field that they are on. `oldSelf` is the field before an edit: such a rule is asked of updates alone.',
    '',
    ...rulesOf(schema),
  ].join('\n');
}

function rowsOf(schema: RuledSchema): Row[] {
  const all = new Map(walk(schema).map(([path, field]) => [path.slice(1), field as Field]));
  return [...all].flatMap(([path, field]) => {
    const [parent, name = ''] = split(path);
    const required = all.get(parent)?.required?.includes(name) ?? false;
    return /^(spec|status)\b/.test(path) ? [{ path, field, required }] : [];
  });
}

/** `spec.peers` and `static` of `spec.peers.static`; items and values have no name. */
function split(path: string): [parent: string, name?: string] {
  const at = path.lastIndexOf('.');
  return at < 0 ? [''] : [path.slice(0, at), path.slice(at + 1)];
}

function section(top: string, rows: readonly Row[]): string[] {
  const own = rows.filter(({ path }) => path === top || path.startsWith(`${top}.`));
  return [
    `## ${top}`,
    '',
    '| field | type | limits | says |',
    '|---|---|---|---|',
    ...own.filter(({ path, field }) => isTold(path, field)).map(line),
    '',
  ];
}

/** Items and values without a text say nothing that their list or map does not. */
function isTold(path: string, { description }: Field): boolean {
  return description !== undefined || !/(\[\]|\.\*)$/.test(path);
}

function line({ path, field, required }: Row): string {
  const says = words[path] ?? field.description;
  if (says === undefined) throw new Error(`scripts/spec/words.ts: ${path} has no text, there or in the CRD`);
  const limits = [...(required ? ['**required**'] : []), ...limitsOf(field)].join('; ');
  const cells = [`\`${path}\``, typeOf(field), limits, says];
  return `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function typeOf(field: Field): string {
  const { type, format, items, additionalProperties } = field;
  if (items !== undefined) return `list of ${typeOf(items)}`;
  if (additionalProperties !== undefined) return `map of ${typeOf(additionalProperties)}`;
  if (field['x-kubernetes-int-or-string']) return 'quantity';
  return type === undefined ? 'anything' : [type, ...(format ? [`(${format})`] : [])].join(' ');
}

/** A rule that several fields have is said once. */
function rulesOf(schema: RuledSchema): string[] {
  const all = walk(schema).flatMap(([path, { 'x-kubernetes-validations': rules = [] }]) =>
    rules.map(({ rule, message = '' }) => ({ path: `\`${path.slice(1) || 'SeiNode'}\``, rule, message })),
  );
  const same = Map.groupBy(all, ({ rule, message }) => JSON.stringify([rule, message]));
  return [...same.values()].flatMap(fields => [
    `- ${fields.map(({ path }) => path).join(', ')}: ${fields[0]!.message}`,
    ...['', '  ```cel', `  ${fields[0]!.rule}`, '  ```', ''],
  ]);
}
