import type { Rule } from '../../core/policy.ts';
import manifest from '../../package.json' with { type: 'json' };
import { gatekeeperLibs } from '../gatekeeper-libs.ts';
import { parametersSchema } from './parameters-schema.ts';
import { enforcementOf, type GVK, type Subject } from './subjects.ts';

/** By which doctor knows what is ours, and of which release. */
export const labels = {
  'app.kubernetes.io/name': 'kubectl-seinode',
  'app.kubernetes.io/version': manifest.version,
};

/** A rule as a ConstraintTemplate. @param policies their directory. */
export function templateOf(
  { id, title, description, docs }: Rule,
  subject: Subject,
  policies: string,
): object {
  const source = { version: 'v1', rego: entry(id), libs: libsOf(id, subject, policies) };
  const code = [{ engine: 'Rego', source }];
  return {
    apiVersion: 'templates.gatekeeper.sh/v1',
    kind: 'ConstraintTemplate',
    metadata: {
      name: kindOf(id).toLowerCase(),
      labels,
      annotations: {
        'metadata.gatekeeper.sh/title': title,
        description: `${description} ${docs}`,
        ...(subject.sync.length > 0 && {
          'metadata.gatekeeper.sh/requires-sync-data': `${JSON.stringify(subject.sync.map(requirement))}\n`,
        }),
      },
    },
    spec: {
      crd: {
        spec: {
          names: { kind: kindOf(id) },
          validation: {
            legacySchema: false,
            openAPIV3Schema: subject.parameters ? parametersSchema : { type: 'object' },
          },
        },
      },
      targets: [{ target: 'admission.k8s.gatekeeper.sh', code }],
    },
  };
}

/** The constraint that a rule is installed with. */
export function constraintOf({ id }: Rule, subject: Subject): object {
  const groups = Map.groupBy(subject.match, ({ group }) => group);
  return {
    apiVersion: 'constraints.gatekeeper.sh/v1beta1',
    kind: kindOf(id),
    metadata: { name: id, labels },
    spec: {
      enforcementAction: enforcementOf(id, subject),
      match: {
        kinds: [...groups].map(([group, kinds]) => ({
          apiGroups: [group],
          kinds: kinds.map(({ kind }) => kind),
        })),
        excludedNamespaces: ['gatekeeper-system', 'kube-*'],
      },
    },
  };
}

/** `SeiNodeTlsSans`; Gatekeeper wants a template's name to be this in lower case. */
function kindOf(id: string): string {
  return `SeiNode${id.replaceAll(/(?:^|-)(.)/g, (_, first: string) => first.toUpperCase())}`;
}

function requirement({ group, version, kind }: GVK): object[] {
  return [{ groups: [group], versions: [version], kinds: [kind] }];
}

function entry(id: string): string {
  return `package ${kindOf(id).toLowerCase()}

import data.lib.seinode.gatekeeper.answers

violation contains answers.shown(found) if {
	some found in answers.found
	found.rule == "${id}"
}
`;
}

/** Rules that ask about nodes alone need nothing of what is about networks. */
function libsOf(id: string, { network }: Subject, policies: string): string[] {
  const roots = ['seinode.gatekeeper.answers', `seinode.rules.${id.replaceAll('-', '_')}`];
  return gatekeeperLibs(policies, roots, network ? [] : networks);
}

const networks = ['seinode.gatekeeper.networks', 'seinode.admission.former', 'seinode.admission.gained'];
