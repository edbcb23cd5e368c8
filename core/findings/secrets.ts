import type { Secret } from '../kubernetes.ts';
import { type SeiNode, tlsSecretName } from '../seinode.ts';
import type { Around } from './judgeable.ts';

/** What the rules are told of a node's Secret. */
export function secretInput(
  node: SeiNode,
  { secret }: Pick<Around, 'secret'>,
): { secret?: Secret; unavailable?: string } {
  const secretName = tlsSecretName(node);
  const lookup = secretName === undefined ? undefined : secret(node.metadata.namespace, secretName);
  switch (lookup?.found) {
    case 'yes':
      return { secret: lookup.secret };
    case 'unreadable':
      return { unavailable: lookup.why };
    default:
      return {};
  }
}
