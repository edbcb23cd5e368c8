import stringWidth from 'string-width';
import type { Severity } from '../../core/policy.ts';
import { printableLine } from '../../core/printable.ts';
import type { Finding } from '../findings.ts';
import { paint, type Style, type Terminal } from '../terminal.ts';
import type { Subject } from './report.ts';
import { wrap } from './wrap.ts';

const styles: Record<Severity, Style> = { error: 'red', warning: 'yellow', info: 'dim' };

/**
 * Findings for a person: one paragraph each, then a line that counts.
 *
 * @param wide adds the link to each rule's page.
 */
export function findingsText(
  terminal: Terminal,
  findings: readonly Finding[],
  checked: readonly Subject[],
  wide: boolean,
): string {
  const paragraphs = findings.map(finding => findingText(terminal, finding, wide));
  return [...paragraphs, summaryLine(findings, checked)].join('\n');
}

/** The findings of one node, under a heading. */
export function findingsSection(terminal: Terminal, findings: readonly Finding[], wide: boolean): string {
  const paragraphs = findings.map(finding => findingText(terminal, finding, wide));
  return `\n${paint(terminal, 'bold', 'Findings')}\n${paragraphs.join('\n') || '  none\n'}`;
}

/** How many findings each rule has, by id. */
export function countByRule(findings: readonly Finding[]): Record<string, number> {
  const rules = [...new Set(findings.map(({ rule }) => rule))].toSorted();
  return Object.fromEntries(rules.map(id => [id, findings.filter(({ rule }) => rule === id).length]));
}

/** One finding: where and what, then the message and the fix, wrapped to the terminal. */
function findingText(terminal: Terminal, finding: Finding, wide: boolean): string {
  const { severity, rule, object, file, line } = finding;
  const key = `${object.namespace}/${object.name}`;
  const name = printableLine(object.kind === 'SeiNode' ? key : `${object.kind} ${key}`);
  const place = file === undefined ? '' : printableLine(`${file}:${line}`);
  const fits = stringWidth(`${severity} ${rule}  ${name}  ${place}`) <= terminal.width;
  return [
    `${paint(terminal, styles[severity], severity)} ${paint(terminal, 'bold', rule)}  ${name}`,
    `${place && `${fits ? '' : '\n'}  ${paint(terminal, 'dim', place)}`}\n`,
    wrap(printableLine(finding.message), terminal.width, '  '),
    wrap(`Fix: ${printableLine(finding.fix)}`, terminal.width, '  '),
    ...(wide ? [patchText(finding), finding.docs && `  ${printableLine(finding.docs)}\n`] : []),
  ].join('');
}

/** What mends it, ready for kubectl: patches of policies, or one that is not there yet; empty where there is neither. */
export function patchText({ details: { patches, create } }: Finding): string {
  const patch = ({ policy, patch }: Patch) => {
    const [namespace = '', name = ''] = policy.split('/');
    const command = `kubectl patch networkpolicy -n ${namespace} ${name} --type json --patch-file FILE`;
    return `  ${printableLine(command)}, with this in FILE:\n${indented(patch)}`;
  };
  return [
    ...((patches ?? []) as readonly Patch[]).map(patch),
    ...(typeof create === 'string'
      ? [`  kubectl apply -f FILE, with this in FILE:\n${indented(create)}`]
      : []),
  ].join('');
}

type Patch = { readonly policy: string; readonly patch: string };

function indented(text: string): string {
  return text.replaceAll(/^(?=.)/gm, '    ');
}

function summaryLine(findings: readonly Finding[], checked: readonly Subject[]): string {
  const judged = [
    ['SeiNode', 'node'],
    ['StatefulSet', 'StatefulSet'],
    ['Pod', 'pod'],
  ]
    .map(([kind, noun]) => [checked.filter(({ object }) => object.kind === kind).length, noun] as const)
    .filter(([count, noun]) => count > 0 || (noun === 'node' && checked.length === 0))
    .map(([count, noun]) => `${count} ${noun}${count === 1 ? '' : 's'}`);
  const counts = (['error', 'warning', 'info'] as const)
    .map(severity => [severity, findings.filter(finding => finding.severity === severity).length] as const)
    .filter(([, count]) => count > 0)
    .map(([severity, count]) => `${count} ${severity}${count === 1 || severity === 'info' ? '' : 's'}`);
  return `${judged.join(' and ')} checked, ${counts.length === 0 ? 'no findings' : counts.join(', ')}.\n`;
}
