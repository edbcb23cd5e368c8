import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import anyTest from 'ava';
import { seiNodes } from '../../cluster/resource.ts';
import type { SeiNode } from '../../core/seinode.ts';
import { until } from '../control-plane/until.ts';
import { environment } from '../core/resources/nodes.ts';
import { temporaryDirectory } from '../directory.ts';
import { environmentOf, objectStoreOf, withObjectStore } from '../object-store/object-store.ts';
import { tasksOf, tls } from './place.ts';
import { endNode } from './pods.ts';
import { withPods } from './with-pods.ts';

const { test, bed } = withPods();
const store = objectStoreOf(anyTest);
const storeTest = withObjectStore(test as typeof anyTest);

const chainId = 'ceremony-1';
const genesisCeremony = { chainId, stakingAmount: '1000000usei', accountBalance: '10000000usei', index: 0 };

storeTest(
  'the operator leads a validator through a genesis ceremony, its sidecar killed on the way',
  async t => {
    await bed().operator();
    sidecarFindsStore();
    mkdirSync(join(store().root, environment.SEI_GENESIS_BUCKET));
    const place = await bed().inNamespace('ceremony');
    const home = join(bed().controlPlane.directory, 'claims', 'ceremony', 'data-n0');
    mkdirSync(home, { recursive: true });
    const held = join(home, 'hold-generate-gentx');
    writeFileSync(held, '');
    await place.provide(await place.pair());
    await place.node({ ...tls, chainId, fullNode: undefined, validator: { genesisCeremony } });
    const log = () => readFileSync(bed().kubelet.pod(place.key('n0-0'))?.log('sei-sidecar') ?? '', 'utf8');
    t.true(await until(() => existsSync(join(home, '.sei-sidecar-identity-done'))));
    t.true(await until(() => /a task was submitted","type":"generate-gentx"/.test(log())));
    const identity = readFileSync(join(home, 'config/node_key.json'), 'utf8');
    const sidecar = bed().kubelet.pod(place.key('n0-0'))?.container('sei-sidecar');
    sidecar?.kill('SIGKILL');
    await place.awaits('sidecar is started again', () => sidecar?.status.restartCount === 1);
    rmSync(held);
    const retried = () => {
      const tasks = place.found<SeiNode>(seiNodes, 'n0')?.status?.plan?.tasks ?? [];
      return (tasks.find(({ type }) => type === 'configure-genesis')?.retryCount ?? 0) > 0;
    };
    await place.awaits('configure-genesis waits for somebody to assemble', retried);
    t.regex(log(), /a task that was cut off runs again","type":"generate-gentx"/);
    assemble(home);
    const node = await place.runs();
    t.deepEqual(tasksOf(node), [
      ...['ensure-data-pvc', 'apply-rbac-proxy-config', 'apply-statefulset', 'apply-service'],
      ...['generate-identity', 'generate-gentx', 'upload-genesis-artifacts'],
      ...['configure-genesis', 'config-apply', 'set-genesis-peers', 'config-validate', 'mark-ready'],
    ]);
    t.is(readFileSync(join(home, 'config/node_key.json'), 'utf8'), identity);
    t.is(statSync(join(home, 'config/priv_validator_key.json')).mode & 0o777, 0o600);
    t.is(readFileSync(join(home, 'config/genesis.json'), 'utf8'), objectAt('genesis.json'));
    t.false(JSON.stringify(node).includes(JSON.parse(identity).priv_key.value));
    await endNode(bed(), place);
  },
);

/** The pod's own ServiceAccount would have the role, and its bucket the region. */
function sidecarFindsStore(): void {
  const image = bed().images.get(environment.SEI_SIDECAR_IMAGE)!;
  const path = temporaryDirectory('seictl');
  const told = { ...environmentOf(store()), SEI_GENESIS_REGION: 'us-east-1' };
  const exported = Object.entries(told).map(([name, value]) => `export ${name}=${value}\n`);
  const [images = ''] = image.path!.split(':');
  writeFileSync(join(path, 'seictl'), `#!/bin/sh\n${exported.join('')}exec ${join(images, 'seictl')} "$@"\n`);
  chmodSync(join(path, 'seictl'), 0o755);
  bed().images.set(environment.SEI_SIDECAR_IMAGE, { ...image, path: `${path}:${image.path}` });
}

/** Stands in for the assembler, for a chain of one. */
function assemble(home: string): void {
  const genesis = JSON.parse(readFileSync(join(home, 'config/genesis.json'), 'utf8'));
  genesis.app_state.genutil.gen_txs = [JSON.parse(objectAt('n0/gentx.json'))];
  const { node_key } = JSON.parse(objectAt('n0/identity.json'));
  const peers = [`${node_key.id}@n0-0.n0.ceremony.svc.cluster.local:26656`];
  for (const [name, value] of Object.entries({ genesis, peers })) {
    writeFileSync(pathOf(`${name}.json`), JSON.stringify(value));
  }
}

function objectAt(key: string): string {
  return readFileSync(pathOf(key), 'utf8');
}

function pathOf(key: string): string {
  return join(store().root, environment.SEI_GENESIS_BUCKET, chainId, key);
}
