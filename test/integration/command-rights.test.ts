import type { ExecutionContext } from 'ava';
import { type CommandRight, commandRights } from '../../core/command-rights.ts';
import { until } from '../control-plane/until.ts';
import { report } from '../plugin/report/make.ts';
import { examples, invoke, now, type Outcome } from '../plugin/terminal.ts';
import { withControlPlane } from './with-control-plane.ts';

const { test, controlPlane, kubectl } = withControlPlane();
const places = { nodes: 'arctic', operator: 'sei-k8s-controller-system' } as const;

let applied: Promise<unknown> | undefined;

function fleet(t: ExecutionContext): Promise<unknown> {
  const furnish = async () => {
    for (const name of Object.values(places)) await kubectl(t, ['create', 'namespace', name]);
    await kubectl(t, ['apply', '--validate=warn', '-f', examples]);
  };
  applied ??= furnish();
  return applied;
}

/** Lets a user have rights, and no others. */
async function grant(t: ExecutionContext, name: string, rights: readonly CommandRight[]): Promise<void> {
  const items = Object.entries(Object.groupBy(rights, ({ where }) => where)).flatMap(([where, few = []]) => {
    const namespace = where === 'cluster' ? undefined : places[where as keyof typeof places];
    const kind = namespace === undefined ? 'ClusterRole' : 'Role';
    const rbac = { apiVersion: 'rbac.authorization.k8s.io/v1', metadata: { name, namespace } };
    const subjects = [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name }];
    return [
      { ...rbac, kind, rules: few.map(ruleOf) },
      {
        ...{ ...rbac, kind: `${kind}Binding`, subjects },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name },
      },
    ];
  });
  await kubectl(t, ['apply', '-f', '-'], {
    input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items }),
  });
}

function ruleOf({ verb, group, resource, subresource, name }: CommandRight): object {
  const resources = [`${resource}${subresource ? `/${subresource}` : ''}`];
  return { apiGroups: [group], resources, verbs: [verb], ...(name && { resourceNames: [name] }) };
}

/** What was asked of the API server, as rights, by what `-v 6` says. */
function requestsIn(err: string): Set<string> {
  const path =
    /^GET https:\/\/[^/]+\/(?:api|apis\/([^/]+))\/v\w+(?:\/namespaces\/[^/?]+(?=\/))?\/([a-z]+)(\/[^?\s]+)?/gm;
  return new Set(
    [...err.matchAll(path)].map(([, group = '', resource, name]) =>
      [name ? 'get' : 'list', group, resource].join(' '),
    ),
  );
}

const asked = ({ verb, group, resource }: CommandRight) => [verb, group, resource].join(' ');

/** [the command in the table, its line, what it may come to] */
const lines: readonly (readonly [string, string, RegExp])[] = [
  ['list', 'list', /^0$/],
  ['inspect', 'inspect good-ec', /^0$/],
  ['tls check', 'tls check', /^1$/],
  ['tls check', 'tls check good-ec', /^0$/],
  ['tls request', 'tls request good-ec --format certificate --issuer ClusterIssuer/ca', /^0$/],
  ['tls history', 'tls history', /^0$/],
  ['policy check', 'policy check', /^1$/],
  ['netpol reach', 'netpol reach', /^0$/],
  ['netpol reach', 'netpol reach good-ec', /^0$/],
  ['netpol template', 'netpol template', /^0$/],
  ['plan', 'plan good-ec', /^0$/],
  ['report', 'report', /^0$/],
  // Nothing is installed here: what it finds is no matter of rights.
  ['doctor', 'doctor', /^1$/],
];

for (const [command, line, code] of lines) {
  test(`with the rights of the table, and no others, "${line}" works, and asks for no more`, async t => {
    await fleet(t);
    const rights = commandRights[command] ?? [];
    const user = line.replaceAll(/[^a-z]+/g, '-');
    await grant(t, user, rights);
    const judged = ['doctor', 'tls history', 'tls request'].includes(command) ? '' : `--now ${now}`;
    // RBAC is read by the API server in its own time.
    const outcome = await settled(
      () => asUser(user, `${line} -v 6 ${judged}`),
      ({ err }) => !/no permission| 403 in /.test(err),
    );
    t.notRegex(outcome.err, /no permission/);
    t.regex(String(outcome.code), code, outcome.err);
    const requests = requestsIn(outcome.err);
    const atMost = new Set(rights.map(asked));
    t.deepEqual(
      [...requests].filter(request => !atMost.has(request)),
      [],
    );
    if (/good-ec/.test(line) && /^(tls check|netpol)/.test(command)) return;
    const atLeast = rights.filter(({ when }) => when === undefined).map(asked);
    t.deepEqual(
      atLeast.filter(request => !requests.has(request)),
      [],
    );
  });
}

const needing = lines.filter(([command, line]) => command === line && !/^(doctor|tls history)$/.test(line));
for (const [command, line] of needing) {
  test(`without the last of the rights that it cannot do without, "${line}" exits 3 and names it`, async t => {
    await fleet(t);
    const rights = (commandRights[command] ?? []).filter(({ when }) => when === undefined);
    const lost = rights.findLast(({ without }) => without === undefined)!;
    const user = `without-${line.replaceAll(/[^a-z]+/g, '-')}`;
    await grant(
      t,
      user,
      rights.filter(right => right !== lost),
    );
    const isMeant = (error: string) => error.includes(`${lost.verb} ${lost.resource}`);
    const outcome = await settled(
      () => asUser(user, line),
      ({ err }) => !/the same for [a-z]/.test(err) && err.trim().split('\n').every(isMeant),
    );
    t.is(outcome.code, 3);
    t.true(isMeant(outcome.err), outcome.err);
  });
}

/** What a command comes to; a report goes to no terminal. */
function asUser(user: string, line: string): Promise<Pick<Outcome, 'code' | 'err'>> {
  const as = `-n arctic --as ${user} --kubeconfig ${controlPlane().kubeconfig}`;
  const [, flags] = /^report\b(.*)$/.exec(line) ?? [];
  return flags === undefined ? invoke(`${line} ${as}`) : report(`${flags} ${as}`);
}

async function settled<T>(run: () => Promise<T>, isSettled: (outcome: T) => boolean): Promise<T> {
  let outcome = await run();
  await until(async () => {
    if (!isSettled(outcome)) outcome = await run();
    return isSettled(outcome);
  });
  return outcome;
}
