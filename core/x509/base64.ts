/**
 * Decodes base64 (RFC 4648 §4) as Go reads a PEM body: blanks and line ends are skipped wherever they are, padding has
 * to be there, and the unused bits of the last character may be anything. Undefined where it is broken.
 */
export function decodeBase64(text: string): Uint8Array | undefined {
  const characters = text.replace(/[ \t\r\n]+/g, '');
  const bytes = Buffer.from(characters, 'base64');
  // Node passes over what it does not know, so that only sound text comes out as it went in: far faster than a look at
  // each character. The last four may come out otherwise, for their unused bits, and are looked at.
  const sound =
    characters.length % 4 === 0 &&
    /^[A-Za-z0-9+/]*={0,2}$/.test(characters.slice(-4)) &&
    characters.slice(0, -4) === bytes.toString('base64').slice(0, -4);
  // A copy, for Node gives small buffers memory in common: a key would lie beside a certificate.
  return sound ? new Uint8Array(bytes) : undefined;
}
