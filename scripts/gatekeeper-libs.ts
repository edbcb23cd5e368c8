import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The rules as libraries of a Gatekeeper ConstraintTemplate: these are packages below `lib`, where they may only refer to
 * each other. Nothing else of them changes.
 *
 * @param directory the policies.
 */
export function gatekeeperLibs(directory: string): string[] {
  return globSync('**/*.rego', { cwd: directory })
    .filter(file => !file.endsWith('_test.rego'))
    .sort()
    .map(file => readFileSync(join(directory, file), 'utf8').replaceAll(packages, '$1lib.seinode'));
}

/** Where a module names its own package, or another one. */
const packages = /(^package |\bdata\.)seinode\b/gm;
