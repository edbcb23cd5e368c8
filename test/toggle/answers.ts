import type { ExecutionContext } from 'ava';
import { survives } from '../faults/matrix.ts';
import { startFaultProxy } from '../faults/proxy/proxy.ts';
import type { Place } from '../integration/place.ts';
import type { Bed } from './bed.ts';
import { check, disable, enable, type Operation, type Test } from './broken.ts';
import { few } from './few.ts';
import { isLong } from './long.ts';
import { plugin } from './plugin.ts';
import { beginTrial } from './trial.ts';
import { makeUser } from './users.ts';

/** More than any takes; what is beyond the last write breaks nothing. */
const writes = 10;
const faults = ['reset', 409, 500, 503, 403] as const;

/** Each write is answered once by something else than its success; `npm test` tries one of them at each. */
export function answers(test: Test, bed: () => Bed, inNamespace: (name: string) => Promise<Place>): void {
  for (const [name, operation] of Object.entries({ enable, disable })) {
    for (let at = 1; at <= writes; at += 1) {
      for (const [index, fault] of faults.entries()) {
        const isTried = at % faults.length === index && name === (at % 2 === 0 ? 'disable' : 'enable');
        if (!isLong && !isTried) continue;
        test(`${name}: write ${at} is answered by ${fault}`, async t => {
          const place = await inNamespace(`${name}-${at}-${fault}`);
          await few(() => answered(t, bed(), place, operation, { fault, at }));
        });
      }
    }
  }
}

/** What passes is met by the process itself; what does not, stops it with a sentence, and `resume` goes on. */
async function answered(
  t: ExecutionContext,
  bed: Bed,
  place: Place,
  { args, before, after }: Operation,
  { fault, at }: { readonly fault: (typeof faults)[number]; readonly at: number },
): Promise<void> {
  const trial = await beginTrial(bed, place, { tls: before });
  const kubeconfig = await makeUser(bed.controlPlane, place.namespace, 'person');
  const proxy = await startFaultProxy({ kubeconfig, directory: bed.controlPlane.directory });
  t.teardown(proxy.close);
  const flags = ['-n', place.namespace, '--yes', '--no-verify'];
  let isMet = false;
  void proxy.fault(fault, { at }).then(() => {
    isMet = true;
  });
  const asked = performance.now();
  const { code, stdout, stderr } = await plugin([...args, ...flags], proxy).ended;
  t.log(`${Math.round(performance.now() - asked)} ms\n${stderr.split('\n').slice(-6).join('\n')}`);
  const isAsWanted = async () => {
    const stops = isMet && fault === 403;
    t.is(code, stops ? 3 : 0, stderr);
    if (stops) {
      t.regex(stderr, /^error: SeiNode .*: no permission to (?:create|patch|update|delete) .* is needed$/m);
      t.regex(stdout, at === 1 ? /n0 refused\n$/ : /n0 stopped\n$/);
      if (at === 1) t.deepEqual((await trial.facts()).configMaps, []);
      const again = at === 1 ? [...args, ...flags] : ['tls', 'resume', 'n0', ...flags];
      const resumed = await plugin(again, proxy).ended;
      t.is(resumed.code, 0, `${stderr}\n${resumed.stderr}`);
    }
    const now = await trial.facts();
    check(t, trial, now, stderr);
    t.is(now.node?.spec.sidecar?.tls !== undefined, after, stderr);
  };
  const how = fault === 'reset' ? 'whose answer is lost by RST' : `that is answered by ${fault}`;
  await (isMet ? survives({ who: 'plugin', fault: `a write of a toggle ${how}` }, isAsWanted) : isAsWanted());
}
