import { subdomainFault } from '../../core/schema/names.ts';
import { UsageError } from '../errors.ts';

/** `spec.issuerRef` of a cert-manager Certificate. */
export type IssuerReference = { readonly name: string; readonly kind: string; readonly group: string };

const ownGroup = 'cert-manager.io';
const ownKinds = ['Issuer', 'ClusterIssuer'];

/**
 * Reads `--issuer KIND/NAME`; an issuer of another group is KIND.GROUP/NAME, as kubectl writes kinds. What cert-manager's
 * webhook refuses is refused here: in its own group there are Issuer and ClusterIssuer.
 *
 * @throws UsageError for anything else.
 */
export function parseIssuer(text: string | undefined): IssuerReference {
  if (text === undefined) {
    throw new UsageError('--format certificate needs the issuer that signs: --issuer KIND/NAME');
  }
  const [, kind = '', group = ownGroup, name = ''] = /^([^./]*)(?:\.([^/]*))?\/(.*)$/s.exec(text) ?? [];
  if (!/^[A-Z][A-Za-z0-9]*$/.test(kind) || subdomainFault(group) !== undefined) {
    throw new UsageError(`--issuer "${text}" is not KIND/NAME; write Issuer/NAME or ClusterIssuer/NAME`);
  }
  if (group === ownGroup && !ownKinds.includes(kind)) {
    throw new UsageError(
      `--issuer "${text}": ${ownGroup} has no kind ${kind}; write Issuer/NAME, ClusterIssuer/NAME or, for another group, KIND.GROUP/NAME`,
    );
  }
  const fault = subdomainFault(name);
  if (fault !== undefined) throw new UsageError(`--issuer "${text}": "${name}" is no name: ${fault}`);
  return { name, kind, group };
}
