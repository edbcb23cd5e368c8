/**
 * Decodes base64 (RFC 4648 §4) as Go reads a PEM body: blanks and line ends are skipped wherever they are, padding has
 * to be there, and the unused bits of the last character may be anything. Undefined where it is broken.
 *
 * @param text one character an octet.
 */
export function decodeBase64(text: string): Uint8Array | undefined {
  const characters = text.replace(/[ \t\r\n]+/g, '');
  const { length } = characters;
  if (length % 4 !== 0) return undefined;
  const padding = characters.endsWith('==') ? 2 : characters.endsWith('=') ? 1 : 0;
  // Not of Node's pool, which small buffers have in common: a key would lie beside a certificate.
  const bytes = Buffer.allocUnsafeSlow((length / 4) * 3 - padding);
  // Node passes over what it does not know, so that only sound text fills all octets: far faster than a look at each
  // character. But - and _ it takes for + and /.
  const sound = bytes.write(characters, 'base64') === bytes.length && !/[-_]/.test(characters);
  return sound ? bytes : undefined;
}
