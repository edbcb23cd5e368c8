import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Case, type CasePod, podKey, type Reach } from './case.ts';

/** A line of `netpol-analyzer list -o json`. */
type Connection = { readonly src: string; readonly dst: string; readonly conn: string };

/**
 * What np-guard's netpol-analyzer, on PATH, makes of a case.
 *
 * @param written where its manifests are; they are written for the moment when left out.
 * @throws where there is none, or where it ends in a fault, with what it said.
 */
export function askAnalyzer(one: Case, written?: string): Reach {
  if (written !== undefined) return reachOf(one, list(written));
  const directory = mkdtempSync(join(tmpdir(), 'netpol-'));
  try {
    // Every JSON document is a YAML document.
    const text = manifests(one).map(object => JSON.stringify(object));
    writeFileSync(join(directory, 'case.yaml'), text.join('\n---\n'));
    return reachOf(one, list(directory));
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function list(directory: string): Connection[] {
  const args = ['list', '--quiet', '-o', 'json', '--dirpath', directory];
  return JSON.parse(execFileSync('netpol-analyzer', args, { encoding: 'utf8', stdio: 'pipe' }) || '[]');
}

function manifests({ namespaces, pods, policies }: Case): object[] {
  return [
    ...Object.entries(namespaces).map(([name, labels]) => ({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name, labels },
    })),
    ...pods.map(podManifest),
    ...policies,
  ];
}

function podManifest({ namespace, name, labels, ip, ports }: CasePod): object {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace, name, labels },
    spec: { containers: [{ name: 'main', image: 'main', ports }] },
    status: { podIP: ip, hostIP: '192.0.2.1', podIPs: [{ ip }] },
  };
}

function reachOf({ pods, ports, addresses = [] }: Case, connections: readonly Connection[]): Reach {
  const sources = [...pods.map(podKey), ...addresses];
  return Object.fromEntries(
    pods.flatMap(pod => {
      const to = podKey(pod);
      const into = connections.filter(({ dst }) => keyOf(dst) === to);
      return ports.map(port => {
        const open = into.filter(({ conn }) => covers(conn, port));
        return [`${to}:${port}`, sources.filter(from => open.some(({ src }) => means(src, from))).toSorted()];
      });
    }),
  );
}

/** `arctic/n0-0[Pod]` */
function keyOf(peer: string): string {
  return peer.replace(/\[.*/, '');
}

/** Whether `All Connections` or `SCTP 1-65535,TCP 80,443-500,UDP 53` has a port over TCP. */
function covers(connections: string, port: number): boolean {
  if (connections === 'All Connections') return true;
  const tcp = /TCP ([\d,-]*\d)/.exec(connections)?.[1] ?? '';
  return tcp.split(',').some(range => {
    const [first, last = first] = range.split('-').map(Number);
    return first !== undefined && last !== undefined && first <= port && port <= last;
  });
}
/** A pod is named; an address lies in one of the ranges that it says, IPv4 only. */
function means(peer: string, from: string): boolean {
  const [first = '', last = ''] = keyOf(peer).split('-').map(number);
  const address = number(from);
  return keyOf(peer) === from || (address !== '' && first !== '' && first <= address && address <= last);
}

/** An IPv4 address such that strings compare as addresses do; empty for anything else. */
function number(text: string): string {
  return /^\d+(\.\d+){3}$/.test(text)
    ? text
        .split('.')
        .map(part => part.padStart(3, '0'))
        .join('.')
    : '';
}
