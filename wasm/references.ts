/**
 * Long texts that the rules hand to a builtin of the host and hardly read: wasm is given a few characters for each, and
 * neither parses nor writes it. So a Secret's entries go in, and the certificates of a pair from one builtin to the next.
 */
export type References = {
  /** What stands for a text: its first character, which a rule may ask for, and a number. Nothing stands for itself. */
  readonly refer: (text: string) => string;
  /** What is meant: the text of the reference at the end, after what a rule put before it; any other text as it is. */
  readonly resolve: (text: string) => string;
  /** Forgets all: a reference holds for one question, and a text may be a private key. */
  readonly clear: () => void;
};

/** None yet. What is whole cannot be taken for a reference: `@` is not in base64. */
export function createReferences(): References {
  const texts: string[] = [];
  return {
    refer: text => text && `${text[0]}@${texts.push(text) - 1}`,
    resolve: given => {
      const reference = /.@(\d+)$/s.exec(given);
      const text = reference?.[1] && texts[Number(reference[1])];
      return text === undefined ? given : given.slice(0, reference?.index) + text;
    },
    clear: () => {
      texts.length = 0;
    },
  };
}
