/** What stands in place of a text that may be a secret. */
export const hidden = '(redacted)';

/**
 * What keys, tokens and passwords look like, wherever somebody put them, and what is left of it. Each begins where a run of
 * letters does, or is bounded, so that a long text is searched once.
 */
const shapes: readonly (readonly [RegExp, string])[] = [
  // A private key in PEM, also one whose end was cut off.
  [/-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|$)/g, hidden],
  // PEM in base64, which begins at each of the three places in a group of letters.
  [/(?<![\w+/])[\w+/]*(?:LS0tLS1CRUdJTi|0tLS0tQkVHSU4g|tLS0tLUJFR0lOI)[\w+/=]*/g, hidden],
  // A JWT.
  [/\beyJ[\w-]{6,1000}\.[\w-]+\.?[\w-]*/g, hidden],
  [/\b(Bearer|Basic)\s+[\w.~+/=-]{8,}/gi, `$1 ${hidden}`],
  // Who asks, in a URL, and what is asked for: signatures stand there.
  [/(?<![a-z0-9+.-])([a-z0-9+.-]+:\/\/)[^\s/@"']+@/gi, `$1${hidden}@`],
  [/\?[^\s?="'<>]*=[^\s"'<>]*/g, `?${hidden}`],
  // The key of an account, as Ethereum's tools write it.
  [/\b0x[0-9a-f]{64}\b/gi, hidden],
  [/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, hidden],
  [
    /(?<![\w-])((?:[\w-]*[_-])?(?:password|passwd|token|api[_-]?key|mnemonic)=)(?:"[^"]*"|[^\s"'&]+)/gi,
    `$1${hidden}`,
  ],
];

/** Where letters of both cases and digits run on for so long, they are a key's, as in its lines without their frame. */
const run = /[\w+/-]{40,}={0,2}/g;

function isRandom(text: string): boolean {
  return /[A-Z]/.test(text) && /[a-z]/.test(text) && /\d/.test(text);
}

/**
 * A text without what looks like a private key, a token or a password. This is the second guard: objects that hold such
 * things are not shown in the first place. It may take away more than it must.
 */
export function redacted(text: string): string {
  const left = shapes.reduce((left, [shape, kept]) => left.replace(shape, kept), text);
  return left.replace(run, found => (isRandom(found) ? hidden : found));
}
