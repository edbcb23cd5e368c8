import stringWidth from 'string-width';
import type { Check } from '../../core/doctor/diagnose.ts';
import { printableLine } from '../../core/printable.ts';
import type { CommonOptions } from '../options.ts';
import { paint, type Style, type Terminal } from '../terminal.ts';
import { render } from './render.ts';
import { wrap } from './wrap.ts';

/** A mark for the eye, and the word for whoever sees no colour. */
const marks: Readonly<Record<Check['status'], { readonly mark: string; readonly style: Style }>> = {
  pass: { mark: '✓', style: 'green' },
  fail: { mark: '✗', style: 'red' },
  warn: { mark: '!', style: 'yellow' },
  unknown: { mark: '?', style: 'yellow' },
  skipped: { mark: '-', style: 'dim' },
};
const indent = ' '.repeat(4);

/** A DoctorReport in the format asked for. */
export function formatChecks(
  options: Pick<CommonOptions, 'output' | 'noHeaders'>,
  checks: readonly Check[],
  terminal: Terminal,
): string {
  return render(options.output, {
    kind: 'DoctorReport',
    content: () => ({ summary: summaryOf(checks), checks }),
    names: () => checks.filter(isAmiss).map(({ check }) => `check.seinode.sei.io/${check}`),
    text: () => textOf(options, checks, terminal),
  });
}

function summaryOf(checks: readonly Check[]): Record<Check['status'], number> {
  const count = (status: Check['status']) => checks.filter(check => check.status === status).length;
  return {
    pass: count('pass'),
    fail: count('fail'),
    warn: count('warn'),
    unknown: count('unknown'),
    skipped: count('skipped'),
  };
}

function isAmiss({ status }: Check): boolean {
  return status !== 'pass' && status !== 'skipped';
}

function textOf(
  { output, noHeaders }: Pick<CommonOptions, 'output' | 'noHeaders'>,
  checks: readonly Check[],
  terminal: Terminal,
): string {
  const column = Math.max(...checks.map(({ check }) => check.length));
  const sections = Map.groupBy(checks, ({ category }) => category);
  const parts = [...sections].map(([category, members]) => {
    const head = noHeaders ? '' : `${paint(terminal, 'bold', category)}\n`;
    // One cause is said once.
    const alike = Map.groupBy(members, ({ status, message, fix }) => JSON.stringify([status, message, fix]));
    const lines = [...alike.values()].map(group => linesOf(group, column, output === 'wide', terminal));
    return head + lines.join('');
  });
  return noHeaders ? parts.join('') : `${parts.join('\n')}\n${lastLine(checks)}\n`;
}

/** The message beside the check where there is room for it, else below. @param checks of which the same is to be said. */
function linesOf(checks: readonly Check[], column: number, wide: boolean, terminal: Terminal): string {
  const [check] = checks as readonly [Check];
  const { mark, style } = marks[check.status];
  const message = printableLine(check.message);
  const label = `${mark} ${check.status.padEnd('unknown'.length)}  `;
  const names = checks.map(({ check }) => check).join(', ');
  const beside = `${label}${names.padEnd(column)}  ${message}`;
  const painted = paint(terminal, style, `${label}${names}`);
  const first =
    stringWidth(beside) <= terminal.width
      ? `${painted}${' '.repeat(Math.max(0, column - names.length) + 2)}${message}\n`
      : heading(label, names, style, terminal) + wrap(message, terminal.width, indent);
  const below = [
    ...(wide ? (check.details ?? []).map(detail => `- ${detail}`) : []),
    ...(check.fix === undefined ? [] : [`fix: ${check.fix}`]),
    ...(wide && isAmiss(check) ? [`docs: ${check.docs}`] : []),
  ];
  return first + below.map(line => wrap(printableLine(line), terminal.width, indent)).join('');
}

/** Mark and names on lines of their own, the names in one column. */
function heading(label: string, names: string, style: Style, terminal: Terminal): string {
  const margin = ' '.repeat(stringWidth(label));
  const lines = wrap(names, terminal.width, margin).trimEnd().split('\n');
  const [first = '', ...others] = lines;
  const whole = [label + first.slice(margin.length), ...others];
  return whole.map(line => `${paint(terminal, style, line)}\n`).join('');
}

function lastLine(checks: readonly Check[]): string {
  const summary = summaryOf(checks);
  const said: Readonly<Record<Check['status'], string>> = {
    pass: 'passed',
    fail: 'failed',
    warn: summary.warn === 1 ? 'warning' : 'warnings',
    unknown: 'could not be looked at',
    skipped: 'skipped',
  };
  const counts = Object.entries(summary).filter(([status, count]) => count > 0 || status === 'fail');
  return counts.map(([status, count]) => `${count} ${said[status as Check['status']]}`).join(', ');
}
