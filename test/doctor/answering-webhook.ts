import https from 'node:https';
import { json } from 'node:stream/consumers';
import { listen } from '../cluster/fakes.ts';
import type { KeyPair } from '../control-plane/certificates.ts';

/** A webhook that lets everything through, on a port of this machine. */
export type AnsweringWebhook = { readonly url: string; readonly stop: () => void };

/** Starts one that serves a certificate of the name `localhost`. */
export async function startWebhook({ certificate, key }: KeyPair): Promise<AnsweringWebhook> {
  const server = https.createServer({ cert: certificate, key }, async (request, response) => {
    const { request: asked } = (await json(request)) as { request: { uid: string } };
    const review = { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview' };
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ ...review, response: { uid: asked.uid, allowed: true } }));
  });
  const port = await listen(server);
  // Where a bed is not finished nobody stops it.
  server.unref();
  const stop = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `https://localhost:${port}/validate`, stop };
}
