import { withBed } from './bed.ts';
import { type Facts, factsOf, heldBy } from './facts.ts';
import { few } from './few.ts';
import { makeNode } from './node.ts';
import { makeWay } from './way.ts';

const { test, bed, inNamespace } = withBed({ controller: 'reference' });
const named = (length: number) => 'n'.repeat(length);

// 52 and the hash of a StatefulSet's revision are the 63 of a label: a longer name has no pod.
test('a node with as long a name as a pod allows is toggled there and back', t =>
  few(async () => {
    const [place, name] = [await inNamespace('p'.repeat(63)), named(52)];
    const before = await makeNode(bed(), place, { name });
    const { tls } = await makeWay(t, bed(), place);
    for (const args of [
      ['enable', name, '--secret', `${name}-tls`],
      ['disable', name],
    ]) {
      const { code, stderr } = await tls(...args, '--yes', '--no-verify');
      t.is(code, 0, stderr);
      const now: Facts = await factsOf(bed(), place, name);
      t.deepEqual(heldBy(now), heldBy(before));
    }
  }));
