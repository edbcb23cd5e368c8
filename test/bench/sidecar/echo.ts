import { createServer } from 'node:http';

// What no sidecar on Node can be faster than: it keeps nothing, knows nothing, and says of every task that it is done.
const done = JSON.stringify({ status: 'completed' });

createServer((request, response) => {
  request.resume().on('end', () => {
    response
      .writeHead(request.method === 'POST' ? 201 : 200, { 'content-type': 'application/json' })
      .end(done);
  });
}).listen(Number(process.env.SEI_SIDECAR_PORT), '127.0.0.1');
