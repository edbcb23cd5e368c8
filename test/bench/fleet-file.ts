import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { youngSpace } from '../../scripts/executable.ts';
import { makePair } from './material.ts';
import type { Row } from './report.ts';

const nodes = 10_000;

/**
 * `tls check -f` and `policy check -f` over nodes and their Secrets in one file, 10,000 and for the memory twice as many: as whole
 * processes with the executable's limit of the heap.
 */
export async function fleetFile(directory: string): Promise<Row[]> {
  const file = writeFleet(directory, nodes);
  const twice = writeFleet(directory, 2 * nodes);
  const { milliseconds, megabytes } = measured(['tls', 'check', '-o', 'json', '-f', file], 0);
  const audit = measured(['policy', 'check', '-o', 'json', '-f', file], 1);
  const auditOfTwice = measured(['policy', 'check', '-o', 'json', '-f', twice], 1);
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
    {
      what: `policy check -f, every rule, ${nodes} nodes in one file, seconds`,
      ours: `${(audit.milliseconds / 1000).toFixed(2)} s`,
      peer: '-',
      figure: audit.milliseconds / 1000,
      target: 20,
    },
    {
      what: 'the same, peak memory in MB',
      ours: `${audit.megabytes.toFixed(0)} MB`,
      peer: '-',
      figure: audit.megabytes,
      target: 700,
    },
    {
      what: `the same, ${2 * nodes} nodes beside ${nodes}`,
      ours: `${auditOfTwice.megabytes.toFixed(0)} MB`,
      peer: `${audit.megabytes.toFixed(0)} MB`,
      figure: auditOfTwice.megabytes / audit.megabytes,
      target: 1.1,
    },
  ];
}

/** @returns the path of a file of so many nodes and their Secrets. */
function writeFleet(directory: string, count: number): string {
  const file = join(directory, `fleet-${count}.yaml`);
  const documents = Array.from({ length: count }, (_, index) => {
    const { node, secret } = makePair(index);
    return `${stringify(node, { lineWidth: 0 })}---\n${stringify(secret, { lineWidth: 0 })}`;
  });
  writeFileSync(file, documents.join('---\n'));
  return file;
}

/** @param ended the exit code that is expected. */
function measured(args: readonly string[], ended: number): { milliseconds: number; megabytes: number } {
  const main = join(import.meta.dirname, '../../plugin/main.ts');
  const program = `
    const { run } = await import(${JSON.stringify(join(main, '../cli.ts'))});
    const quiet = { out() {}, error: console.error, width: 100, color: false, stdin: async () => new Uint8Array() };
    process.exitCode = await run(${JSON.stringify(args)}, quiet);
    console.log(process.resourceUsage().maxRSS / 1024);`;
  const start = performance.now();
  const options = [youngSpace, '--input-type=module', '-e', program];
  const { stdout, stderr, status } = spawnSync(process.execPath, options, { encoding: 'utf8' });
  if (status !== ended) {
    throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`);
  }
  return { milliseconds: performance.now() - start, megabytes: Number(stdout) };
}
