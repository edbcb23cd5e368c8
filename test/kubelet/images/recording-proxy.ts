import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';

// In the place of kube-rbac-proxy, with the same arguments: serves the same certificate, and says `refused` of each client
// that does not trust it, `sent` and all headers of each request.
const flags = new Map(process.argv.slice(2).map(argument => argument.split('=', 2) as [string, string]));
const [cert, key] = ['--tls-cert-file', '--tls-private-key-file'].map(flag => readFileSync(flags.get(flag)!));

createServer({ cert, key }, ({ rawHeaders }, response) => {
  console.log('sent', rawHeaders);
  response.end('{}');
})
  .on('tlsClientError', ({ message }) => console.log('refused', message))
  .listen(8443);
process.once('SIGTERM', () => process.exit());
