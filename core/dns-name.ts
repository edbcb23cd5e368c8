/**
 * Why DNS cannot hold a name (RFC 1035 §2.3.4: 63 characters a label, 253 a name as text), as a clause; undefined
 * where it can. Which characters there are is not asked.
 */
export function dnsNameFault(name: string): string | undefined {
  const label = name.split('.').find(label => label.length > 63);
  if (label !== undefined) {
    return `its label "${label}" has ${label.length} characters, DNS takes 63`;
  }
  return name.length > 253 ? `it has ${name.length} characters, DNS takes 253` : undefined;
}
