import type http from 'node:http';
import type { SecureContext } from 'node:tls';
import type { Secret } from '../../core/kubernetes.ts';
import type { Result } from '../../core/result.ts';
import { failure, success } from '../../core/result.ts';
import { type Anchor, type Anchors, rotate, served, trusted } from '../../core/sidecar/anchors.ts';
import { type Route, verifiedAgent } from './agent.ts';

/** The ways to one node's sidecar under TLS, and what they trust. */
export type Peer = {
  /** The Secret as it is now; undefined where it does not exist. */
  readonly follow: (secret: Secret | undefined) => void;
  /** A pool for each anchor that holds now, the current one's first; else why none does, as a clause about the Secret. */
  readonly agents: () => Result<readonly http.Agent[]>;
  readonly close: () => void;
};

/**
 * One pool an anchor: two authorities of one name in one store would hide each other from OpenSSL.
 *
 * @param trustOf what certificates make trusted.
 */
export function openPeer(
  trustOf: (certificates: string) => SecureContext,
  route: Route,
  patience: number,
  now: () => Date,
): Peer {
  let anchors: Anchors | undefined;
  // The first Secret, until something is asked or it is another: of thousands of nodes that run, a start asks none.
  let unread: { readonly secret: Secret | undefined } | undefined;
  const pools = new Map<string, http.Agent>();
  const keepOnly = (holding: readonly Anchor[]) => {
    for (const [certificates, agent] of pools) {
      if (holding.some(anchor => anchor.certificates === certificates)) continue;
      pools.delete(certificates);
      agent.destroy();
    }
  };
  const become = (next: Anchors) => {
    anchors = next;
    keepOnly(trusted(next, now()));
  };
  const read = () => {
    if (unread !== undefined) anchors = rotate(undefined, unread.secret, now());
    unread = undefined;
    return anchors;
  };
  const poolOf = (anchor: Anchor) => {
    const known = pools.get(anchor.certificates);
    if (known !== undefined) return known;
    // Once for all connections: a ca.crt of a thousand authorities takes some hundred milliseconds.
    const trust = trustOf(anchor.certificates);
    const agent = verifiedAgent(trust, route, patience, leaf => anchors && become(served(anchors, leaf)));
    pools.set(anchor.certificates, agent);
    return agent;
  };
  return {
    follow: secret => {
      if (unread !== undefined && unread.secret === secret) return;
      if (unread === undefined && anchors === undefined) unread = { secret };
      else become(rotate(read(), secret, now()));
    },
    agents: () => {
      const held = read();
      if (held === undefined) return failure('has not been seen yet');
      become(held);
      return held.current.ok ? success(trusted(held, now()).map(poolOf)) : held.current;
    },
    close: () => keepOnly([]),
  };
}
