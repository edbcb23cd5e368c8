import seinode from '../../schema/seinode.json' with { type: 'json' };
import type { Schema } from '../../schema/structural.ts';
import type { CustomResourceDefinition, RuledSchema } from '../objects.ts';
import { fail, pass, skipped, type Verdict, warn } from '../verdict.ts';
import shippedRules from './rules.json' with { type: 'json' };
import { walk } from './walk.ts';

const fix = 'kubectl apply --server-side --force-conflicts -f operator/manifests/crd';
/** Where the CRD says of which release it is. */
const versionLabel = 'app.kubernetes.io/version';

/**
 * Whether the CRD is the one that this plugin was made with: every field and every rule (CEL), by their text. What it
 * lacks makes it older; what it has beyond makes it newer, or somebody else's.
 */
export function crdSchema(crd: CustomResourceDefinition | undefined, pluginVersion: string): Verdict {
  const schema = crd?.spec?.versions?.find(({ name }) => name === 'v1alpha1')?.schema?.openAPIV3Schema;
  if (crd === undefined || schema === undefined) return skipped('there is no CRD');
  const version = crd.metadata.labels?.[versionLabel];
  const [fields, rules] = [fieldsOf(schema), rulesOf(schema)];
  const [ownFields, ownRules] = [fieldsOf(seinode as Schema), shippedRules.map(ruleText)];
  const lacking = [
    ...without(ownFields, fields).map(path => `lacks the field ${path}`),
    ...without(ownRules, rules).map(rule => `lacks the rule on ${rule}`),
  ];
  const more = [
    ...without(fields, ownFields).map(path => `has the field ${path}`),
    ...without(rules, ownRules).map(rule => `has the rule on ${rule}`),
  ];
  const named = version === undefined ? 'a CRD without a version label' : `the CRD of ${version}`;
  if (lacking.length > 0) {
    const what = without(fields, ownFields).length > 0 ? 'another than' : 'older than';
    return fail(
      `${named} is ${what} that of this plugin (${pluginVersion}): ${summary(lacking)}`,
      `${fix} (of the release of this plugin)`,
      lacking,
    );
  }
  return more.length === 0
    ? pass(`fields and rules are those of this plugin (${pluginVersion})`)
    : warn(
        `${named} is newer than this plugin (${pluginVersion}), or somebody else's: ${summary(more)}`,
        'use the plugin of the release that the CRD is of',
        more,
      );
}

function summary([first = '', ...others]: readonly string[]): string {
  return others.length === 0 ? first : `${first} (and ${others.length} more)`;
}

function without(all: readonly string[], known: readonly string[]): string[] {
  const among = new Set(known);
  return all.filter(one => !among.has(one));
}

/** Below spec and status; metadata is the API server's. */
function fieldsOf(schema: Schema): string[] {
  return walk(schema).flatMap(([path]) => (/^\.(spec|status)\b/.test(path) ? [path] : []));
}

function rulesOf(schema: RuledSchema): string[] {
  return walk(schema).flatMap(([path, { 'x-kubernetes-validations': rules = [] }]) =>
    rules.map(({ rule }) => ruleText({ path, rule })),
  );
}

/** How a rule is written makes no difference. */
function ruleText({ path, rule }: { readonly path: string; readonly rule: string }): string {
  return `${path || 'the node'}: ${rule.replaceAll(/\s+/g, ' ').trim()}`;
}
