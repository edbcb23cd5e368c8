/** Numbers that look random and are the same for the same seed (mulberry32). */
export type Random = {
  /** A whole number from 0 to below `n`. */
  readonly below: (n: number) => number;
  /** One of the list. */
  readonly pick: <T>(list: readonly T[]) => T;
  /** `n` octets. */
  readonly bytes: (n: number) => Uint8Array;
};

/** Starts a sequence. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  const below = (n: number): number => Math.floor(next() * n);
  return {
    below,
    pick: list => list[below(list.length)]!,
    bytes: n => Uint8Array.from({ length: n }, () => below(256)),
  };
}
