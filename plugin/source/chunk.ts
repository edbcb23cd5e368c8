import { countLines } from './text.ts';

/** The text of one document, or of one item of a list, as it stands in a file. */
export type Chunk = {
  readonly file: string;
  readonly text: string;
  /** The line of the first character of `text`, from 1. */
  readonly line: number;
  /** The text is `- item`: a list of one, whose item is meant. */
  readonly item?: boolean;
};

/** Where a part of a text begins and ends. */
export type Span = readonly [start: number, end: number];

/** The parts of a chunk, in the order of the text, each with its line. */
export function* partsOf({ file, text, line }: Chunk, spans: Iterable<Span>): Generator<Chunk> {
  let here = line;
  let at = 0;
  for (const [start, end] of spans) {
    here += countLines(text, at, start);
    at = start;
    yield { file, text: text.slice(start, end), line: here };
  }
}
