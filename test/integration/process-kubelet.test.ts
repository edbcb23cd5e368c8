import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { persistentVolumeClaims, pods, secrets } from '../../cluster/resource.ts';
import { until } from '../control-plane/until.ts';
import type { Place } from './place.ts';
import { endPod } from './pods.ts';
import { withPods } from './with-pods.ts';

const { test, bed } = withPods();

type Status = {
  readonly phase: string;
  readonly conditions: readonly { readonly type: string; readonly status: string }[];
  readonly initContainerStatuses?: readonly ContainerStatus[];
  readonly containerStatuses: readonly ContainerStatus[];
};
type ContainerStatus = {
  readonly name: string;
  readonly restartCount: number;
  readonly ready: boolean;
  readonly state: State;
  readonly lastState?: State;
};

type State = {
  readonly waiting?: { readonly reason: string; readonly message: string };
  readonly running?: object;
  readonly terminated?: { readonly exitCode: number };
};

const volumeMounts = [
  { name: 'data', mountPath: '/data' },
  { name: 'secret', mountPath: '/secret' },
];

/** A container that runs a script; what it says goes to /data/said. */
function container(name: string, script: string, more: object = {}): object {
  const command = ['/bin/sh', '-c', `say() { echo "$1" >>/data/said; }; ${script}`];
  return { name, image: 'shell', command, volumeMounts, ...more };
}

/** A pod n0-0 in a namespace of its own, with a claim at /data and a Secret at /secret. */
async function pod(namespace: string, spec: object) {
  bed().images.set('shell', {});
  const place = await bed().inNamespace(namespace);
  const volumes = [
    { name: 'data', persistentVolumeClaim: { claimName: 'data' } },
    { name: 'secret', secret: { secretName: 'words', defaultMode: 0o400, optional: false } },
  ];
  const resources = { requests: { storage: '1Gi' } };
  await place.create(persistentVolumeClaims, {
    ...{ metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'], resources } },
  });
  const make = () =>
    place.create(pods, {
      ...{ metadata: { name: 'n0-0' }, spec: { terminationGracePeriodSeconds: 1, volumes, ...spec } },
    });
  await make();
  const data = join(bed().controlPlane.directory, 'claims', namespace, 'data');
  const said = () =>
    existsSync(join(data, 'said')) ? readFileSync(join(data, 'said'), 'utf8').trim().split('\n') : [];
  const status = () => place.found<{ status?: Status } & ReturnType<Place['found']>>(pods, 'n0-0')?.status;
  return { place, make, data, said, status };
}

const forever = 'while :; do sleep 0.1; done';

test('a pod waits for its Secret, and its files change as the Secret does', async t => {
  const { place, status, said } = await pod('waits', {
    containers: [
      container(
        'reader',
        `say "$(cat /secret/a)"; until [ "$(cat /secret/a)" = 2 ]; do sleep 0.1; done; say "$(cat /secret/a)"; ${forever}`,
      ),
    ],
  });
  await place.awaits(
    'waits',
    () => status()?.containerStatuses[0]?.state.waiting?.reason === 'ContainerCreating',
  );
  t.regex(status()?.containerStatuses[0]?.state.waiting?.message ?? '', /secret "words" not found/);
  t.is(status()?.phase, 'Pending');
  await place.secret('words', { a: '1' });
  t.true(await until(() => isDeepStrictEqual(said(), ['1'])));
  await place.patch(secrets, 'words', { stringData: { a: '2' } });
  t.true(await until(() => isDeepStrictEqual(said(), ['1', '2'])));
  await endPod(bed(), place);
});

test('init containers run in order, a native sidecar holds the next until its startup probe passes', async t => {
  const listen = `until [ -e /data/go ]; do sleep 0.1; done; exec ${process.execPath} -e 'require("node:net").createServer().listen(7777)'`;
  const { place, data, said, status } = await pod('order', {
    initContainers: [
      container('first', 'say first'),
      container('sidecar', `say sidecar; ${listen}`, {
        restartPolicy: 'Always',
        startupProbe: { tcpSocket: { port: 7777 }, periodSeconds: 1, failureThreshold: 6_000 },
      }),
      container('third', 'say third'),
    ],
    containers: [container('last', `say last; ${forever}`)],
  });
  await place.secret('words', {});
  await place.awaits('sidecar runs', () => status()?.initContainerStatuses?.[1]?.state.running !== undefined);
  t.true(await until(() => said().length > 1));
  t.deepEqual(said(), ['first', 'sidecar']);
  writeFileSync(join(data, 'go'), '');
  await place.awaits('is ready', () =>
    status()?.conditions.some(({ type, status }) => type === 'Ready' && status === 'True'),
  );
  t.deepEqual(said(), ['first', 'sidecar', 'third', 'last']);
  t.like(status(), {
    phase: 'Running',
    initContainerStatuses: [
      { name: 'first', ready: true, state: { terminated: { exitCode: 0 } } },
      { name: 'sidecar', ready: true },
      { name: 'third', ready: true },
    ],
  });
  await endPod(bed(), place);
});

test('a container that ends, or that its liveness probe finds dead, is started again and says how often', async t => {
  const { place, status } = await pod('again', {
    containers: [
      container('ends', 'exit 3'),
      container('dead', forever, {
        livenessProbe: { tcpSocket: { port: 1 }, periodSeconds: 1, failureThreshold: 2 },
      }),
    ],
  });
  await place.secret('words', {});
  const restarts = (index: number) => status()?.containerStatuses[index]?.restartCount ?? 0;
  await place.awaits('both are started again', () => restarts(0) >= 2 && restarts(1) >= 1);
  t.is(status()?.containerStatuses[0]?.lastState?.terminated?.exitCode, 3);
  t.is(status()?.containerStatuses[1]?.lastState?.terminated?.exitCode, 143);
  await endPod(bed(), place);
});

test('a pod that is deleted ends its containers, then its sidecars in reverse, by force after its grace; its volume stays', async t => {
  const obedient = (name: string) => `trap 'say "${name} ends"; exit' TERM; say ${name}; ${forever}`;
  const { place, make, said, status } = await pod('ends', {
    initContainers: [
      container('one', obedient('one'), { restartPolicy: 'Always' }),
      container('two', `trap '' TERM; say two; ${forever}`, { restartPolicy: 'Always' }),
    ],
    containers: [container('main', obedient('main'))],
  });
  await place.secret('words', {});
  const runs = () => status()?.phase === 'Running' && said().slice(-3).toSorted().join() === 'main,one,two';
  await place.awaits('runs', runs);
  const begun = performance.now();
  await endPod(bed(), place);
  t.true(performance.now() - begun >= 1_000);
  t.deepEqual(said().slice(3), ['main ends', 'one ends']);
  await place.awaits('is gone', () => status() === undefined);
  await make();
  await place.awaits('runs again on the same volume', runs);
  t.is(said().length, 8);
});
