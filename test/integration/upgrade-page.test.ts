import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { findPrograms } from '../control-plane/programs.ts';
import { temporaryDirectory } from '../directory.ts';
import { withFleet } from './with-fleet.ts';

const { test, controlPlane, kubectl } = withFleet();
const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/upgrade.md'), 'utf8');
const directory = temporaryDirectory('upgrade-page');

/** What doctor and policy check find is not the page's fault, nor that of nodes that are on their way. */
const mayFind = /^kubectl seinode (doctor|policy check)\b|\| diff /;

/** The commands of a section. */
function commandsOf(section: string): string[] {
  const [text = ''] = new RegExp(`^## ${section}$.*?(?=^## |(?![^]))`, 'ms').exec(page) ?? [];
  return [...text.matchAll(/^```sh\n(.*?)^```$/gms)].flatMap(([, block = '']) => block.trim().split('\n'));
}

test('a Go controller is deployed, before the switch', async t => {
  const container = { name: 'manager', image: 'sei-k8s-controller:1', command: ['/manager'] };
  const labels = { 'control-plane': 'controller-manager', 'app.kubernetes.io/name': 'sei-k8s-controller' };
  const deployment = {
    ...{ apiVersion: 'apps/v1', kind: 'Deployment' },
    metadata: { name: 'sei-k8s-controller-manager', namespace: 'former', labels },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { containers: [{ ...container, env: [{ name: 'SEI_NODEPOOL_NAME', value: 'x' }] }] },
      },
    },
  };
  await kubectl(t, ['create', 'namespace', 'former']);
  await kubectl(t, ['create', '-f', '-'], { input: JSON.stringify(deployment) });
  t.pass();
});

for (const section of ['Before', 'The switch', 'After', 'Going back']) {
  test(`the commands of the page work: ${section}`, async t => {
    const commands = commandsOf(section);
    t.true(commands.length > 3);
    for (const command of commands) {
      const { code, output } = await inShell(command);
      t.true(code === 0 || (code === 1 && mayFind.test(command)), `${command}\n${output}`);
    }
  });
}

async function inShell(command: string): Promise<{ code: number; output: string }> {
  const programs = await findPrograms();
  const path = [directory, dirname(programs?.kubectl ?? ''), process.env.PATH].join(delimiter);
  const plugin = `#!/bin/sh\nexec ${process.execPath} ${join(root, 'plugin/main.ts')} "$@"\n`;
  writeFileSync(join(directory, 'kubectl-seinode'), plugin, { mode: 0o755 });
  const env = { PATH: path, HOME: directory, KUBECONFIG: controlPlane().kubeconfig, OLD: 'former' };
  const script = command.replaceAll('operator/manifests', join(root, 'operator/manifests'));
  return run('bash', ['-o', 'pipefail', '-c', script], { cwd: directory, env, timeout: 180_000 }).then(
    ({ stdout, stderr }) => ({ code: 0, output: stdout + stderr }),
    ({ code, stdout, stderr }) => ({ code, output: stdout + stderr }),
  );
}
