const label = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const qualified = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
const dataKey = /^[-._a-zA-Z0-9]+$/;

/**
 * Why the API server refuses `name` as the name of a SeiNode or a Secret (RFC 1123 subdomain), as a clause that
 * says what would be right; undefined where it is accepted.
 */
export function subdomainFault(name: string): string | undefined {
  return nameFault(
    name,
    253,
    subdomain,
    'lower-case letters, digits, "-" and ".", each part beginning and ending with a letter or digit',
  );
}

/** The same for the name of a namespace (RFC 1123 label). */
export function labelFault(name: string): string | undefined {
  return nameFault(
    name,
    63,
    label,
    'lower-case letters, digits and "-", beginning and ending with a letter or digit',
  );
}

/** The same for a key of a Secret's data. */
export function dataKeyFault(name: string): string | undefined {
  if (name === '.' || name.startsWith('..')) return 'a key is neither "." nor begins with ".."';
  return nameFault(name, 253, dataKey, 'letters, digits, "-", "_" and "."');
}

/** The same for the key of a label: a name of at most 63 characters, behind a DNS name and "/" if it has a prefix. */
export function qualifiedNameFault(key: string): string | undefined {
  const parts = key.split('/');
  if (parts.length > 2) return 'it has more than one "/"';
  const prefix = parts.length === 2 ? subdomainFault(parts[0]!) : undefined;
  const allowed = 'letters, digits, "-", "_" and ".", the first and last a letter or digit,';
  return prefix === undefined ? nameFault(parts.at(-1)!, 63, qualified, allowed) : `its prefix: ${prefix}`;
}

function nameFault(name: string, longest: number, shape: RegExp, allowed: string): string | undefined {
  if (name.length > longest) return `it has ${name.length} characters, ${longest} are the most`;
  return shape.test(name) ? undefined : `only ${allowed} are accepted`;
}
