import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../../..');
const rooms = 'core,cluster,wasm,plugin,operator,sidecar';

/** Comments, strings, and what stands between slashes where an expression may begin: enough of the grammar for code that biome has formatted. */
const token =
  /\/\/.*|\/\*[\s\S]*?\*\/|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|(?<=(?:^|[(,=:[!&|?{};>]|return)\s*)\/((?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+)\/([dgimsuvy]*)(?=[.,;:)}\]\s])/g;

/** Every regular expression that is written in a room, by `FILE /SOURCE/FLAGS`. */
export function regexpsOfRooms(): readonly (readonly [where: string, regexp: RegExp])[] {
  return globSync(`{${rooms}}/**/*.ts`, { cwd: root })
    .toSorted()
    .flatMap(file =>
      [...readFileSync(join(root, file), 'utf8').matchAll(token)].flatMap(([, source, flags]) => {
        if (source === undefined) return [];
        const regexp = new RegExp(source, flags);
        return [[`${file} ${regexp}`, regexp] as const];
      }),
    );
}

/** Those that are written in JSON schemas. */
export function patternsIn(schema: unknown): readonly RegExp[] {
  if (typeof schema !== 'object' || schema === null) return [];
  return Object.entries(schema).flatMap(([key, value]) =>
    key === 'pattern' && typeof value === 'string' ? [new RegExp(value, 'u')] : patternsIn(value),
  );
}
