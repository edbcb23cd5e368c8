import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { defaultParameters } from '../../../core/network/network-policy.ts';
import { networkPolicyTemplate } from '../../../core/network/template.ts';
import { readFleet } from '../../../plugin/source/files.ts';
import type { Fleet } from '../../../plugin/source/fleet.ts';
import { temporaryDirectory } from '../../directory.ts';

/** A SeiNode that the API server accepts, `more` appended to its spec. */
export function nodeYAML(name: string, more = ''): string {
  return `apiVersion: sei.io/v1alpha1
kind: SeiNode
metadata:
  name: ${name}
spec:
  chainId: pacific-1
  image: sei:1
  fullNode: {}
${more}`;
}

/** A TLS Secret with the given data lines. */
export function secretYAML(name: string, data = '  tls.crt: aGk=\n  tls.key: aGk=\n'): string {
  return `apiVersion: v1\nkind: Secret\nmetadata:\n  name: ${name}\ntype: kubernetes.io/tls\ndata:\n${data}`;
}

/** The NetworkPolicy of `netpol template`: it closes the guarded ports of a namespace's nodes. One line, whatever it says. */
export function closedYAML(namespace = 'default'): string {
  return `${JSON.stringify(networkPolicyTemplate(defaultParameters, namespace).policy)}\n`;
}

/** Reads text as it would come from a pipe. */
export function readText(text: string | Uint8Array): Promise<Fleet> {
  return readFleet(['-'], {
    stdin: async () => (typeof text === 'string' ? new TextEncoder().encode(text) : text),
  });
}

/** A directory that is gone after the test, with these files in it. */
export function directory(t: ExecutionContext, files: Readonly<Record<string, string>> = {}): string {
  const dir = temporaryDirectory('fleet');
  t.teardown(() => rmSync(dir, { recursive: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text);
  return dir;
}

/** Reads files without any standard input. */
export function readPaths(...paths: string[]): Promise<Fleet> {
  return readFleet(paths, { stdin: async () => new Uint8Array() });
}

/** The names of a fleet's nodes, in its order. */
export function names(fleet: Fleet): string[] {
  return fleet.nodes.map(({ object }) => object.metadata.name);
}
