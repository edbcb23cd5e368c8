import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'node:tls';
import { secrets, seiNodes } from '../../cluster/resource.ts';
import type { Secret } from '../../core/kubernetes.ts';
import { proxyPort } from '../../core/listeners.ts';
import type { SeiNode } from '../../core/seinode.ts';
import { sha256Hex } from '../../core/x509/certificate.ts';
import { sidecarClient } from '../../operator/sidecar/client.ts';
import type { Authority, KeyPair } from '../control-plane/certificates.ts';
import type { Place } from './place.ts';
import type { PodBed } from './with-pods.ts';

/** Calls of a node's sidecar, one after the other without a pause to speak of. */
export type Calls = {
  /** Tells them what the Secret is from now on, as the operator's watch would. */
  readonly told: (secret: Secret) => void;
  /** Ends them. @returns how many were answered, and why the others were not. */
  readonly end: () => Promise<{ readonly answered: number; readonly failures: readonly string[] }>;
};

/** Begins them, with the operator's own client and its ServiceAccount's token. */
export async function beginCalls(bed: PodBed, place: Place, secret: Secret): Promise<Calls> {
  const token = join(bed.controlPlane.directory, 'caller.token');
  writeFileSync(token, await bed.tokenOf('sei-k8s-controller-system', 'sei-k8s-controller-manager'));
  const node = place.found<SeiNode>(seiNodes, 'n0')!;
  const route = (_host: string, port: number) => ({ host: '127.0.0.1', port });
  const client = sidecarClient({ token, now: () => new Date(), patience: 10_000, route });
  client.follow(node, secret);
  const failures: string[] = [];
  let answered = 0;
  let isOver = false;
  const calling = (async () => {
    while (!isOver) {
      // A task that is not there: kube-rbac-proxy lets it through, the sidecar answers.
      const removed = await client.remove(node, 'b2c5cd4e-1a5f-4b0e-9f0e-5d2b8a7c1d11');
      if (removed.ok) answered++;
      else failures.push(removed.error);
      await sleep(100);
    }
  })();
  return {
    told: now => client.follow(node, now),
    end: async () => {
      isOver = true;
      await calling;
      client.close();
      return { answered, failures };
    },
  };
}

/** What a Secret for a node's proxy holds. */
export function dataOf({ certificate, key }: KeyPair, { certificate: authority }: Authority): object {
  return { 'tls.crt': certificate, 'tls.key': key, 'ca.crt': authority };
}

/** Puts another certificate into the Secret of a place. @returns the Secret. */
export async function rotate(place: Place, pair: KeyPair, authority: Authority): Promise<Secret> {
  const { status, body } = await place.patch(secrets, 'n0-tls', { stringData: dataOf(pair, authority) });
  if (status !== 200) throw new Error(`the Secret is not written: ${JSON.stringify(body)}`);
  return body as Secret;
}

/** SHA-256 of the certificate that 8443 serves; undefined where nobody does. */
export function servedLeaf(place: Place): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const [, servername = ''] = place.namesOf('n0');
  const socket = connect({ port: proxyPort, host: '127.0.0.1', servername, rejectUnauthorized: false })
    .on('secureConnect', () => resolve(sha256Hex(socket.getPeerX509Certificate()!.raw)))
    .on('error', () => resolve(undefined));
  return promise.finally(() => socket.destroy());
}
