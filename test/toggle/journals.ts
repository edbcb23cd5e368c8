import { configMaps } from '../../cluster/resource.ts';
import type { KubernetesObject } from '../../core/kubernetes.ts';
import { journalName } from '../../core/toggle/config-map.ts';
import type { Place } from '../integration/place.ts';
import type { Bed } from './bed.ts';
import { check, type Test } from './broken.ts';
import { few } from './few.ts';
import { beginTrial, type Trial } from './trial.ts';
import { makeWay } from './way.ts';

type Journal = KubernetesObject & { readonly data: Readonly<Record<string, string>> };

/** What is kept of toggles, by whom and from wherever it is read. */
export function journals(test: Test, bed: () => Bed, inNamespace: (name: string) => Promise<Place>): void {
  const began = async (name: string) => beginTrial(bed(), await inNamespace(name));
  const enable = ['enable', 'n0', '--secret', 'n0-tls', '--yes', '--no-verify'];

  test('another goes on from another kubeconfig, and each command may be given twice', t =>
    few(async () => {
      const trial = await began('elsewhere');
      const one = await makeWay(t, bed(), trial.place, 'one');
      const other = await makeWay(t, bed(), trial.place, 'other');
      const steps: readonly (readonly [typeof one, readonly string[], number, RegExp])[] = [
        [one, [...enable, '--wait=false'], 3, /nobody waits for it \(--wait=false\)/],
        [
          one,
          enable,
          3,
          /error: elsewhere\/n0: the toggle that .* is unfinished \(Created\).*: tls resume n0 goes on/,
        ],
        [other, ['resume', 'n0', '--yes'], 0, /Done/],
        [other, ['resume', 'n0', '--yes'], 0, /^$/],
        [one, ['abort', 'n0', '--yes'], 3, /its toggle is Done since .*: toggle it the other way round/],
        [one, ['disable', 'n0', '--yes', '--no-verify', '--wait=false'], 3, /nobody waits for it/],
        [other, ['abort', '--yes'], 1, /Aborted/],
        [other, ['abort', 'n0', '--yes'], 1, /^$/],
        [one, ['resume', 'n0', '--yes'], 1, /^$/],
        [one, ['resume', '--yes'], 3, /no toggle is unfinished in namespace elsewhere/],
      ];
      for (const [{ tls }, args, wanted, words] of steps) {
        const { code, stderr } = await tls(...args);
        t.is(code, wanted, `${args}: ${stderr}`);
        t.regex(stderr, words);
      }
      const now = await trial.facts();
      check(t, trial, now, 'in the end');
      t.is(now.node?.spec.sidecar?.tls?.secretName, 'n0-tls');
    }));

  test('the last ten toggles of a node are kept, and told in order', t =>
    few(async () => {
      const trial = await began('ten');
      const { tls } = await makeWay(t, bed(), trial.place);
      t.is((await tls(...enable)).code, 0);
      for (let number = 2; number <= 11; number += 1) await keep(trial, number, {});
      const { code, stderr } = await tls('disable', 'n0', '--yes', '--no-verify');
      t.is(code, 0, stderr);
      const history = await tls('history', 'n0', '-o', 'json');
      t.is(history.code, 0, history.stderr);
      const { kind, items } = JSON.parse(history.stdout);
      t.is(kind, 'ToggleHistory');
      t.deepEqual(
        items.map(({ configMap }: { configMap: string }) => configMap),
        [3, 4, 5, 6, 7, 8, 9, 10, 11, 12].map(number => `n0-tls-toggle-${number}`),
      );
      t.notRegex(history.stdout, /manifest|chainId/);
      const everywhere = await tls('history', '-A');
      t.is(everywhere.stdout.match(/^ten +n0 +\d+ /gm)?.length, 10);
      check(t, trial, await trial.facts(), stderr);
    }));

  test('a journal that somebody tampered with is told in a sentence, and none goes by it', t =>
    few(async () => {
      const trial = await began('tampered');
      const { tls } = await makeWay(t, bed(), trial.place);
      t.is((await tls(...enable)).code, 0);
      const { node, manifest } = await keep(trial, 2, {
        node: { namespace: 'elsewhere', name: 'n0', uid: 'u' },
      });
      await keep(trial, 3, { node: { ...node, namespace: 'tampered', name: 'n1' } });
      await keep(trial, 4, { version: 2 });
      await keep(trial, 5, '{"version": 1, "step": "\u001b[2J');
      await keep(trial, 6, { step: 'Deleted', manifest: { ...manifest, kind: 'Secret' } });
      const { code, stdout, stderr } = await tls('history', 'n0');
      t.is(code, 3);
      t.regex(stdout, /^n0 +1 +no TLS +n0-tls +Done/m);
      const lines = stderr.trimEnd().split('\n').toSorted();
      t.log(lines.join('\n'));
      t.is(lines.length, 5);
      for (const [at, line] of lines.entries()) {
        t.regex(
          line,
          new RegExp(`^error: ConfigMap tampered/n0-tls-toggle-${at + 2} is (no journal|of version 2)`),
        );
      }
      const before = await trial.facts();
      for (const args of [['resume', 'n0'], ['abort', 'n0'], ['disable', 'n0'], ['resume']]) {
        const refused = await tls(...args, '--yes', '--no-verify');
        t.is(refused.code, 3, `${args}: ${refused.stderr}`);
        t.regex(refused.stderr, /ConfigMap tampered\/n0-tls-toggle-\d is/);
        t.notRegex(refused.stderr, /^ +at /m);
        t.false(refused.stderr.includes('\u001b'));
      }
      t.deepEqual(await trial.facts(), before);
    }));

  /** Keeps the node's first journal again under another number, changed or as another text. @returns it. */
  async function keep({ place, facts }: Trial, number: number, change: object | string) {
    const first = (await facts()).configMaps.find(({ metadata }) => metadata.name === journalName('n0', 1));
    const { metadata, data } = first as Journal;
    const journal = JSON.parse(data['journal.json'] ?? '');
    const text = typeof change === 'string' ? change : JSON.stringify({ ...journal, number, ...change });
    await place.create(configMaps, {
      metadata: { name: journalName('n0', number), labels: metadata.labels },
      data: { ...data, 'journal.json': text },
    });
    return journal;
  }
}
