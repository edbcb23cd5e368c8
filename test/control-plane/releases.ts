import { execFileSync } from 'node:child_process';
import { hash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { Hosts } from './download.ts';

/** A server that publishes releases as dl.k8s.io and GitHub do. */
export type Releases = {
  readonly hosts: Hosts;
  /** Paths that were asked for, in their order. */
  readonly asked: readonly string[];
  readonly close: () => void;
};

/** Starts it. @param answers what a file name is answered with in place of its content; undefined is a 404. */
export async function publishReleases(
  answers: Readonly<Record<string, string | undefined>> = {},
): Promise<Releases> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url as string;
    asked.push(path);
    const content = basename(path) in answers ? answers[basename(path)] : publishedAt(path);
    response.writeHead(content === undefined ? 404 : 200).end(content);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    hosts: { kubernetes: `${address}/kubernetes`, etcd: `${address}/etcd` },
    asked,
    close: () => server.close().closeAllConnections(),
  };
}

/** What the program of that name is here: a script that says its name. */
export function programText(name: string): string {
  return `#!/bin/sh\necho ${name}\n`;
}

function publishedAt(path: string): string | Buffer {
  const file = basename(path);
  if (file === 'SHA256SUMS') {
    const version = basename(dirname(path));
    return ['linux-amd64', 'linux-arm64', 'darwin-amd64', 'darwin-arm64']
      .map(system => `etcd-${version}-${system}.tar.gz`)
      .map(archive => `${hash('sha256', etcdArchive(archive))}  ${archive}\n`)
      .join('');
  }
  if (file.endsWith('.sha256')) {
    return hash('sha256', programText(file.slice(0, -'.sha256'.length)));
  }
  return file.endsWith('.tar.gz') ? etcdArchive(file) : programText(file);
}

const archives = new Map<string, Buffer>();

function etcdArchive(file: string): Buffer {
  const archive = archives.get(file) ?? pack(file.slice(0, -'.tar.gz'.length));
  archives.set(file, archive);
  return archive;
}

function pack(folder: string): Buffer {
  const directory = mkdtempSync(join(tmpdir(), 'release-'));
  mkdirSync(join(directory, folder));
  writeFileSync(join(directory, folder, 'etcd'), programText('etcd'));
  const archive = execFileSync('tar', ['-czf', '-', '-C', directory, folder]);
  rmSync(directory, { recursive: true });
  return archive;
}
