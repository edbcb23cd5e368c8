import { execFileSync } from 'node:child_process';
import { pageOf, type Rule, type Severity } from '../core/policy.ts';

/** One entry of `opa inspect --annotations`, in part. */
type Inspected = {
  readonly path: readonly { readonly value: string }[];
  readonly annotations: {
    readonly scope: string;
    readonly title?: string;
    readonly description?: string;
    readonly custom?: { id: string; severity: Severity; fix: string; example: string };
  };
};

/**
 * The rules as their METADATA describes them, sorted by id.
 *
 * @param opa path of the OPA binary. @param directory the policies.
 */
export function describeRules(opa: string, directory: string): Rule[] {
  const json = execFileSync(opa, ['inspect', '--annotations', '--format', 'json', directory], {
    encoding: 'utf8',
  });
  const { annotations } = JSON.parse(json) as { annotations: readonly Inspected[] };
  return annotations.flatMap(describe).toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

function describe({ annotations: { title = '', description = '', custom } }: Inspected): Rule[] {
  return custom === undefined
    ? []
    : [
        {
          id: custom.id,
          title,
          description: description.trim().replaceAll('\n', ' '),
          severity: custom.severity,
          docs: pageOf(custom.id),
          example: custom.example,
          fix: custom.fix,
        },
      ];
}
