/** A rule of RBAC. */
export type Rule = {
  readonly apiGroups: string[];
  readonly resources: string[];
  readonly resourceNames?: string[];
  readonly verbs: string[];
};

/** One line a right, as docs/operator-rbac.md writes it: `GROUP/RESOURCE: NAME VERB`. */
export function granted(rules: readonly Rule[]): string[] {
  return rules
    .flatMap(({ apiGroups, resources, resourceNames, verbs }) =>
      apiGroups.flatMap(group =>
        resources.flatMap(resource =>
          verbs.map(
            verb =>
              `${[group, resource].filter(Boolean).join('/')}${resourceNames ? `: ${resourceNames}` : ''} ${verb}`,
          ),
        ),
      ),
    )
    .toSorted();
}
