import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { toolNamed } from './tools.ts';

/** Packs the chart as Helm does it, its links as files. @param directory where sei-k8s-controller-VERSION.tgz goes. */
export function packChart(root: string, directory: string): string {
  const chart = join(root, 'operator/chart');
  const args = ['package', chart, '--destination', directory];
  execFileSync(toolNamed('helm'), args, { stdio: ['ignore', 'ignore', 'pipe'] });
  return 'helm packs the chart';
}
