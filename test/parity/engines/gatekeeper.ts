import { execFileSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { KubernetesObject } from '../../../core/kubernetes.ts';
import type { Violation } from '../../../core/policy.ts';
import { type GVK, subjectOf } from '../../../scripts/gatekeeper/subjects.ts';
import { goProgram } from '../../go-program.ts';
import { type Answer, answerOf, type Case, nameOf, type Request } from '../case.ts';

const policies = join(import.meta.dirname, '../../../policies/gatekeeper');

// biome-ignore lint/suspicious/noExplicitAny: manifests of Gatekeeper
type Loose = any;

const [templates, constraints, syncSets] = ['templates/*', 'constraints/*', 'sync'].map(what =>
  globSync(`{.,secrets}/${what}.yaml`, { cwd: policies })
    .toSorted()
    .map(file => parse(readFileSync(join(policies, file), 'utf8')) as Loose),
) as [Loose[], Loose[], Loose[]];

/** What gator's program of this repository is told of a violation. */
type Result = {
  /** Index of the object; -1 for the request. */
  readonly object: number;
  readonly constraint: string;
  readonly message: string;
  readonly details: Violation;
};

/** The path of our program over Gatekeeper's library. @throws where it cannot be built. */
export function gatekeeperProgram(): string {
  return goProgram(join(import.meta.dirname, '../gator'));
}

/** What Gatekeeper finds with the bundle that is shipped, rules on Secrets included, with all synced that it asks for. */
export function askGatekeeper(cases: readonly Case[]): Answer[] {
  const lines = [{ templates, constraints }, ...cases.map(questionOf)].map(each => JSON.stringify(each));
  const out = execFileSync(gatekeeperProgram(), {
    input: lines.join('\n'),
    encoding: 'utf8',
    maxBuffer: 1 << 30,
  });
  const answers = out
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as Result[]);
  return cases.map((one, index) => answerOf((answers[index] ?? []).map(result => foundOf(result, one))));
}

function questionOf({ objects, parameters, request }: Case): object {
  return {
    constraints: parameters === undefined ? [] : constraints.filter(takesParameters).map(given(parameters)),
    inventory: objects.filter(isSynced),
    ...(request ? { objects: [], request: requestOf(request) } : { objects }),
  };
}

function takesParameters({ metadata }: Loose): boolean {
  return subjectOf(metadata.name)?.parameters ?? false;
}

function given(parameters: object): (constraint: Loose) => object {
  return constraint => ({ ...constraint, spec: { ...constraint.spec, parameters } });
}

function isSynced({ apiVersion, kind }: KubernetesObject): boolean {
  const isOf = (gvk: GVK) =>
    gvk.kind === kind && [gvk.group, gvk.version].filter(Boolean).join('/') === apiVersion;
  return syncSets.some(({ spec }) => spec.gvks.some(isOf));
}

/** As the API server sends it. */
export function requestOf({ operation, object, oldObject }: Request): object {
  const { apiVersion, kind, metadata } = (object ?? oldObject) as KubernetesObject;
  const [version, group = ''] = apiVersion.split('/').toReversed() as [string, string?];
  const resource = `${kind.toLowerCase().replace(/y$/, 'ie')}s`;
  return {
    uid: '00000000-0000-4000-8000-000000000000',
    kind: { group, version, kind },
    resource: { group, version, resource },
    name: metadata.name,
    ...(metadata.namespace && { namespace: metadata.namespace }),
    ...{ operation, userInfo: { username: 'somebody' } },
    ...{ object: object ?? null, oldObject: oldObject ?? null },
  };
}

/** @throws where a constraint says anything but a violation of its own rule. */
function foundOf({ object, constraint, message: line, details }: Result, { name, objects, request }: Case) {
  const { rule, severity, field, message, fix, docs } = details;
  if (constraint !== rule || line !== `${rule}: ${message}. ${fix} ${docs}`) {
    throw new Error(`${name}: constraint ${constraint} says ${line}`);
  }
  const subject = objects[object] ?? request?.object ?? request?.oldObject;
  return {
    rule,
    severity,
    object: nameOf(subject as KubernetesObject),
    field,
    message,
    details: details.details,
  };
}

/** Whether the constraint of a violation's rule refuses. */
export function isDenied({ rule }: { readonly rule: string }): boolean {
  return constraints.some(
    ({ metadata, spec }) => metadata.name === rule && spec.enforcementAction === 'deny',
  );
}
