import type { Secret } from '../core/kubernetes.ts';
import { type SeiNode, tlsSecretName } from '../core/seinode.ts';
import type { Fleet } from './source/fleet.ts';

/** What the rules are told of a node's Secret. */
export function secretInput(node: SeiNode, fleet: Fleet): { secret?: Secret; unavailable?: string } {
  const secretName = tlsSecretName(node);
  const lookup = secretName === undefined ? undefined : fleet.secret(node.metadata.namespace, secretName);
  switch (lookup?.found) {
    case 'yes':
      return { secret: lookup.secret };
    case 'unreadable':
      return { unavailable: lookup.why };
    default:
      return {};
  }
}
