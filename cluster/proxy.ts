import { BlockList, isIP } from 'node:net';

/**
 * The proxy that the environment names for a server, as Go reads it (golang.org/x/net/http/httpproxy): by scheme, never
 * for loopback, and not for what NO_PROXY lists: hosts with their subdomains, addresses, CIDR blocks, each with or
 * without a port, or `*`.
 */
export function proxyFor(
  { protocol, hostname, port }: URL,
  environment: NodeJS.ProcessEnv,
): string | undefined {
  const of = (name: string) => environment[name] || environment[name.toLowerCase()] || '';
  const proxy = of(protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY');
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const isLocal = host === 'localhost' || /^127\./.test(host) || host === '::1';
  const own = port || (protocol === 'https:' ? '443' : '80');
  const spared = of('NO_PROXY')
    .toLowerCase()
    .split(',')
    .some(entry => covers(entry.trim(), host, own));
  if (proxy === '' || isLocal || spared) {
    return undefined;
  }
  return proxy.includes('://') ? proxy : `http://${proxy}`;
}

function covers(entry: string, host: string, port: string): boolean {
  const [, block, bits] = /^([0-9a-f.:]+)\/(\d+)$/.exec(entry) ?? [];
  if (block !== undefined) {
    return isIP(host) > 0 && isIP(block) === isIP(host) && within(block, Number(bits), host);
  }
  const [, bracketed, plain, only] = /^(?:\[(.+)\]|([^:]*|.*:.*:.*?))(?::(\d+))?$/.exec(entry) ?? [];
  const name = (bracketed ?? plain ?? '').replace(/^\*(?=\.)/, '');
  if (name === '' || (only !== undefined && only !== port)) {
    return false;
  }
  // ".example.com" means the subdomains alone.
  return (
    name === '*' ||
    host === name ||
    (isIP(host) === 0 && host.endsWith(name.startsWith('.') ? name : `.${name}`))
  );
}

function within(block: string, bits: number, host: string): boolean {
  const family = isIP(host) === 6 ? 'ipv6' : 'ipv4';
  if (bits > (family === 'ipv6' ? 128 : 32)) {
    return false;
  }
  const list = new BlockList();
  list.addSubnet(block, bits, family);
  return list.check(host, family);
}
