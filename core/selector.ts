import { failure, type Result, success } from './result.ts';

/** Whether labels (or fields) satisfy a selector. */
export type Selector = (labels: Labels) => boolean;
type Labels = Readonly<Record<string, string>>;

/**
 * Parses a label selector as kubectl's `-l` takes it: `a=b`, `a==b`, `a!=b`, `a in (b,c)`, `a notin (b,c)`, `a`,
 * `!a`, joined by commas (Kubernetes API, labels and selectors). `!=` and `notin` match an absent key.
 *
 * @returns the selector, or what is wrong with the text. The empty text selects everything.
 */
export function parseLabelSelector(text: string): Result<Selector> {
  return parseAll(
    text,
    parseRequirement,
    'label selector; write key=value, key!=value, key in (a,b) or !key',
  );
}

/** Fields of a custom resource that the API server selects on. */
const selectableFields = ['metadata.name', 'metadata.namespace'];

/**
 * Parses a field selector, `metadata.name=n0,metadata.namespace!=arctic`.
 *
 * @returns the selector over a record of those two fields, or what is wrong with the text.
 */
export function parseFieldSelector(text: string): Result<Selector> {
  return parseAll(text, parseField, `field selector; write ${selectableFields.join('=VALUE or ')}=VALUE`);
}

function parseAll(
  text: string,
  parse: (requirement: string) => Selector | undefined,
  right: string,
): Result<Selector> {
  const requirements = text.trim() === '' ? [] : split(text).map(part => part.trim());
  const parsed = requirements.map(parse);
  const bad = parsed.indexOf(undefined);
  return bad === -1
    ? success(labels => parsed.every(matches => matches?.(labels)))
    : failure(`"${requirements[bad]}" is no ${right}`);
}

/** At each comma that is outside of parentheses. Everything here looks at each character once or twice: a text may be of any length. */
function split(text: string): string[] {
  const parts: string[] = [];
  let [from, isInside] = [0, false];
  for (const { 0: mark, index } of text.matchAll(/[(),]/g)) {
    if (mark !== ',') isInside = mark === '(';
    else if (!isInside) {
      parts.push(text.slice(from, index));
      from = index + 1;
    }
  }
  return [...parts, text.slice(from)];
}

const name = '[A-Za-z0-9](?:[\\w.-]{0,61}[A-Za-z0-9])?';
const key = `((?:[a-z0-9][a-z0-9.-]{0,252}/)?${name})`;
const value = `(?:${name})?`;
const oneValue = new RegExp(`^${value}$`);
const equality = new RegExp(`^${key}\\s*(==?|!=)\\s*(${value})$`);
const membership = new RegExp(`^${key}\\s+(in|notin)\\s*\\(([^()]*)\\)$`);
const existence = new RegExp(`^(!?)\\s*${key}$`);

function parseRequirement(text: string): Selector | undefined {
  return parseEquality(text) ?? parseMembership(text) ?? parseExistence(text);
}

function parseEquality(text: string): Selector | undefined {
  const [, name, operator, value = ''] = equality.exec(text) ?? [];
  return name === undefined ? undefined : among(name, [value], operator !== '!=');
}

function parseMembership(text: string): Selector | undefined {
  const [, name, operator, list = ''] = membership.exec(text) ?? [];
  const values = list.split(',').map(value => value.trim());
  if (name === undefined || !values.every(value => oneValue.test(value))) return undefined;
  return among(name, values, operator === 'in');
}

function parseExistence(text: string): Selector | undefined {
  const [, negated, name] = existence.exec(text) ?? [];
  return name === undefined ? undefined : labels => Object.hasOwn(labels, name) === (negated === '');
}

function parseField(text: string): Selector | undefined {
  const [, name = '', operator, value = ''] = /^([\w.]+)\s*(==?|!=)\s*([\w.-]*)$/.exec(text) ?? [];
  return selectableFields.includes(name) ? among(name, [value], operator !== '!=') : undefined;
}

/** An absent key is among no values. */
function among(name: string, values: readonly string[], wanted: boolean): Selector {
  return labels => (Object.hasOwn(labels, name) && values.includes(labels[name] ?? '')) === wanted;
}
