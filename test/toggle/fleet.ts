import type { Seen } from '../faults/proxy/seen.ts';
import type { Place } from '../integration/place.ts';
import type { Bed } from './bed.ts';
import type { Test } from './broken.ts';
import { few } from './few.ts';
import { makeNode } from './node.ts';
import { makeWay } from './way.ts';

const names = ['n0', 'n1', 'n2'];
const validator = { fullNode: undefined, validator: {} };

/** Several nodes by one command: one after the other, and none after the first that fails. */
export function fleet(test: Test, bed: () => Bed, inNamespace: (name: string) => Promise<Place>): void {
  const began = async (name: string, specs: readonly object[] = [{}, {}, {}]) => {
    const place = await inNamespace(name);
    const make = (name: string, index: number) =>
      makeNode(bed(), place, { name, tls: true, spec: specs[index] ?? {}, labels: { app: 'fleet' } });
    await Promise.all(names.map(make));
    return place;
  };

  for (const [how, asked] of [
    ['names', names],
    ['labels', ['-l', 'app=fleet']],
  ] as const) {
    test(`three nodes by ${how}, of which the second fails: the third is not begun`, t =>
      few(async () => {
        const { proxy, tls } = await makeWay(t, bed(), await began(`three-${how}`));
        const of = ({ method, path }: Seen) => method === 'DELETE' && path.endsWith('/seinodes/n1');
        proxy.fault(403, { of, forGood: true });
        const { code, stdout, stderr } = await tls('disable', ...asked, '--yes', '--no-verify');
        t.is(code, 3, stderr);
        const lines = ['n0 TLS disabled', 'n1 stopped', 'n2 not begun'];
        t.is(stdout, lines.map(line => `seinode.sei.io/${line}\n`).join(''));
        t.regex(stderr, /error: SeiNode three-\w+\/n1: no permission to delete seinodes\.sei\.io "n1"/);
        t.regex(
          stderr,
          /three-\w+\/n1 stands at Deleting; go on with: kubectl seinode tls resume n1 -n three/,
        );
        t.deepEqual(mostAtOnce(proxy.seen), 1);
        t.false(proxy.seen.some(({ path }) => /n2-tls-toggle/.test(path)));
      }));
  }

  for (const [title, specs, most] of [
    ['of full nodes two are away at once where --max-unavailable says so', [{}, {}, {}], 2],
    ['of validators never two are away at once', [validator, validator, validator], 1],
  ] as const) {
    test(title, t =>
      few(async () => {
        const place = await began(`most-${most}`, specs);
        const { proxy, tls } = await makeWay(t, bed(), place);
        const atOnce = most === 1 ? '3' : `${most}`;
        const flags = ['--yes', '--no-verify', '--max-unavailable', atOnce];
        const { code, stderr } = await tls('disable', ...names, ...flags);
        t.is(code, 0, stderr);
        t.is(mostAtOnce(proxy.seen), most);
      }),
    );
  }
}

/** How many nodes were away at once: deleted, and their toggle not Done. */
function mostAtOnce(seen: readonly Seen[]): number {
  let [away, most] = [0, 0];
  for (const { method, path, body } of seen) {
    if (method === 'DELETE' && path.includes('/seinodes/')) away += 1;
    if (method === 'PUT' && /"step\W+Done/.test(JSON.stringify(body))) away -= 1;
    most = Math.max(most, away);
  }
  return most;
}
