import type { AdmissionRequest, AdmissionResponse, World } from '../../../core/admission/admission.ts';
import { createAdmission } from '../../../core/admission/admit.ts';
import { defaultSettings } from '../../../core/admission/settings.ts';
import type { Secret } from '../../../core/kubernetes.ts';
import { defaultParameters, type Labels, type NetworkPolicy } from '../../../core/network/network-policy.ts';
import { networkPolicyTemplate } from '../../../core/network/template.ts';
import type { SeiNode } from '../../../core/seinode.ts';
import { createJudge } from '../../../wasm/judge.ts';
import { block, fixture, privateKey } from '../../wasm/fixtures.ts';

export const now = '2026-06-01T00:00:00Z';
const admit = createAdmission(createJudge());

/** The policy of contract §6 in the namespace of the nodes. */
export const template: NetworkPolicy = networkPolicyTemplate(defaultParameters, 'arctic').policy;

export function node(name: string, spec: Partial<SeiNode['spec']> = {}, metadata: object = {}): SeiNode {
  return {
    apiVersion: 'sei.io/v1alpha1',
    kind: 'SeiNode',
    metadata: { namespace: 'arctic', name, uid: `uid-${name}`, ...metadata },
    spec: { chainId: 'arctic-1', image: 'seid:v1', fullNode: {}, ...spec },
  };
}

export const n0 = node('n0', { sidecar: { tls: { secretName: 'n0-tls' } } });
export const validator = node('v0', {
  fullNode: undefined as never,
  validator: {
    signingKey: { secret: { secretName: 'v0-key' } },
    nodeKey: { secret: { secretName: 'v0-node-key' } },
    operatorKeyring: {
      secret: { secretName: 'v0-keyring', passphraseSecretRef: { secretName: 'v0-word', key: 'word' } },
    },
  },
});

/** A Secret with a certificate of the fixtures. */
export function secret(certificate: string, name = 'n0-tls'): Secret {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { namespace: 'arctic', name },
    type: 'kubernetes.io/tls',
    data: {
      'tls.crt': Buffer.from(block('CERTIFICATE', fixture(certificate))).toString('base64'),
      'tls.key': Buffer.from(privateKey).toString('base64'),
    },
  };
}

/** n0 under TLS and a validator without, behind the template. */
export function world(more: Partial<World> & { readonly policies?: readonly NetworkPolicy[] } = {}): World {
  const { policies = [template], ...rest } = more;
  const names = ['arctic', 'default', 'monitoring', 'sei-k8s-controller-system', 'kube-system'];
  const labels = (name: string): Labels => ({ 'kubernetes.io/metadata.name': name });
  return {
    nodes: [n0, validator],
    secret: (_, name) => (name === 'n0-tls' ? secret('good') : undefined),
    network: {
      policies,
      pods: [],
      namespaces: new Map(names.map(name => [name, labels(name)])),
      caveats: [],
    },
    parameters: defaultParameters,
    settings: defaultSettings,
    ...rest,
  };
}

type Given = Partial<AdmissionRequest> & {
  readonly before?: object | undefined;
  readonly after?: object | undefined;
};

const groups: Readonly<Record<string, string>> = {
  SeiNode: 'sei.io',
  NetworkPolicy: 'networking.k8s.io',
};

/** A request: `before` and `after` say the operation. */
export function request({ before, after, ...more }: Given): AdmissionRequest {
  const { kind, metadata } = (after ?? before) as SeiNode;
  return {
    uid: 'uid-1',
    kind: { group: groups[kind] ?? '', version: 'v1', kind },
    name: metadata.name,
    namespace: metadata.namespace,
    operation: before === undefined ? 'CREATE' : after === undefined ? 'DELETE' : 'UPDATE',
    userInfo: { username: 'alice' },
    object: after ?? null,
    oldObject: before ?? null,
    ...more,
  };
}

/** What is answered; by default in the usual world. */
export function ask(given: Given, around: World = world()): AdmissionResponse {
  return admit(request(given), around, now);
}

/** `denied RULE …`, `warned RULE …`, `allowed`: the rules in the order they are told. */
export function outcome({ allowed, status, warnings = [] }: AdmissionResponse): string {
  const rules = (lines: readonly string[]) =>
    [...new Set(lines.map(line => /^([a-z-]+): SeiNode/.exec(line)?.[1] ?? line))].join(' ');
  if (!allowed) return `denied ${rules((status?.message ?? '').split('\n'))}`;
  return warnings.length > 0 ? `warned ${rules(warnings)}` : 'allowed';
}
