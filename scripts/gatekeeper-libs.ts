import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

type Module = { readonly name: string; readonly text: string };

/**
 * The rules as libraries of a Gatekeeper ConstraintTemplate: these are packages below `lib`, where they may only refer to
 * each other. Nothing else of them changes.
 *
 * @param directory the policies. @param roots packages, `seinode.rules.tls_sans`, of which only these and what they import
 * is wanted; all where left out. @param without packages that are imported where they are there.
 */
export function gatekeeperLibs(
  directory: string,
  roots?: readonly string[],
  without: readonly string[] = [],
): string[] {
  const modules = globSync('**/*.rego', { cwd: directory })
    .filter(file => !file.endsWith('_test.rego'))
    .sort()
    .map(file => moduleOf(readFileSync(join(directory, file), 'utf8')));
  const wanted = roots && closure(modules, roots, new Set(without));
  return modules.filter(({ name }) => wanted?.has(name) ?? true).map(({ text }) => asLib(text));
}

/** Rego, with what it names below `seinode` found below `lib`. */
export function asLib(rego: string): string {
  return rego.replaceAll(packages, '$1lib.seinode');
}

/** Where a module names its own package, or another one. */
const packages = /(^package |\bdata\.)seinode\b/gm;

function moduleOf(text: string): Module {
  return { name: /^package (\S+)$/m.exec(text)?.[1] ?? '', text };
}

function closure(modules: readonly Module[], roots: readonly string[], without: ReadonlySet<string>) {
  const wanted = new Set(roots);
  // A set that is walked through is walked on to what is added meanwhile.
  for (const name of wanted) {
    const texts = modules.filter(module => module.name === name).map(({ text }) => text);
    const imported = texts.flatMap(text =>
      [...text.matchAll(/^import data\.(\S+)$/gm)].map(([, path]) => path!),
    );
    for (const path of imported) if (!without.has(path)) wanted.add(path);
  }
  return wanted;
}
