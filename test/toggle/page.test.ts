import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { findPrograms } from '../control-plane/programs.ts';
import { until } from '../control-plane/until.ts';
import { wants } from '../requires.ts';
import { withBed } from './bed.ts';
import { heldBy } from './facts.ts';
import { plugin } from './plugin.ts';
import { beginTrial } from './trial.ts';

const run = promisify(execFile);
const hasJq = await run('jq', ['--version']).then(
  () => true,
  () => false,
);
const { test, bed, inNamespace } = withBed({ controller: 'ours' });
if (!hasJq) wants('jq', false)('the commands of the page bring a node back', () => {});
else {
  /** What docs/tls-toggle.md says to do by hand, as a script for a namespace. */
  const byHand = (namespace: string) => {
    const page = readFileSync(join(import.meta.dirname, '../../docs/tls-toggle.md'), 'utf8');
    const [section = ''] = /^## By hand$.*?(?=^## )/ms.exec(page) ?? [];
    const blocks = [...section.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block]) => block);
    return blocks.join('').replace('namespace=arctic', `namespace=${namespace}`);
  };
  const hold = 'example.com/hold';
  const moments = [
    ['before the delete', /n0: PersistentVolume \S+ becomes Retain/],
    ['in the midst of it', /is being deleted.*\(finalizers example\.com\/hold\)/],
  ] as const;
  for (const [moment, words] of moments) {
    test(`the commands of the page go on with a toggle that was killed ${moment}`, async t => {
      const place = await inNamespace(moment.replaceAll(' ', '-'));
      const trial = await beginTrial(bed(), place);
      const { controlPlane } = bed();
      const { namespace } = place;
      const patch = (...changes: object[]) =>
        controlPlane.kubectl([
          ...['patch', 'seinode', 'n0', '-n', namespace, '--type=json', '-p'],
          JSON.stringify(changes),
        ]);
      await patch({ op: 'add', path: '/metadata/finalizers/-', value: hold });
      const command = `tls enable n0 --secret n0-tls --yes -n ${namespace}`;
      const enabling = plugin(command.split(' '), { kubeconfig: controlPlane.kubeconfig });
      await enabling.says(words);
      enabling.kill();
      await enabling.ended;
      // Where the killed one came to its delete, the operator takes its own finalizer meanwhile, and ours gets another index.
      const isLetGo = async () => {
        const { node } = await trial.facts();
        const path = `/metadata/finalizers/${node?.metadata.finalizers?.indexOf(hold)}`;
        return (await patch({ op: 'test', path, value: hold }, { op: 'remove', path })).code === 0;
      };
      t.true(await until(isLetGo));
      const directory = await mkdtemp(join(tmpdir(), 'page-'));
      t.teardown(() => rm(directory, { recursive: true }));
      const kubectl = dirname((await findPrograms())?.kubectl ?? '');
      const env = {
        ...{ PATH: [kubectl, process.env.PATH].join(delimiter), HOME: directory },
        KUBECONFIG: controlPlane.kubeconfig,
      };
      const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', byHand(namespace)], {
        cwd: directory,
        env,
      });
      t.log(stdout);
      const now = await trial.facts();
      t.deepEqual(heldBy(now), heldBy(trial.before));
      t.is(now.node?.status?.phase, 'Running');
      t.is(now.node?.spec.sidecar?.tls?.secretName, 'n0-tls');
      t.deepEqual(now.configMaps, []);
    });
  }
}
