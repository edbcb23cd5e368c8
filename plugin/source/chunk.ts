/** The text of one document, or of one item of a list, as it stands in a file. */
export type Chunk = {
  readonly file: string;
  readonly text: string;
  /** The line of the first character of `text`, from 1. */
  readonly line: number;
  /** The text is `- item`, a list of one: the object is its only item. */
  readonly item?: boolean;
  /** Where in the text the object stands, `items[3]`, if it is not the whole of it. */
  readonly path?: string;
};
