import { type FileHandle, open, readFile } from 'node:fs/promises';

/**
 * Which ranges of a file have been written: one number a line, appended after the range is on the disk. A line that a
 * death cut off has no newline, and does not count.
 */
export class Ledger {
  readonly #file: FileHandle;
  readonly done: ReadonlySet<number>;

  private constructor(file: FileHandle, done: ReadonlySet<number>) {
    [this.#file, this.done] = [file, done];
  }

  /** Reads what there is of it, or begins it. @throws a fault of the file system. */
  static async open(path: string): Promise<Ledger> {
    const text = await readFile(path, 'utf8').catch(error => {
      if (error.code === 'ENOENT') return '';
      throw error;
    });
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    const file = await open(path, 'a');
    // So that nothing is appended to half a line.
    await file.truncate(Buffer.byteLength(whole));
    return new Ledger(file, new Set(whole.split('\n').slice(0, -1).map(Number)));
  }

  /** @throws a fault of the file system. */
  async add(range: number): Promise<void> {
    await this.#file.appendFile(`${range}\n`);
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}
