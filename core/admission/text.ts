import { printableLine } from '../printable.ts';
import type { Finding } from './findings.ts';

/** The API server cuts a warning to so many characters once all of them together have more than `mostWarned` (its warning recorder). */
const longestWarning = 256;
const mostWarned = 4096;
/** Status messages have no bound of their own; these keep a screen readable. */
const longestParagraph = 900;
const longestMessage = 4000;

/** A finding on one line of at most 256 characters; the page of the rule is kept, what comes before it is cut. */
export function warningOf(finding: Finding, prefix = ''): string {
  const { rule, message, docs } = finding.violation;
  const text = printableLine(`${prefix}${rule}: ${placeOf(finding)}: ${message}`);
  return `${cut(text, longestWarning - docs.length - 3)} (${docs})`;
}

/** As many warnings as the API server passes on, and how many more there would be. */
export function bounded(warnings: readonly string[]): string[] {
  const lines = warnings.map(line => cut(printableLine(line), longestWarning));
  const room = Math.floor(mostWarned / longestWarning) - 1;
  const more = lines.length - room;
  return more > 0 ? [...lines.slice(0, room), `and ${more} more: kubectl seinode policy check`] : lines;
}

/** Why a request is refused: a paragraph for each finding, with what mends it. */
export function refusalOf(findings: readonly Finding[]): string {
  const shown: string[] = [];
  for (const finding of findings) {
    const { rule, message, fix, docs } = finding.violation;
    const said = printableLine(`${rule}: ${placeOf(finding)}: ${message}${witnessOf(finding)}. ${fix}`);
    const paragraph = `${cut(said, longestParagraph)} ${docs}`;
    if (shown.join('\n').length + paragraph.length > longestMessage) break;
    shown.push(paragraph);
  }
  const more = findings.length - shown.length;
  return [...shown, ...(more > 0 ? [`And ${more} more.`] : [])].join('\n');
}

function placeOf({ nodes }: Finding): string {
  const more = nodes.length - 1;
  return `SeiNode ${nodes[0]}${more > 0 ? ` and ${more} more` : ''}`;
}

/** An address that would get in; of pods the message has an example already. */
function witnessOf({ violation: { details } }: Finding): string {
  const [opening] = (details.openings ?? []) as readonly { readonly address?: string }[];
  return opening?.address === undefined ? '' : `, such as ${opening.address}`;
}

/** Cut to so many characters, counted as the API server does. */
export function cut(text: string, most: number): string {
  const characters = [...text];
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join('')}…`;
}
