import test from 'ava';
import { controllerWrites, total, writesSoFar } from './writes.ts';

const line = (verb: string, resource: string, count: number, subresource = '', code = 200) =>
  `apiserver_request_total{code="${code}",component="apiserver",dry_run="",group="",resource="${resource}",scope="resource",subresource="${subresource}",verb="${verb}",version="v1"} ${count}`;

function soFar(...lines: readonly string[]) {
  const body = ['# TYPE apiserver_request_total counter', ...lines, 'other{verb="POST"} 9'].join('\n');
  return writesSoFar(async () => ({ status: 200, body }));
}

test('writes are counted by verb and part, refused ones too, reads not', async t => {
  const writes = await soFar(
    line('PATCH', 'seinodes', 2, 'status'),
    line('PATCH', 'seinodes', 1, 'status', 409),
    line('GET', 'seinodes', 5),
    line('WATCH', 'pods', 5),
    line('APPLY', 'services', 1e6),
  );
  t.deepEqual(
    [...writes],
    [
      ['PATCH seinodes/status', 3],
      ['APPLY services', 1_000_000],
    ],
  );
});

test("a controller's writes are told from those of kube-controller-manager, kwok and the bench", async t => {
  const before = await soFar(line('APPLY', 'services', 1), line('POST', 'configmaps', 4));
  const after = await soFar(
    line('APPLY', 'services', 3),
    line('POST', 'configmaps', 4),
    line('PATCH', 'seinodes', 5),
    line('PATCH', 'seinodes', 7, 'status'),
    line('POST', 'seinodes', 11),
    line('PUT', 'persistentvolumeclaims', 13),
    line('PUT', 'statefulsets', 17, 'status'),
    line('DELETE', 'pods', 19),
    line('POST', 'events', 23),
    line('PUT', 'leases', 29),
  );
  const writes = controllerWrites(before, after);
  t.deepEqual([...writes.keys()], ['APPLY services', 'PATCH seinodes', 'PATCH seinodes/status']);
  t.is(total(writes), 2 + 5 + 7);
});
