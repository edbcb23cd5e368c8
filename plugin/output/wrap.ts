import wrapAnsi from 'wrap-ansi';

/**
 * Wraps a text at words.
 *
 * @param width columns, the indent among them. @param indent goes before every line.
 * @returns lines, each with its newline.
 */
export function wrap(text: string, width: number, indent = ''): string {
  return wrapAnsi(text, Math.max(20, width - indent.length))
    .split('\n')
    .map(line => `${indent}${line}\n`)
    .join('');
}
