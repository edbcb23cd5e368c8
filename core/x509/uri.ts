import { isIPv6 } from './address.ts';
import { isDomain } from './domain.ts';

/**
 * What is wrong with an ASCII uniformResourceIdentifier, undefined where nothing is. The rules are those of Go's
 * net/url, laxer than RFC 3986 in the path and stricter in the host: `a b:c` passes in a path, not as a host.
 */
export function badURI(text: string): string | undefined {
  const [reference, fragment] = cut(text, '#');
  if (/\p{Cc}/u.test(reference)) return 'control character';
  if (reference !== '*') {
    const problem = badReference(reference);
    if (problem) return problem;
  }
  return badEscapes(fragment);
}

function badReference(reference: string): string | undefined {
  const scheme = /^[a-zA-Z][a-zA-Z0-9+.-]*(?=:)/.exec(reference)?.[0] ?? '';
  if (reference.startsWith(':')) return 'no scheme before the first colon';
  const [rest] = cut(scheme ? reference.slice(scheme.length + 1) : reference, '?');
  if (!rest.startsWith('/')) {
    if (scheme) return undefined;
    return cut(rest, '/')[0].includes(':') ? 'colon in the first path segment' : badEscapes(rest);
  }
  if (!rest.startsWith('//')) return badEscapes(rest);
  const slash = rest.indexOf('/', 2);
  const authority = rest.slice(2, slash < 0 ? rest.length : slash);
  return badAuthority(scheme.toLowerCase(), authority) ?? badEscapes(slash < 0 ? '' : rest.slice(slash));
}

function badAuthority(scheme: string, authority: string): string | undefined {
  const at = authority.lastIndexOf('@');
  const host = unescapedHost(scheme, authority.slice(at + 1));
  if (host === undefined) return 'invalid host';
  if (at >= 0 && !isUserinfo(authority.slice(0, at))) return 'invalid userinfo';
  return isDomain(host, false) ? undefined : 'invalid domain';
}

// The name ends at the first colon: an escape cannot straddle it.
function isUserinfo(text: string): boolean {
  const [name, password] = cut(text, ':');
  return /^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(text) && !badEscapes(name) && !badEscapes(password);
}

// The host with its port, percent escapes undone, undefined where it is broken.
function unescapedHost(scheme: string, host: string): string | undefined {
  const bracket = host.lastIndexOf('[');
  if (bracket > 0) return undefined;
  if (bracket === 0) return unescapedLiteral(host);
  const first = host.indexOf(':');
  const last = host.lastIndexOf(':');
  const colon = scheme === 'http' || scheme === 'https' ? first : last;
  if (colon >= 0 && !isPort(host.slice(colon))) return undefined;
  return unescaped(host, isHostEscape);
}

// [IPv6], [IPv6%25zone] (RFC 6874), each with or without a port.
function unescapedLiteral(host: string): string | undefined {
  const close = host.lastIndexOf(']');
  if (close < 0 || !isPort(host.slice(close + 1))) return undefined;
  const inside = host.slice(1, close);
  const zoneAt = inside.indexOf('%25');
  const address = unescaped(zoneAt < 0 ? inside : inside.slice(0, zoneAt), isHostEscape);
  const zone = zoneAt < 0 ? '' : unescaped(inside.slice(zoneAt), isZoneEscape);
  if (address === undefined || zone === undefined || !isIPv6(address) || zone === '%') return undefined;
  return `[${address}${zone}]${host.slice(close + 1)}`;
}

function isPort(text: string): boolean {
  return /^(:[0-9]*)?$/.test(text);
}

// Only the percent sign that leads a zone may be escaped in a host. Go lets octets above ASCII through here, and in a
// zone a space, but none of them is of a domain.
function isHostEscape(octet: number): boolean {
  return octet === 0x25;
}

function isZoneEscape(octet: number): boolean {
  return octet === 0x25 || !outsideHost.test(String.fromCharCode(octet));
}

const outsideHost = /[^A-Za-z0-9!$&'()*+,;=:[\]<>"\-_.~]/;

// The text of a host or zone with its escapes undone, one character an octet.
function unescaped(text: string, allowed: (octet: number) => boolean): string | undefined {
  if (badEscapes(text) || outsideHost.test(text.replaceAll('%', ''))) return undefined;
  let good = true;
  const plain = text.replace(/%(..)/g, (_, digits: string) => {
    const octet = Number.parseInt(digits, 16);
    good &&= allowed(octet);
    return String.fromCharCode(octet);
  });
  return good ? plain : undefined;
}

function badEscapes(text: string): string | undefined {
  return /%(?![0-9a-fA-F]{2})/.test(text) ? 'invalid percent escape' : undefined;
}

function cut(text: string, separator: string): readonly [before: string, after: string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
