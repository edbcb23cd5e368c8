import { run } from '../../../plugin/cli.ts';
import { now } from '../terminal.ts';

/** What a report came to. */
export type Made = { readonly code: number; readonly bytes: Buffer; readonly err: string };

/** Runs `report` as where its output goes to a file. @param words the flags, apart by spaces. @param stdin what `-f -` reads. */
export async function report(words: string, stdin = ''): Promise<Made> {
  const written = { bytes: Buffer.alloc(0), err: '' };
  const flags = words.split(' ').filter(word => word !== '');
  const code = await run(['report', ...flags, ...(flags.includes('--now') ? [] : ['--now', now])], {
    out: () => {
      throw new Error('a report is bytes');
    },
    bytes: content => {
      written.bytes = Buffer.concat([written.bytes, content]);
    },
    error: text => {
      written.err += `${text}\n`;
    },
    width: 100,
    color: true,
    stdin: async () => Buffer.from(stdin),
    closed: new AbortController().signal,
  });
  return { code, ...written };
}
