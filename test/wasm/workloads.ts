import fc, { type Arbitrary } from 'fast-check';
import { node, tls } from '../core/resources/nodes.ts';
import { mistakesOfPods, mistakesOfServices } from '../policies/mistakes.ts';
import { objectsOf } from '../policies/workload.ts';

const mistaken = [...mistakesOfPods, ...mistakesOfServices].map(([, make]) => {
  const objects = objectsOf(node(tls));
  make(objects);
  return objects;
});
const made = [objectsOf(node(tls)), objectsOf(node()), ...mistaken];

/** What node n0 may run as, by the names of the input: what the operator makes, mistakes, junk. */
export function workloads(junk: Arbitrary<unknown>): Arbitrary<Record<string, unknown>> {
  const kinds = ['pod', 'statefulSet', 'service'] as const;
  const each = (kind: (typeof kinds)[number]) =>
    fc.constantFrom(...made).chain(objects => fc.oneof(spoiled(objects[kind], junk), junk));
  return fc.record(Object.fromEntries(kinds.map(kind => [kind, each(kind)])), { requiredKeys: [] });
}

/** An object with up to three values changed, wherever they are. */
export function spoiled(object: object, junk: Arbitrary<unknown>): Arbitrary<unknown> {
  const value = fc.oneof(fc.constantFrom(...values), junk);
  const changes = fc.array(fc.tuple(fc.constantFrom(...pathsOf(object)), value), { maxLength: 3 });
  return changes.map(all => all.reduce((it, [path, change]) => changed(it, path, change), object as unknown));
}

type Path = readonly string[];

function pathsOf(value: unknown): Path[] {
  if (typeof value !== 'object' || value === null) return [[]];
  return [[], ...Object.entries(value).flatMap(([key, child]) => pathsOf(child).map(path => [key, ...path]))];
}

/** A path that an earlier change took away is left alone. */
function changed(value: unknown, [key, ...rest]: Path, change: unknown): unknown {
  if (key === undefined) return change;
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return value;
  const child = changed((value as Record<string, unknown>)[key], rest, change);
  return Array.isArray(value) ? value.with(Number(key), child) : { ...value, [key]: child };
}

/** Values that decide somewhere. */
const values: readonly unknown[] = [
  undefined,
  ...[7777, 8443, 9100, 7000, 7777.5, -1, 65_536, 'public', 'sidecar', 'api', '7777', '9100', '07777'],
  ...[
    'Always',
    'None',
    'NodePort',
    'trusted-header',
    'unauthenticated',
    'UDP',
    'HTTPS',
    'seid',
    'sei-sidecar',
  ],
  ...['--ignore-paths=/a', '--ignore_paths', '--allow-paths=', '--', '-v', '--upstream', '--a=b=c', '--é=ü'],
  ...[
    '--upstream=http://[::1]:7777',
    '--upstream=http://127.0.0.01:7777/',
    '--upstream=http://127.9.9.9:7777/',
  ],
  ...['--auth-header-fields-enabled', '--auth-header-fields-enabled=T', '--auth-header-user-field-name=ẞ'],
  ...['--auth-header-groups-field-name=X-REMOTE-USER', '--secure-listen-address=localhost:8443'],
  ...['ask 127.0.0.1:7777', 'ask /7777\u0000', 'x:84430', 'x:8443é', '/v0/livez', '/v0/healthz'],
  ['--upstream', 'http://127.0.0.1:7777/', '--', '--ignore-paths=/a'],
  Array.from({ length: 101 }, () => '--v=1'),
];
