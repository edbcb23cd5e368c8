import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import test from 'ava';

const root = join(import.meta.dirname, '../..');

/** What each room may import beside itself (docs/architecture.md). */
const arrows: Record<string, readonly string[]> = {
  core: [],
  wasm: ['core'],
  cluster: ['core'],
  plugin: ['core', 'wasm', 'cluster'],
  operator: ['core', 'wasm', 'cluster'],
  sidecar: ['core'],
};

/** Modules of Node that core may use: it computes, and touches neither network, files, clock nor process. */
const pureModules = ['node:buffer', 'node:crypto'];

for (const [room, allowed] of Object.entries(arrows)) {
  test(`${room} imports ${allowed.length === 0 ? 'no other room' : `only ${allowed.join(' and ')}`}`, t => {
    const strangers = filesOf(room).flatMap(file =>
      importsOf(file)
        .filter(specifier => specifier.startsWith('.'))
        .map(specifier => relative(root, join(root, dirname(file), specifier)))
        .filter(
          target => ![room, ...allowed].includes(target.split('/')[0] ?? '') && target !== 'package.json',
        )
        .map(target => `${file} imports ${target}`),
    );
    t.deepEqual(strangers, []);
  });
}

test('core imports no package and no module of Node that does I/O', t => {
  const impure = filesOf('core').flatMap(file =>
    importsOf(file)
      .filter(specifier => !specifier.startsWith('.') && !pureModules.includes(specifier))
      .map(specifier => `${file} imports ${specifier}`),
  );
  t.deepEqual(impure, []);
});

test('core reads neither clock, process nor randomness', t => {
  const forbidden = /\bprocess\.|\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bfetch\(|\bsetTimeout\(/;
  const impure = filesOf('core').filter(file => forbidden.test(readFileSync(join(root, file), 'utf8')));
  t.deepEqual(impure, []);
});

test('nothing imports in a circle', t => {
  const files = Object.keys(arrows).flatMap(filesOf);
  const graph = new Map(files.map(file => [file, targetsOf(file)]));
  t.deepEqual(
    files.filter(file => reaches(graph, file, file)),
    [],
  );
});

function filesOf(room: string): string[] {
  return globSync(`${room}/**/*.ts`, { cwd: root }).toSorted();
}

function importsOf(file: string): string[] {
  return [...specifiers(file, ''), ...dynamic(file)];
}

function specifiers(file: string, notType: string): string[] {
  const source = readFileSync(join(root, file), 'utf8');
  const statement = new RegExp(`^(?:import|export)\\s${notType}(?:[^;]*?\\sfrom\\s+)?'([^']+)'`, 'gm');
  return [...source.matchAll(statement)].map(([, specifier]) => specifier as string);
}

function dynamic(file: string): string[] {
  const source = readFileSync(join(root, file), 'utf8');
  return [...source.matchAll(/\bimport\('([^']+)'/g)].map(([, specifier]) => specifier as string);
}

/** Files that a file needs as it loads; types are gone by then. */
function targetsOf(file: string): string[] {
  return specifiers(file, '(?!type\\b)')
    .filter(specifier => specifier.endsWith('.ts'))
    .map(specifier => relative(root, join(root, dirname(file), specifier)));
}

function reaches(graph: ReadonlyMap<string, readonly string[]>, from: string, to: string): boolean {
  const seen = new Set<string>();
  const waiting = [...(graph.get(from) ?? [])];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (next === to) {
      return true;
    }
    if (!seen.has(next)) {
      seen.add(next);
      waiting.push(...(graph.get(next) ?? []));
    }
  }
  return false;
}
