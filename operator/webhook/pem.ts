import { X509Certificate } from 'node:crypto';

/** The certificates in a text of PEM, each once and written in one way; what cannot be read is left out. */
export function authoritiesIn(text: string): string[] {
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  return [...new Set(blocks.flatMap(readable))];
}

function readable(block: string): string[] {
  try {
    return [new X509Certificate(block).toString()];
  } catch {
    return [];
  }
}
