import test from 'ava';
import type { Secret } from '../../core/kubernetes.ts';
import type { TLSVerdict } from '../../core/policy.ts';
import type { SeiNode } from '../../core/seinode.ts';
import { Gate } from '../../operator/gate.ts';
import { createJudge } from '../../wasm/judge.ts';
import { exampleSecret } from '../plugin/hostile.ts';
import { invoke, now } from '../plugin/terminal.ts';
import { sampleOf, survives } from './matrix.ts';
import { certificates, certificateWithNames } from './peers/certificates.ts';

const good = exampleSecret('good-ec');
const data = good.data as Readonly<Record<'tls.crt' | 'tls.key', string>>;
const leaf = Buffer.from(data['tls.crt'], 'base64').toString();
const base64 = (text: string) => Buffer.from(text).toString('base64');
const hosts = (count: number) => Array.from({ length: count }, (_, at) => `n${at}.arctic.svc.cluster.local`);
const block = (label: string, body: string) => `-----BEGIN ${label}-----\n${body}\n-----END ${label}-----\n`;
const node = {
  apiVersion: 'sei.io/v1alpha1',
  kind: 'SeiNode',
  metadata: { name: 'good-ec', namespace: 'arctic', uid: 'u' },
  spec: { chainId: 'c', image: 'i', fullNode: {}, sidecar: { tls: { secretName: 'good-ec-tls' } } },
} as SeiNode;

/** What a Secret of up to 1 MiB holds, and the verdict on it. */
const secrets: readonly [fault: string, Record<string, string>, reason: TLSVerdict['reason']][] = [
  ['a certificate of 500 names', certificateWithNames(hosts(500)), 'Ready'],
  ['a certificate of 5,000 names', certificateWithNames(hosts(5_000)), 'Ready'],
  ['a chain of 800 certificates', { ...data, 'tls.crt': base64(leaf + certificates(800)) }, 'Ready'],
  [
    '800 certificates before its own',
    { ...data, 'tls.crt': base64(certificates(800) + leaf) },
    'SANsMismatch',
  ],
  ['1,000 authorities in ca.crt', { ...data, 'ca.crt': base64(certificates(1_000)) }, 'Ready'],
  ['1 MB of x', { ...data, 'tls.crt': base64('x'.repeat(740_000)) }, 'Malformed'],
  ['1 MB of dashes', { ...data, 'tls.crt': base64('-'.repeat(740_000)) }, 'Malformed'],
  [
    '26,000 beginnings of a certificate',
    { ...data, 'tls.crt': base64('-----BEGIN CERTIFICATE-----\n'.repeat(26_000)) },
    'Malformed',
  ],
  [
    '22,000 blocks that end as others',
    { ...data, 'tls.crt': base64('-----BEGIN X-----\n-----END Y-----\n'.repeat(21_000)) },
    'Malformed',
  ],
  [
    '140,000 headers in a block',
    { ...data, 'tls.crt': base64(`-----BEGIN CERTIFICATE-----\n${'a: b\n'.repeat(140_000)}`) },
    'Malformed',
  ],
  [
    '11,000 blocks before its certificate',
    { ...data, 'tls.crt': base64(block('PUBLIC KEY', 'AAAA').repeat(11_000) + leaf) },
    'Ready',
  ],
  [
    '700,000 empty lines before its certificate',
    { ...data, 'tls.crt': base64('\n'.repeat(700_000) + leaf) },
    'Ready',
  ],
  [
    'a key of 740,000 A',
    { ...data, 'tls.key': base64(block('EC PRIVATE KEY', 'A'.repeat(740_000))) },
    'Malformed',
  ],
  [
    'a certificate of zeroes',
    { ...data, 'tls.crt': base64(block('CERTIFICATE', base64('\0'.repeat(500_000)))) },
    'Malformed',
  ],
  [
    'a certificate that nests 100,000 deep',
    { ...data, 'tls.crt': base64(block('CERTIFICATE', base64('0\u0080'.repeat(100_000)))) },
    'Malformed',
  ],
];

for (const [fault, entries, reason] of sampleOf(secrets, 8)) {
  test(`a Secret with ${fault} is judged alike by operator and plugin`, async t => {
    const secret = { ...good, data: entries } as Secret;
    t.true(JSON.stringify(secret).length < 1_100_000);
    const operator = await survives({ who: 'operator', fault: `a Secret with ${fault}` }, async () => {
      const gate = new Gate({
        judge: createJudge(),
        objects: { cached: () => secret as never, read: async () => secret as never },
        trouble: () => undefined,
      });
      const judgement = await gate.judge(node, new Date(now));
      t.is(judgement?.verdict.reason, reason, judgement?.verdict.message);
      t.true(judgement!.verdict.message.length < 1_000);
      return judgement!.verdict;
    });
    await survives({ who: 'plugin', fault: `a Secret with ${fault}` }, async () => {
      const manifest = `${JSON.stringify(node)}\n---\n${JSON.stringify(secret)}`;
      const { out, err } = await invoke('tls check -f - -o json', manifest);
      t.is(err, '');
      t.true(out.includes(JSON.stringify(operator.message)), out.slice(0, 500));
      t.false(out.includes(entries['tls.key']!.slice(60, 100)));
    });
  });
}
