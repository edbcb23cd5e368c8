import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { connect } from 'node:tls';

/** The API server behind a proxy, and who asks it. */
export type Upstream = { readonly server: string; readonly ca: string; readonly token: string };

/** That of a kubeconfig with a token. @throws where it has none. */
export function upstreamOf(kubeconfig: string): Upstream {
  const { clusters, users } = JSON.parse(readFileSync(kubeconfig, 'utf8'));
  const { server, 'certificate-authority-data': authority } = clusters[0].cluster;
  const { token } = users[0].user;
  if (token === undefined) throw new Error(`${kubeconfig} has no token`);
  return { server, ca: Buffer.from(authority, 'base64').toString(), token };
}

/** What speaks another protocol from here on, such as port-forward, is passed as it is. */
export function tunnel({ server, ca }: Upstream, came: IncomingMessage, socket: Duplex, head: Buffer): void {
  const { hostname, port } = new URL(server);
  const onward = connect({ host: hostname, port: Number(port), ca, ALPNProtocols: ['http/1.1'] });
  const { rawHeaders } = came;
  const lines = rawHeaders.flatMap((name, at) => (at % 2 === 0 ? [`${name}: ${rawHeaders[at + 1]}`] : []));
  onward.write([`${came.method} ${came.url} HTTP/1.1`, ...lines, '', ''].join('\r\n'));
  onward.write(head);
  onward.pipe(socket).pipe(onward);
  for (const [one, other] of [
    [socket, onward],
    [onward, socket],
  ] as const) {
    one.on('error', () => other.destroy()).on('close', () => other.destroy());
  }
}
