import test from 'ava';
import { rpcURL, serverName } from '../../../sidecar/rpc/comet.ts';

for (const [endpoint, url, server] of [
  ['rpc.example.com:443', 'https://rpc.example.com/', 'https://rpc.example.com:443'],
  ['n-0.n.arctic.svc.cluster.local:26657', 'http://n-0.n.arctic.svc.cluster.local:26657/', undefined],
  ['10.0.0.1:4430', 'http://10.0.0.1:4430/', undefined],
  ['[fd00::1]:26657', 'http://[fd00::1]:26657/', undefined],
] as const) {
  test(`${endpoint} is asked at ${url}`, t => {
    t.is(rpcURL(endpoint)?.href, url);
    t.is(serverName(endpoint), server ?? endpoint);
  });
}

for (const endpoint of [
  '',
  'host',
  'host:',
  ':1',
  'host:70000',
  'http://host:1',
  'user@host:1',
  'host:1/x',
  'a b:1',
  'h:1,i:2',
]) {
  test(`${JSON.stringify(endpoint)} is no RPC`, t => t.is(rpcURL(endpoint), undefined));
}
