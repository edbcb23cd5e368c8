/**
 * Decodes base64 as Go's base64.StdEncoding and so as OPA and the Kubernetes API do: CR and LF are skipped, padding
 * is required, the unused bits of the last character may be anything, nothing else is forgiven.
 */
export function decodeBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  // Written again as it came: no need to look at each character.
  if (bytes.toString('base64') === text) {
    return bytes;
  }
  const compact = text.replaceAll(/[\r\n]+/g, '');
  return compact.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(compact)
    ? Buffer.from(compact, 'base64')
    : undefined;
}
