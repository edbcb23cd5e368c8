import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Rule } from '../../core/policy.ts';
import { kinds, type Subject, subjectOf } from './subjects.ts';
import { suiteOf } from './suite.ts';
import { constraintOf, labels, templateOf } from './template.ts';

type Bundled = { readonly rule: Rule; readonly subject: Subject };

/**
 * Makes what policies/gatekeeper holds beside its glue: templates, constraints, what is synced, samples and their suite.
 * Rules that read Secrets are in a folder of their own.
 *
 * @param root of the repository. @returns content by path from the root.
 */
export function gatekeeperBundle(root: string, rules: readonly Rule[]): ReadonlyMap<string, Buffer> {
  const bundled = rules.flatMap(rule => {
    const subject = subjectOf(rule.id);
    return subject === undefined ? [] : [{ rule, subject }];
  });
  const policies = join(root, 'policies');
  return new Map([
    ...folder(
      'policies/gatekeeper',
      'seinode',
      bundled.filter(({ subject }) => !subject.secrets),
      policies,
    ),
    ...folder(
      'policies/gatekeeper/secrets',
      'seinode-secrets',
      bundled.filter(({ subject }) => subject.secrets),
      policies,
    ),
  ]);
}

function folder(
  path: string,
  sync: string,
  bundled: readonly Bundled[],
  policies: string,
): [string, Buffer][] {
  const manifests: [string, object][] = [
    ...bundled.map(
      ({ rule, subject }) => [`templates/${rule.id}.yaml`, templateOf(rule, subject, policies)] as const,
    ),
    ['sync.yaml', syncSet(sync, bundled)] as const,
    ...bundled.map(
      ({ rule, subject }) => [`constraints/${rule.id}.yaml`, constraintOf(rule, subject)] as const,
    ),
  ].map(([file, manifest]) => [file, manifest]);
  const resources = manifests.map(([file]) => file);
  const kustomization = { apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization', resources };
  const files = [
    ...manifests,
    ['kustomization.yaml', kustomization] as const,
    ...suiteOf(bundled.map(({ rule }) => rule.id)),
  ];
  return files.map(([file, content]) => [`${path}/${file}`, Buffer.from(yaml(content))]);
}

function syncSet(name: string, bundled: readonly Bundled[]): object {
  const wanted = new Set(bundled.flatMap(({ subject }) => subject.sync));
  const gvks = Object.values(kinds).filter(kind => wanted.has(kind));
  return {
    apiVersion: 'syncset.gatekeeper.sh/v1alpha1',
    kind: 'SyncSet',
    metadata: { name, labels },
    spec: { gvks },
  };
}

/** Several documents where it is a list. */
function yaml(content: object): string {
  const documents = Array.isArray(content) ? content : [content];
  return documents
    .map(document => stringify(document, { lineWidth: 0, aliasDuplicateObjects: false }))
    .join('---\n');
}
