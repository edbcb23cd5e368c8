import type { Secret } from '../core/kubernetes.ts';
import { type SeiNode, tlsSecretName } from '../core/seinode.ts';
import { loadTLSPair } from '../core/tls-secret.ts';
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

/**
 * The message of a reason; for Malformed also why the pair does not load, which only the parser knows and the rules
 * cannot say.
 */
export function withCause(message: string, reason: unknown, secret: Secret | undefined): string {
  const isWhole = secret?.type === 'kubernetes.io/tls' && secret.data?.['tls.crt'] && secret.data['tls.key'];
  const pair = reason === 'Malformed' && isWhole ? loadTLSPair(secret) : undefined;
  return pair?.ok === false ? `${message}: ${pair.error}` : message;
}
