import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { makePair } from './material.ts';
import type { Row } from './report.ts';

const nodes = 10_000;

/** `tls check -f` over 10,000 nodes and their Secrets in one file, as a whole process. */
export async function fleetFile(directory: string): Promise<Row[]> {
  const file = join(directory, 'fleet.yaml');
  const documents = Array.from({ length: nodes }, (_, index) => {
    const { node, secret } = makePair(index);
    return `${stringify(node, { lineWidth: 0 })}---\n${stringify(secret, { lineWidth: 0 })}`;
  });
  writeFileSync(file, documents.join('---\n'));
  const { milliseconds, megabytes } = tlsCheck(file);
  const perNode = milliseconds / nodes;
  return [
    {
      what: `tls check -f, ${nodes} nodes in one file, ms a node`,
      ours: `${(milliseconds / 1000).toFixed(2)} s`,
      peer: '-',
      figure: perNode,
      target: 0.5,
    },
    {
      what: 'the same, peak memory in MB',
      ours: `${megabytes.toFixed(0)} MB`,
      peer: '-',
      figure: megabytes,
      target: 700,
    },
  ];
}

function tlsCheck(file: string): { milliseconds: number; megabytes: number } {
  const main = join(import.meta.dirname, '../../plugin/main.ts');
  const program = `
    const { run } = await import(${JSON.stringify(join(main, '../cli.ts'))});
    const quiet = { out() {}, error: console.error, width: 100, color: false, stdin: async () => new Uint8Array() };
    process.exitCode = await run(['tls', 'check', '-o', 'json', '-f', ${JSON.stringify(file)}], quiet);
    console.log(process.resourceUsage().maxRSS / 1024);`;
  const start = performance.now();
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    encoding: 'utf8',
  });
  if (status !== 0) {
    throw new Error(`tls check ended with ${status}: ${stderr}`);
  }
  return { milliseconds: performance.now() - start, megabytes: Number(stdout) };
}
