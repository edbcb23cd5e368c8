import { requiredDNSNames } from '../../core/seinode.ts';
import own from '../../package.json' with { type: 'json' };
import { createAuthority, type KeyPair } from '../control-plane/certificates.ts';
import type { Kubectl } from './kubectl.ts';
import type { Report } from './report.ts';

/** Where everything goes that is made: nobody else's namespaces. */
export const namespaces = {
  controller: 'seinode-e2e-controller',
  nodes: 'seinode-e2e-nodes',
  monitoring: 'seinode-e2e-monitoring',
  elsewhere: 'seinode-e2e-elsewhere',
} as const;

/** What the names of objects without a namespace end in. */
export const suffix = '-e2e';

/** The nodes of the checks: one under TLS, one without. */
export const [secured, plain] = ['secured', 'plain'] as const;

/** The ServiceAccount of their pods. */
export const nodeAccount = 'seid-node';

/** The images that are run. */
export type Images = {
  readonly operator: string;
  readonly sidecar: string;
  readonly seid: string;
  readonly proxy: string;
};

/** One run of the checks on a cluster. */
export type Run = {
  readonly kubectl: Kubectl;
  readonly check: Report['check'];
  readonly images: Images;
  /** Certificates for the node under TLS: the second takes the place of the first. */
  readonly certificates: { readonly first: Issued; readonly second: Issued };
};

/** A certificate, its key, and the authority that issued it, whose CN is `first` or `second`. */
export type Issued = KeyPair & { readonly authority: string };

/** @param environment see docs/e2e.md. */
export async function makeRun(
  kubectl: Kubectl,
  check: Report['check'],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Run> {
  const [first, second] = await Promise.all([issue('first'), issue('second')]);
  return { kubectl, check, images: imagesOf(environment), certificates: { first, second } };
}

async function issue(commonName: string): Promise<Issued> {
  const { issue, certificate: authority } = await createAuthority(commonName);
  const pair = await issue({ commonName: secured }, requiredDNSNames(secured, namespaces.nodes));
  return { ...pair, authority };
}

function imagesOf(environment: Readonly<Record<string, string | undefined>>): Images {
  return {
    operator: environment.E2E_OPERATOR_IMAGE ?? `seinode-operator:${own.version}`,
    sidecar: environment.E2E_SIDECAR_IMAGE ?? `seinode-e2e-sidecar:${own.version}`,
    seid: environment.E2E_SEID_IMAGE ?? `seinode-e2e-seid:${own.version}`,
    proxy: environment.E2E_KUBE_RBAC_PROXY_IMAGE ?? 'quay.io/brancz/kube-rbac-proxy:v0.19.1',
  };
}
