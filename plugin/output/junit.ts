import XMLBuilder from 'fast-xml-builder';
import { printable } from '../../core/printable.ts';
import { atLeast, type Finding } from '../findings.ts';
import type { Fault } from '../source/fleet.ts';
import { faultText } from './problems.ts';
import { pathOf, type Report, type Subject, subjectName } from './report.ts';

const tool = 'kubectl-seinode';

/** An element with a text, and a test case: `@` marks an attribute. */
type Problem = { readonly '@message': string; readonly '@type': string; readonly '#text': string };
type Case = {
  readonly '@classname': string;
  readonly '@name': string;
  readonly '@file'?: string;
  readonly error?: Problem;
  readonly failure?: Problem;
  readonly 'system-out'?: string;
};

/**
 * JUnit XML: a suite a rule, a case an object. What is below the threshold passes and shows in the case's output. What
 * could not be read is an error in a suite of its own, which never is empty: Jenkins fails a report without a case.
 */
export function junit(report: Report): string {
  const builder = new XMLBuilder({
    ignoreAttributes: false,
    attributeNamePrefix: '@',
    format: true,
    suppressEmptyNode: true,
    suppressBooleanAttributes: false,
  });
  const suites = [
    suite('documents', documentCases(report)),
    ...report.rules.map(({ id }) => suite(id, ruleCases(id, report))),
  ];
  const cases = suites.flatMap(({ testcase }) => testcase);
  return builder.build({
    '?xml': { '@version': '1.0', '@encoding': 'UTF-8' },
    testsuites: { '@name': tool, ...counts(cases), testsuite: suites },
  });
}

function suite(name: string, testcase: readonly Case[]) {
  return { '@name': name, ...counts(testcase), testcase };
}

function counts(cases: readonly Case[]) {
  return {
    '@tests': cases.length,
    '@failures': cases.filter(({ failure }) => failure !== undefined).length,
    '@errors': cases.filter(({ error }) => error !== undefined).length,
    '@skipped': 0,
  };
}

function documentCases({ faults, directory }: Report): Case[] {
  const classname = { '@classname': `${tool}.documents` };
  return faults.length === 0
    ? [{ ...classname, '@name': 'every document was read' }]
    : faults.map(fault => ({
        ...classname,
        '@name': attribute(`read ${faultPlace(fault)}`),
        ...file(fault, directory),
        error: problem(fault.message, 'unreadable', faultText(fault)),
      }));
}

function ruleCases(rule: string, report: Report): Case[] {
  const found = report.findings.filter(finding => finding.rule === rule);
  const byName = Map.groupBy(found, subjectName);
  // A finding may be about an object that is no node.
  const subjects = new Map([...report.checked, ...found].map(subject => [subjectName(subject), subject]));
  return [...subjects].map(([name, subject]) => ({
    '@classname': `${tool}.${rule}`,
    '@name': attribute(`${rule}: ${name}`),
    ...file(subject, report.directory),
    ...outcome(byName.get(name) ?? [], report),
  }));
}

/** GitLab shows the first failure of a case alone, and of it the text only: all findings are one. */
function outcome(findings: readonly Finding[], { failOn }: Report): Pick<Case, 'failure' | 'system-out'> {
  const { failing = [], passing = [] } = Object.groupBy(findings, ({ severity }) =>
    atLeast(severity, failOn) ? 'failing' : 'passing',
  );
  const [first] = failing;
  return {
    ...(first && { failure: problem(first.message, first.severity, findingTexts(failing)) }),
    ...(passing.length > 0 && { 'system-out': text(findingTexts(passing)) }),
  };
}

function findingTexts(findings: readonly Finding[]): string {
  return findings
    .map(({ file, line, severity, rule, message, fix, docs }) => {
      const place = file === undefined ? '' : `${file}:${line}: `;
      return `${place}${severity} ${rule}: ${message}\nFix: ${fix}\n${docs}`;
    })
    .join('\n\n');
}

/** What is wrong with a cluster has no place but its words. */
function faultPlace({ file, line, field, message }: Fault): string {
  return [file, line, field].filter(part => part !== undefined).join(':') || message;
}

function problem(message: string, type: string, whole: string): Problem {
  return { '@message': attribute(message), '@type': type, '#text': text(whole) };
}

function file({ file }: Partial<Subject>, directory: string): Pick<Case, '@file'> {
  const path = pathOf(file, directory);
  return path === undefined ? {} : { '@file': attribute(path) };
}

/** A reader would make a line break in an attribute a space. */
function attribute(said: string): string {
  return text(said).replaceAll('\n', '\\n');
}

/** What XML 1.0 can hold: `printable` leaves of the rest two that are no characters. */
function text(said: string): string {
  return printable(said).replaceAll(/[\ufffe\uffff]/g, '\ufffd');
}
