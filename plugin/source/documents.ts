import type { Chunk } from './chunk.ts';
import { policyIn } from './guess.ts';
import type { Unread } from './values.ts';

/**
 * Splits a file into documents as kubectl's reader does: at each line that begins with `---`. Anything but a comment
 * behind the dashes is a fault, as it is there; the lines below it are read on.
 */
export function* documentsOf(file: string, text: string): Generator<Chunk | Unread> {
  let start = 0;
  let line = 1;
  for (let at = 0, here = 1; at < text.length; here += 1) {
    const end = text.indexOf('\n', at) + 1 || text.length;
    if (text.startsWith('---', at)) {
      if (at > start) yield { file, text: text.slice(start, at), line };
      const rest = text.slice(at + 3, end).trim();
      if (rest !== '' && !rest.startsWith('#')) {
        yield {
          file,
          line: here,
          ok: false,
          guess: policyIn(rest, {}),
          error:
            'only a comment may follow "---": kubectl refuses the file, put the document on the next line',
        };
      }
      start = end;
      line = here + 1;
    }
    at = end;
  }
  if (start < text.length) yield { file, text: text.slice(start), line };
}
