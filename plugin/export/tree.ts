import { load } from 'js-yaml';
import type { PolicyParameters } from '../../core/network/network-policy.ts';
import type { EngineFormat } from '../options.ts';
import { type Structured, toYAML } from '../output/structured.ts';
import { readPolicies } from '../policies.ts';

/** Text by path, as an engine's own tools expect it. */
export type Tree = ReadonlyMap<string, string>;

/**
 * What there is for an engine.
 *
 * @param parameters what the constraints hold; without them those that are there go by the defaults.
 */
export function treeOf(format: EngineFormat, parameters?: PolicyParameters): Tree {
  if (format === 'rego') return new Map([['.manifest', manifest], ...below('seinode', 'seinode/')]);
  const files = below(format, '');
  if (parameters === undefined) return new Map(files);
  return new Map(
    files.map(([path, text]) => [path, takesParameters(path) ? filled(text, parameters) : text]),
  );
}

/** What is applied of it, in this order: no samples, and nothing that is off by default. */
export function streamOf(tree: Tree): string {
  const files = ['templates/', 'sync.yaml', 'constraints/', ''].map(
    prefix => (path: string) =>
      prefix === '' ? !path.includes('/') && isManifest(path) : path.startsWith(prefix),
  );
  const paths = new Set(files.flatMap(isNext => [...tree.keys()].filter(isNext)));
  return [...paths].map(path => tree.get(path)).join('---\n');
}

/** What OPA reads the bundle by: it owns data.seinode, and its Rego is v1. */
const manifest = `${JSON.stringify({ roots: ['seinode'], rego_version: 1 })}\n`;

function below(directory: string, kept: string): [string, string][] {
  const prefix = `${directory}/`;
  return [...readPolicies()]
    .filter(([path]) => path.startsWith(prefix))
    .map(([path, text]) => [kept + path.slice(prefix.length), text]);
}

function isManifest(path: string): boolean {
  return path.endsWith('.yaml') && !['kustomization.yaml', 'suite.yaml'].includes(path);
}

/** The constraints of the rules that ask who may connect. */
function takesParameters(path: string): boolean {
  return path.startsWith('constraints/netpol-');
}

function filled(text: string, parameters: PolicyParameters): string {
  const constraint = load(text) as Structured & { readonly spec: object };
  const document = { apiVersion: 'seinode.sei.io/v1', kind: 'PolicyParameters', ...parameters };
  return toYAML({ ...constraint, spec: { ...constraint.spec, parameters: document } });
}
