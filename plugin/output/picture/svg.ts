import { font } from './dot.ts';

/** A picture in Graphviz's language, laid out by Graphviz, which is loaded only now. */
export async function svg(text: string): Promise<string> {
  const { instance } = await import('@viz-js/viz');
  const drawn = (await instance()).renderString(text, { format: 'svg' });
  return drawn.replaceAll(
    `font-family="${font}"`,
    `font-family="${font},DejaVu Sans,Helvetica,Arial,sans-serif"`,
  );
}
