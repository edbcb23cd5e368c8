import { execFileSync } from 'node:child_process';
import { hash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { arch, platform } from 'node:process';
import { type Dispatcher, EnvHttpProxyAgent, fetch } from 'undici';
import { keep } from '../../scripts/cache.ts';
import type { Missing } from './programs.ts';
import { bar, type Draw } from './progress.ts';

/** Where releases are published. */
export type Hosts = { readonly kubernetes: string; readonly etcd: string };

export const officialHosts: Hosts = {
  kubernetes: 'https://dl.k8s.io',
  etcd: 'https://github.com/etcd-io/etcd/releases/download',
};

/**
 * Downloads official releases into the cache, verified by the digests published beside them. The first host that cannot
 * be reached ends it: a machine without that network waits once.
 *
 * @returns what is still missing.
 */
export async function download(
  programs: readonly Missing[],
  hosts: Hosts,
  say: (line: string) => void,
  draw: Draw,
): Promise<Missing[]> {
  // Proxies as the environment names them; a mirror that stalls is given up as well.
  const dispatcher = new EnvHttpProxyAgent({
    connect: { timeout: 3000 },
    headersTimeout: 10_000,
    bodyTimeout: 10_000,
  });
  try {
    return await downloadAll(programs, program => downloadOne(program, hosts, dispatcher, say, draw), say);
  } finally {
    await dispatcher.destroy();
  }
}

async function downloadAll(
  programs: readonly Missing[],
  one: (program: Missing) => Promise<void>,
  say: (line: string) => void,
): Promise<Missing[]> {
  const missing: Missing[] = [];
  for (const [index, program] of programs.entries()) {
    try {
      await one(program);
    } catch (fault) {
      const { message, cause } = fault as Error;
      say(
        `${program.name} ${program.version}: not downloaded: ${cause instanceof Error ? cause.message : message}`,
      );
      missing.push(program);
      // What fetch throws is the network's; answers that do not please are thrown below.
      if (fault instanceof TypeError) {
        return [...missing, ...programs.slice(index + 1)];
      }
    }
  }
  return missing;
}

async function downloadOne(
  program: Missing,
  hosts: Hosts,
  dispatcher: Dispatcher,
  say: (line: string) => void,
  draw: Draw,
): Promise<void> {
  const { url, digests, member } = releaseOf(program, hosts);
  const title = `${program.name} ${program.version}`;
  const start = performance.now();
  say(`${title}: downloading ${url} …`);
  const published = (await get(digests, dispatcher)).toString();
  const bytes = await get(url, dispatcher, (done, total) => draw(bar(title, done, total, 'MB'))).finally(() =>
    draw(''),
  );
  if (digestOf(url, published) !== hash('sha256', bytes)) {
    throw new Error(`the digest is not the one of ${digests}`);
  }
  const content = member === undefined ? bytes : unpack(bytes, member);
  keep(program.file, draft => writeFileSync(draft, content, { mode: 0o755 }));
  say(`${title}: downloaded in ${((performance.now() - start) / 1000).toFixed(1)} s`);
}

type Release = { readonly url: string; readonly digests: string; readonly member?: string };

function releaseOf({ name, version }: Missing, hosts: Hosts): Release {
  // As Go names them.
  const system = platform === 'win32' ? 'windows' : platform;
  const architecture = arch === 'x64' ? 'amd64' : arch;
  if (name !== 'etcd') {
    const url = `${hosts.kubernetes}/${version}/bin/${system}/${architecture}/${name}`;
    return { url, digests: `${url}.sha256` };
  }
  const release = `${hosts.etcd}/${version}`;
  const archive = `etcd-${version}-${system}-${architecture}`;
  return { url: `${release}/${archive}.tar.gz`, digests: `${release}/SHA256SUMS`, member: `${archive}/etcd` };
}

/** @param told how many megabytes are there, of how many. */
async function get(
  url: string,
  dispatcher: Dispatcher,
  told: (done: number, total: number) => void = () => {},
): Promise<Buffer> {
  const response = await fetch(url, { dispatcher });
  const total = Number(response.headers.get('content-length'));
  const chunks: Uint8Array[] = [];
  let done = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    done += chunk.length;
    told(Math.round(done / 1e6), Math.round(total / 1e6));
  }
  if (!response.ok) {
    throw new Error(`${url} answers ${response.status}`);
  }
  return Buffer.concat(chunks);
}

/** Of a list as sha256sum writes it the line of that file, of a digest alone that one. */
function digestOf(url: string, published: string): string | undefined {
  const file = url.slice(url.lastIndexOf('/') + 1);
  const lines = published.trim().split('\n');
  const line = lines.length === 1 ? lines[0] : lines.find(text => text.endsWith(` ${file}`));
  return line?.split(' ')[0];
}

function unpack(archive: Buffer, member: string): Buffer {
  return execFileSync('tar', ['-xzOf', '-', member], { input: archive, maxBuffer: 1 << 28 });
}
