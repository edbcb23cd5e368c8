import builder, { type Builder, type TestCase } from 'junit-report-builder';
import { printable } from '../../core/printable.ts';
import { atLeast, type Finding } from '../findings.ts';
import type { Fault } from '../source/fleet.ts';
import { faultText } from './problems.ts';
import { pathOf, type Report, type Subject, subjectName } from './report.ts';

const tool = 'kubectl-seinode';

/**
 * JUnit XML: a suite a rule, a case an object. What is below the threshold passes and shows in the case's output. What
 * could not be read is an error in a suite of its own, which never is empty: a report without a case is a fault to CI.
 */
export function junit(report: Report): string {
  // The module is the builder itself, not an object with a default as its types say.
  const suites = (builder as unknown as Builder).newBuilder().name(tool);
  addDocuments(suites, report);
  for (const { id } of report.rules) {
    addRule(suites, id, report);
  }
  return `${suites.build()}\n`;
}

function addDocuments(suites: Builder, { faults, directory }: Report): void {
  const suite = suites.testSuite().name('documents');
  const add = (name: string) => suite.testCase().className(`${tool}.documents`).name(text(name));
  if (faults.length === 0) {
    add('every document was read');
  }
  for (const fault of faults) {
    const error = add(`read ${faultPlace(fault)}`).error(
      text(fault.message),
      'unreadable',
      text(faultText(fault)),
    );
    place(error, fault, directory);
  }
}

function addRule(suites: Builder, rule: string, report: Report): void {
  const suite = suites.testSuite().name(rule);
  const byName = Map.groupBy(
    report.findings.filter(finding => finding.rule === rule),
    subjectName,
  );
  // A finding may be about an object that is no node.
  const subjects = new Map<string, Subject>();
  for (const subject of [...report.checked, ...[...byName.values()].flat()]) {
    subjects.set(subjectName(subject), subject);
  }
  for (const [name, subject] of subjects) {
    const added = suite
      .testCase()
      .className(`${tool}.${rule}`)
      .name(text(`${rule}: ${name}`));
    place(added, subject, report.directory);
    addFindings(added, byName.get(name) ?? [], report);
  }
}

/** GitLab shows a case's first failure alone, and of it the text only: all of them are one. */
function addFindings(added: TestCase, findings: readonly Finding[], { failOn }: Report): void {
  const { failing = [], passing = [] } = Object.groupBy(findings, ({ severity }) =>
    atLeast(severity, failOn) ? 'failing' : 'passing',
  );
  const [first] = failing;
  if (first !== undefined) {
    added
      .failure(text(first.message), first.severity)
      .stacktrace(text(failing.map(findingText).join('\n\n')));
  }
  if (passing.length > 0) {
    added.standardOutput(text(passing.map(findingText).join('\n\n')));
  }
}

function findingText({ file, line, severity, rule, message, fix, docs }: Finding): string {
  const head = file === undefined ? '' : `${file}:${line}: `;
  return `${head}${severity} ${rule}: ${message}\nFix: ${fix}\n${docs}`;
}

function faultPlace({ file = '', line, field }: Fault): string {
  return [file, line, field].filter(part => part !== undefined).join(':');
}

function place(added: TestCase, { file }: { readonly file?: string }, directory: string): void {
  const path = pathOf(file, directory);
  if (path !== undefined) {
    added.file(text(path));
  }
}

/** Of what XML 1.0 forbids, the builder would drop without a word what `printable` leaves. */
function text(said: string): string {
  return printable(said).replaceAll(/[\ufffe\uffff]/g, '\ufffd');
}
