import test from 'ava';
import { referencesOf } from '../../core/references.ts';
import { fullNode, node, tls } from './plan/nodes.ts';

test('a node counts on its own claim alone, where its spec names nothing', t => {
  t.deepEqual(referencesOf(node(fullNode)), { secrets: [], claims: ['arctic/data-n0'] });
});

test('a node counts on what its spec names, each once and in its own namespace', t => {
  const validator = {
    signingKey: { secret: { secretName: 'signing' } },
    nodeKey: { secret: { secretName: 'signing' } },
    operatorKeyring: {
      secret: { secretName: 'keyring', passphraseSecretRef: { secretName: 'word', key: 'k' } },
    },
  };
  const dataVolume = { import: { pvcName: 'old' } };
  t.deepEqual(referencesOf(node({ validator, dataVolume, sidecar: tls })), {
    secrets: ['arctic/n0-tls', 'arctic/signing', 'arctic/keyring', 'arctic/word'],
    claims: ['arctic/old'],
  });
});
