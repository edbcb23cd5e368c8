import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import { manifests } from '../../operator/manifests.ts';
import { granted, type Rule } from '../../operator/rights.ts';

type Role = {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly rules: readonly Rule[];
};

const toggle = loadAll(
  readFileSync(join(import.meta.dirname, '../../../examples/toggle/rbac.yaml'), 'utf8'),
) as Role[];

/** What we ship rights for: who has them where tests use them, and what they are, a line each. */
export const shipped = {
  operator: {
    user: /^system:serviceaccount:sei-k8s-controller-system:sei-k8s-controller-manager$/,
    rights: rightsOf(manifests as readonly Role[], /^sei-k8s-controller-/),
  },
  proxy: {
    user: /^system:serviceaccount:[^:]+:seid-node$/,
    rights: rightsOf(manifests as readonly Role[], /^sei-rbac-proxy$/),
  },
  submitter: {
    user: /^system:serviceaccount:[^:]+:submitter$/,
    rights: rightsOf(manifests as readonly Role[], /^sei-validator-task-submitter$/),
  },
  toggle: { user: /^alice$/, rights: rightsOf(toggle, /^seinode-tls-toggle$/) },
} as const;

function rightsOf(objects: readonly Role[], names: RegExp): string[] {
  const roles = objects.filter(({ kind, metadata }) => /Role$/.test(kind) && names.test(metadata.name));
  return [...new Set(granted(roles.flatMap(({ rules }) => rules)))];
}
