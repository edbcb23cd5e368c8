import { BlockList, isIP } from 'node:net';
import { ClusterError } from './error.ts';

/**
 * The proxy on the way to a server: the cluster's `proxy-url`, else what the environment says, by the rules of Go
 * (golang.org/x/net/http/httpproxy).
 *
 * @param given `proxy-url`. @returns undefined where there is none. @throws ClusterError for one that cannot be used.
 */
export function proxyTo(
  server: URL,
  given: string | undefined,
  environment: NodeJS.ProcessEnv,
): URL | undefined {
  if (given !== undefined) {
    return parse(given, 'proxy-url of the cluster in the kubeconfig');
  }
  const name = server.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  const text = variable(environment, name);
  if (text === '' || isDirect(server, variable(environment, 'NO_PROXY'))) {
    return undefined;
  }
  return parse(/^\w+:\/\//.test(text) ? text : `http://${text}`, name);
}

/** Its value may hold a password: it is not repeated. */
function parse(text: string, what: string): URL {
  const url = /^(http|https|socks5):\/\/[^/]/.test(text) ? URL.parse(text) : null;
  if (url === null) {
    throw new ClusterError(`${what} must be http://HOST:PORT, https://HOST:PORT or socks5://HOST:PORT`);
  }
  return url;
}

function variable(environment: NodeJS.ProcessEnv, name: string): string {
  return environment[name] || environment[name.toLowerCase()] || '';
}

/** The host of a URL; an IPv6 address without its brackets. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, '$1');
}

function isDirect(server: URL, noProxy: string): boolean {
  const host = hostOf(server);
  const port = server.port || (server.protocol === 'https:' ? '443' : '80');
  const entries = noProxy
    .toLowerCase()
    .split(',')
    .map(entry => entry.trim())
    .filter(entry => entry !== '');
  return (
    host === 'localhost' ||
    covers(host, '127.0.0.0/8') ||
    covers(host, '::1/128') ||
    entries.some(entry => entry === '*' || covers(host, entry) || names(host, port, entry))
  );
}

/** Whether an address lies in a network in CIDR notation. */
function covers(host: string, network: string): boolean {
  const [, address = '', bits = ''] = /^(.*)\/(\d+)$/.exec(network) ?? [];
  const [family, kind] = [isIP(address), isIP(host)];
  if (family === 0 || kind === 0 || Number(bits) > (family === 4 ? 32 : 128)) {
    return false;
  }
  const list = new BlockList();
  list.addSubnet(address, Number(bits), family === 4 ? 'ipv4' : 'ipv6');
  return list.check(host, kind === 4 ? 'ipv4' : 'ipv6');
}

/** Whether `host`, `host:port`, `.domain` or `*.domain` means this one; a bare domain means all below it too. */
function names(host: string, port: string, entry: string): boolean {
  const [, bracketed, plain, wanted] = /^(?:\[(.*)\]|([^:]*))(?::(\d+))?$/.exec(entry) ?? [];
  const name = (bracketed ?? plain ?? entry).replace(/^\*\./, '.');
  if (name === '' || (wanted !== undefined && wanted !== port)) {
    return false;
  }
  const below = isIP(host) === 0 && host.endsWith(name.startsWith('.') ? name : `.${name}`);
  return host === name || below;
}
