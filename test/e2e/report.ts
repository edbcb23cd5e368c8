/** What the checks say, one line each. */
export type Report = {
  /**
   * Makes one check: it fails where `part` throws.
   *
   * @param part gives a few words on what was seen, or nothing. @returns whether it passed.
   */
  readonly check: (what: string, part: () => Promise<string | undefined>) => Promise<boolean>;
  readonly counts: { passed: number; failed: number };
};

/** @param signal once it is aborted nothing is reported any more: `check` throws its reason. */
export function reportTo(say: (line: string) => void, signal: AbortSignal): Report {
  const counts = { passed: 0, failed: 0 };
  const check: Report['check'] = async (what, part) => {
    const start = performance.now();
    const tell = (verdict: string, more = '') => {
      const seconds = ((performance.now() - start) / 1000).toFixed(1);
      say(`${verdict.padEnd(6)} ${seconds.padStart(6)} s  ${what}${more && `: ${more}`}`);
    };
    try {
      tell('ok', await part());
      counts.passed++;
      return true;
    } catch (fault) {
      signal.throwIfAborted();
      tell('not ok', (fault as Error).message.trim().replaceAll(/\s*\n\s*/g, ' '));
      counts.failed++;
      return false;
    }
  };
  return { check, counts };
}
