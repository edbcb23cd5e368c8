import { breakGlass, breakGlassReason } from '../findings/break-glass.ts';
import { printableLine } from '../printable.ts';
import { actionOf } from './actions.ts';
import type { Action, AdmissionRequest, AdmissionResponse, AdmissionSettings } from './admission.ts';
import type { Finding, Judged } from './findings.ts';
import { bounded, cut, refusalOf, warningOf } from './text.ts';

/** The answer to a request. */
export function answerOf(
  request: AdmissionRequest,
  { findings, unjudged, refused }: Judged,
  { actions }: AdmissionSettings,
): AdmissionResponse {
  const by = (wanted: Action) => findings.filter(finding => done(finding, actions) === wanted);
  const [denied, warned, dryrun] = (['deny', 'warn', 'dryrun'] as const).map(by) as [
    Finding[],
    Finding[],
    Finding[],
  ];
  const reason = reasonOf(request);
  const isRefused = (denied.length > 0 || refused !== undefined) && reason === undefined;
  const broken = reason !== undefined && (denied.length > 0 || refused !== undefined);
  const warnings = [
    ...(broken ? [`let through by ${breakGlass}: ${reason}`] : []),
    ...(isRefused ? [] : denied).map(finding => warningOf(finding)),
    ...(broken && refused !== undefined ? [refused] : []),
    ...warned.map(finding => warningOf(finding)),
    ...unjudged.map(why => `not judged: ${why}`),
  ];
  const annotations = {
    ...rulesIn('denied', isRefused ? denied : []),
    ...(isRefused && refused !== undefined && { refused }),
    ...rulesIn('warned', warned),
    ...rulesIn('dryrun', dryrun),
    ...(broken && { 'break-glass': reason, ...rulesIn('passed', denied) }),
    ...(unjudged.length > 0 && { unjudged: unjudged.join('; ') }),
  };
  return {
    uid: request.uid,
    allowed: !isRefused,
    ...(isRefused && { status: { code: 403, reason: 'Forbidden', message: messageOf(denied, refused) } }),
    ...(warnings.length > 0 && { warnings: bounded(warnings) }),
    ...(Object.keys(annotations).length > 0 && { auditAnnotations: annotationsOf(annotations) }),
  };
}

/** Lets a request through that nobody judges. @param why for the audit log; undefined where it is not worth a line. */
export function passed({ uid }: AdmissionRequest, why?: string): AdmissionResponse {
  return { uid, allowed: true, ...(why !== undefined && { auditAnnotations: { passed: why } }) };
}

/** A warning of the rules is never refused, whatever the settings say. */
function done({ violation, toldAtMost }: Finding, actions: AdmissionSettings['actions']): Action {
  const action = actionOf(violation.rule, actions);
  return action === 'deny' && (toldAtMost || violation.severity !== 'error') ? 'warn' : action;
}

/** The reason of a break-glass annotation on the object, or on the one that is deleted. */
function reasonOf({ object, oldObject }: AdmissionRequest): string | undefined {
  const reason = breakGlassReason(object ?? oldObject);
  return reason === undefined ? undefined : cut(printableLine(reason), 200);
}

function messageOf(denied: readonly Finding[], refused: string | undefined): string {
  return [
    ...(refused === undefined ? [] : [refused]),
    ...(denied.length > 0 ? [refusalOf(denied)] : []),
  ].join('\n');
}

function rulesIn(key: string, findings: readonly Finding[]): Readonly<Record<string, string>> {
  const said = findings.map(({ violation, nodes }) => `${violation.rule} ${nodes.join(',')}`);
  return said.length > 0 ? { [key]: said.join('; ') } : {};
}

const longestAnnotation = 2000;

function annotationsOf(annotations: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(annotations).map(([key, value]) => [key, cut(printableLine(value), longestAnnotation)]),
  );
}
