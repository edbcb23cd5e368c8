import test from 'ava';
import { sharedTrust } from '../../../operator/sidecar/trust.ts';
import { createAuthority } from '../../control-plane/certificates.ts';

const [authority, namesake] = [await createAuthority('authority'), await createAuthority('authority')];

test('nodes of one authority share what it makes trusted, and no others do', t => {
  const trustOf = sharedTrust();
  const trust = trustOf(authority.certificate);
  t.is(trustOf(`${authority.certificate}`), trust);
  t.not(trustOf(namesake.certificate), trust);
  t.not(trustOf(authority.certificate + namesake.certificate), trust);
});
