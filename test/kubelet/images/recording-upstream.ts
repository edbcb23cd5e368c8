import { createServer } from 'node:http';

// In the place of a sidecar: answers every request with its headers as they came, in pairs of name and value; on 9100 it is
// ready and alive.
const { SEI_SIDECAR_PORT, SEI_SIDECAR_PUBLIC_PORT } = process.env;

createServer(({ rawHeaders, method, url }, response) => {
  response.end(JSON.stringify({ method, url, rawHeaders }));
}).listen(Number(SEI_SIDECAR_PORT), '127.0.0.1');
createServer((_, response) => void response.end()).listen(Number(SEI_SIDECAR_PUBLIC_PORT));
process.once('SIGTERM', () => process.exit());
