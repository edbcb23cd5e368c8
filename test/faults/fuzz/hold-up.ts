import { createContext, Script } from 'node:vm';
import { pumped } from './pumped.ts';

/** Characters: what looks at each of them once needs a millisecond, what looks at each from every other one seconds. */
const length = 100_000;
/** Microseconds of this thread's own, for one search. */
const most = 250_000;

const script = new Script(`
  for (text of texts) {
    const begun = used();
    regexp.global ? text.replaceAll(regexp, '') : regexp.test(text);
    if (used() - begun > most) throw new Error('too long');
  }`);

/**
 * The beginning of a text that keeps a regular expression busy for longer than its length allows; undefined where none is
 * found.
 *
 * @param patience milliseconds after which all is ended: a search that takes twice as long with each character has no end.
 */
export function holdUp(regexp: RegExp, patience = 180_000): string | undefined {
  const used = () => process.threadCpuUsage().user;
  const context = createContext({ regexp, texts: pumped(regexp, length), text: '', used, most });
  try {
    script.runInContext(context, { timeout: patience });
    return undefined;
  } catch {
    return context.text.slice(0, 40);
  }
}
