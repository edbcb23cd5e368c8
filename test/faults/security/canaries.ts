/** How long a part of a secret counts as the secret. */
const width = 16;

/** Secrets that may be told nowhere: not as they are, in base64, hex or URLs, and no part of them that is 16 characters long. */
export class Canaries {
  readonly #parts = new Map<string, string>();

  /** @param secrets what may not be told, by what it is. */
  constructor(secrets: Readonly<Record<string, string>>) {
    for (const [what, secret] of Object.entries(secrets)) {
      if (secret.length < 2 * width) throw new Error(`${what} is too short to be found`);
      for (const form of formsOf(secret))
        for (let at = 0; at + width <= form.length; at++) this.#parts.set(form.slice(at, at + width), what);
    }
  }

  /** What of them is told, and beside which words; undefined where nothing is. */
  toldIn(text: string): string | undefined {
    for (let at = 0; at + width <= text.length; at++) {
      const what = this.#parts.get(text.slice(at, at + width));
      if (what !== undefined) return `${what}: …${text.slice(Math.max(0, at - 60), at)}[it]`;
    }
    return undefined;
  }
}

function formsOf(secret: string): string[] {
  const hex = Buffer.from(secret).toString('hex');
  // What stands before it moves its base64; two characters at each end are of its neighbours.
  const base64 = [0, 1, 2].map(before =>
    Buffer.from(`${'x'.repeat(before)}${secret}`)
      .toString('base64')
      .slice(before && 2, -4),
  );
  const forURLs = base64.map(form => form.replaceAll('+', '-').replaceAll('/', '_'));
  return [secret, encodeURIComponent(secret), hex, hex.toUpperCase(), ...base64, ...forURLs];
}
