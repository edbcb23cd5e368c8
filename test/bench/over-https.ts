import { Agent, request } from 'undici';
import type { AdmissionRequest, World } from '../../core/admission/admission.ts';
import { objectKey } from '../../core/kubernetes.ts';
import type { Fields } from '../../core/schema/structural.ts';
import type { Kept, News } from '../../operator/webhook/messages.ts';
import { WebhookThread } from '../../operator/webhook/thread.ts';
import { createAuthority } from '../control-plane/certificates.ts';

/** Has the webhook's thread answer requests, one after the other on one connection. @returns milliseconds of each, but those of the first round. */
export async function overHTTPS(
  world: World,
  requests: readonly AdmissionRequest[],
  rounds: number,
): Promise<number[]> {
  const authority = await createAuthority('bench');
  const served = await authority.issue({ commonName: 'webhook' }, ['localhost']);
  const ignore = () => {};
  const thread = new WebhookThread({
    script: new URL('../../operator/webhook/worker.ts', import.meta.url),
    ...{ flag: '--webhook-bind-address', address: '127.0.0.1:0' },
    ...{ measured: ignore, fault: ignore, died: ignore },
  });
  const { port } = await thread.listening;
  thread.serve(served);
  thread.tell({ type: 'news', news: newsOf(world) });
  const dispatcher = new Agent({
    connections: 1,
    connect: { ca: authority.certificate, servername: 'localhost' },
  });
  const ask = async (asked: AdmissionRequest) => {
    const begun = performance.now();
    const { statusCode, body } = await request(`https://127.0.0.1:${port}/validate`, {
      ...{ dispatcher, method: 'POST', headers: { 'content-type': 'application/json' } },
      body: JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request: asked }),
    });
    const text = await body.text();
    if (statusCode !== 200) throw new Error(text);
    return performance.now() - begun;
  };
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    for (const asked of requests) {
      const took = await ask(asked);
      if (round > 0) times.push(took);
    }
  }
  await dispatcher.close();
  await thread.close(0);
  return times;
}

function newsOf({ nodes, network: { policies, namespaces } }: World): News {
  const named = [...namespaces].map(([name, labels]) => ({ metadata: { name, labels } }));
  const all: [Kept, readonly object[]][] = [
    ['nodes', nodes],
    ['networkPolicies', policies],
    ['namespaces', named],
  ];
  const changes = all.flatMap(([kept, objects]) =>
    (objects as readonly Fields[]).map(object => ({ kept, key: keyOf(object), object })),
  );
  return { changes, caveats: [], unjudged: null, isComplete: true };
}

function keyOf({ metadata }: Fields): string {
  const { namespace = '', name } = metadata as { namespace?: string; name: string };
  return objectKey(namespace, name);
}
