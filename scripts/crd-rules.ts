import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { walk } from '../core/doctor/crd/walk.ts';
import type { CustomResourceDefinition } from '../core/doctor/objects.ts';

/** The rules (CEL) of the CRD that the operator ships, each with its path: `doctor` holds a cluster's against them. @param root of the repository. */
export function crdRules(root: string): { readonly path: string; readonly rule: string }[] {
  const text = readFileSync(join(root, 'operator/manifests/crd/sei.io_seinodes.yaml'), 'utf8');
  const [version] = (load(text) as CustomResourceDefinition).spec?.versions ?? [];
  return walk(version?.schema?.openAPIV3Schema ?? {}).flatMap(
    ([path, { 'x-kubernetes-validations': rules = [] }]) => rules.map(({ rule }) => ({ path, rule })),
  );
}
