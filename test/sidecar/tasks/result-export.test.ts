import test from 'ava';
import { resultExport } from '../../../sidecar/tasks/result-export.ts';
import { contextIn } from '../place.ts';
import { homeWith } from './home.ts';
import { serve } from './servers.ts';

test('one that comes later takes the place of the former, and waits until that has ended', async t => {
  const asked: string[] = [];
  const held = Promise.withResolvers<void>();
  const rpcEndpoint = (name: string) =>
    serve(t, () => {
      asked.push(name);
      held.resolve();
    }).then(address => `http://${address}`);
  const { context } = contextIn(homeWith().path);
  const [kind, stop] = [resultExport(), new AbortController()];
  const params = async (name: string) => ({
    bucket: 'b',
    region: 'r',
    rpcEndpoint: await rpcEndpoint(name),
  });
  const former = kind.run(await params('former'), { ...context, signal: AbortSignal.any([]) });
  await held.promise;
  const later = kind.run(await params('later'), { ...context, signal: stop.signal });
  t.deepEqual(await former, {
    ok: false,
    error: 'the export of results was stopped: another result-export has taken its place',
  });
  t.deepEqual(asked, ['former']);
  stop.abort();
  t.false((await later).ok);
});
