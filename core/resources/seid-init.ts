import type { SeiNode } from '../seinode.ts';
import { unprivileged } from './security-context.ts';
import type { Container } from './types.ts';
import { dataMount, home } from './volumes.ts';

const script = `set -e
mkdir -p "$HOME/tmp"
if [ -f "$HOME/config/genesis.json" ]; then
  echo "$HOME is initialised already"
else
  seid init "$1" --chain-id "$1" --home "$HOME" --overwrite
fi`;

/** The init container that makes seid's home on an empty volume and leaves any other as it is. */
export function seidInit(node: SeiNode): Container {
  return {
    name: 'seid-init',
    image: node.spec.image,
    // The chain is an argument, no part of the script: a shell would obey it there.
    command: ['/bin/sh', '-c', script, 'seid-init', node.spec.chainId],
    env: [{ name: 'HOME', value: home }],
    volumeMounts: [dataMount],
    securityContext: unprivileged,
  };
}
