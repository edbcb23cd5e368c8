import { failure, type Result, success } from './result.ts';

/** Whether labels (or fields) satisfy a selector. */
export type Selector = (labels: Readonly<Record<string, string>>) => boolean;

/**
 * Parses a label selector as kubectl's `-l` takes it: `a=b`, `a==b`, `a!=b`, `a in (b,c)`, `a notin (b,c)`, `a`,
 * `!a`, joined by commas (Kubernetes API, labels and selectors). `!=` and `notin` match an absent key.
 *
 * @returns the selector, or what is wrong with the text.
 */
export function parseLabelSelector(text: string): Result<Selector> {
  const requirements = splitOutsideParentheses(text).map(part => part.trim());
  const parsed = requirements.filter(part => part !== '').map(parseRequirement);
  const bad = requirements.find((part, index) => part !== '' && parsed[index] === undefined);
  return bad === undefined && !parsed.includes(undefined)
    ? success(labels => parsed.every(matches => matches?.(labels)))
    : failure(
        `"${bad ?? text}" is no label selector; write key=value, key!=value, key in (a,b), key or !key`,
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
  const written = text.split(',').filter(part => part.trim() !== '');
  const parts = written.map(part => /^([\w.]+)\s*(==?|!=)\s*([\w.-]*)$/.exec(part.trim()));
  const known = parts.every(part => part !== null && selectableFields.includes(part[1] as string));
  return known
    ? parseLabelSelector(text)
    : failure(`"${text}" is no field selector; write ${selectableFields.join('=… or ')}=…`);
}

function splitOutsideParentheses(text: string): string[] {
  return text.split(/,(?![^(]*\))/);
}

const key = '([A-Za-z0-9](?:[\\w./-]*[A-Za-z0-9])?)';
const equality = new RegExp(`^${key}\\s*(==?|!=)\\s*([\\w.-]*)$`);
const membership = new RegExp(`^${key}\\s+(in|notin)\\s*\\(([^()]*)\\)$`);
const existence = new RegExp(`^(!?)\\s*${key}$`);

function parseRequirement(text: string): Selector | undefined {
  return parseEquality(text) ?? parseMembership(text) ?? parseExistence(text);
}

function parseEquality(text: string): Selector | undefined {
  const [, name, operator, value] = equality.exec(text) ?? [];
  return name === undefined ? undefined : labels => (labels[name] === value) === (operator !== '!=');
}

function parseMembership(text: string): Selector | undefined {
  const [, name, operator, list = ''] = membership.exec(text) ?? [];
  const values = list.split(',').map(value => value.trim());
  const isMember = (value: string | undefined) => value !== undefined && values.includes(value);
  return name === undefined ? undefined : labels => isMember(labels[name]) === (operator === 'in');
}

function parseExistence(text: string): Selector | undefined {
  const [, negated, name] = existence.exec(text) ?? [];
  return name === undefined ? undefined : labels => Object.hasOwn(labels, name) === (negated === '');
}
