import { objectKey } from '../../core/kubernetes.ts';
import { requiredDNSNames } from '../../core/seinode.ts';
import { createAuthority, generateKey, type KeyPair } from '../control-plane/certificates.ts';
import { environment } from '../core/resources/nodes.ts';

/** The namespace of the nodes. */
export const namespace = 'fleet';

/** Certificates of one key: what is measured does not depend on it, and keys take long to make. */
export async function issue(
  names: readonly string[],
): Promise<{ authority: string; pairs: Map<string, KeyPair> }> {
  const authority = await createAuthority('fleet');
  const key = await generateKey();
  const pairs = new Map<string, KeyPair>();
  for (const name of names) {
    const required = requiredDNSNames(name, namespace);
    pairs.set(objectKey(namespace, name), await authority.issue({ commonName: name }, required, [], key));
  }
  return { authority: authority.certificate, pairs };
}

/** The Secret of a node. */
export function secret(name: string, { certificate, key }: KeyPair, authority: string): object {
  return {
    metadata: { name: `${name}-tls` },
    type: 'kubernetes.io/tls',
    stringData: { 'tls.crt': certificate, 'tls.key': key, 'ca.crt': authority },
  };
}

/** A volume that only the claim of a node may have: nobody provisions one here. */
export function volume(inNamespace: string, name: string): object {
  return {
    metadata: { name: `data-${name}` },
    spec: {
      capacity: { storage: environment.SEI_STORAGE_SIZE_DEFAULT },
      accessModes: ['ReadWriteOnce'],
      storageClassName: environment.SEI_STORAGE_CLASS_PERF,
      hostPath: { path: '/nowhere' },
      claimRef: { namespace: inNamespace, name: `data-${name}` },
    },
  };
}

/** A full node under TLS. */
export function seiNode(name: string): object {
  return {
    apiVersion: 'sei.io/v1alpha1',
    kind: 'SeiNode',
    metadata: { name },
    spec: {
      chainId: 'arctic-1',
      image: 'ghcr.io/sei-protocol/seid:v6.3.0',
      fullNode: {},
      sidecar: { tls: { secretName: `${name}-tls` } },
    },
  };
}
