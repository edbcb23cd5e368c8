import type { Severity } from '../../core/policy.ts';
import { printable } from '../../core/printable.ts';
import type { Finding } from '../findings.ts';
import type { Fault } from '../source/fleet.ts';
import type { Terminal } from '../terminal.ts';
import { faultText } from './problems.ts';
import { pathOf, type Report, subjectName } from './report.ts';

const commands: Record<Severity, string> = { error: 'error', warning: 'warning', info: 'notice' };

/** Workflow commands of GitHub Actions, one a line: an annotation for each fault and finding. */
export function github({ findings, faults, directory }: Report): string {
  return [
    ...faults.map(fault => ofFault(fault, directory)),
    ...findings.map(finding => ofFinding(finding, directory)),
  ]
    .map(line => `${line}\n`)
    .join('');
}

/**
 * A terminal whose lines of error start no workflow command: the runner obeys `##[command]` in the midst of a line too,
 * on standard error as well.
 */
export function withoutCommands(terminal: Terminal): Terminal {
  return { ...terminal, error: text => terminal.error(text.replaceAll('##[', '# #[')) };
}

function ofFault(fault: Fault, directory: string): string {
  return command('error', 'not read', fault, faultText(fault), directory);
}

function ofFinding(finding: Finding, directory: string): string {
  const { severity, rule, file, line, message, fix } = finding;
  const where = file === '-' ? `-:${line}: ` : '';
  const title = `${rule}: ${subjectName(finding)}`;
  return command(commands[severity], title, finding, `${where}${message}\nFix: ${fix}`, directory);
}

function command(
  name: string,
  title: string,
  { file, line }: Pick<Fault, 'file' | 'line'>,
  message: string,
  directory: string,
): string {
  const path = pathOf(file, directory);
  const place = path === undefined ? {} : { file: path, line };
  const properties = Object.entries({ ...place, title })
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}=${property(String(value))}`);
  return `::${name} ${properties.join(',')}::${data(message)}`;
}

/** As the runner undoes it; a carriage return is no longer one. */
function data(text: string): string {
  return printable(text).replaceAll('%', '%25').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
