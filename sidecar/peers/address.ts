import { isIPv6 } from 'node:net';

/** A peer as CometBFT names it: NODE_ID@HOST:PORT. */
export type PeerAddress = { readonly id: string; readonly host: string; readonly port: string };

/** Reads NODE_ID@HOST:PORT; undefined where it is none, for seid does not start with such a peer. */
export function peerAddress(text: string): PeerAddress | undefined {
  const [, id, host, port] = /^([\da-f]{40})@(\[[\da-f:]+\]|[\w.-]+):(\d{1,5})$/i.exec(text) ?? [];
  if (id === undefined || host === undefined || port === undefined) return undefined;
  const isHost = !host.startsWith('[') || isIPv6(host.slice(1, -1));
  const isRight = isHost && id === id.toLowerCase() && Number(port) > 0 && Number(port) < 65_536;
  return isRight ? { id, host, port } : undefined;
}
