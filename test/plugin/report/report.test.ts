import { createHash } from 'node:crypto';
import test from 'ava';
import fc from 'fast-check';
import { XMLValidator } from 'fast-xml-parser';
import { fleetSaying, hostileText, unsafe } from '../hostile.ts';
import { planStatus } from '../plans.ts';
import { manifests } from '../reach-network.ts';
import { closedYAML, nodeYAML, secretYAML } from '../source/manifests.ts';
import { examples, invoke } from '../terminal.ts';
import { fleetOf, now as then } from './fleet.ts';
import { report } from './make.ts';

const fleet = `-f ${examples}`;

test('a report has each node with what list says of it', async t => {
  const { code, bytes, err } = await report(fleet);
  t.deepEqual({ code, err }, { code: 0, err: '' });
  const rows = rowsOf(partOf(bytes, 'fleet'));
  const { items } = JSON.parse((await invoke(`list ${fleet} -o json`)).out);
  t.deepEqual(
    rows.map(([name, namespace, verdict, , , , tls, secret]) => ({ name, namespace, verdict, tls, secret })),
    items.map((item: Record<string, unknown>) => ({
      name: item.name,
      namespace: item.namespace,
      verdict: item.reason ?? 'TLS off',
      tls: item.tls ? 'on' : 'off',
      secret: item.secretName ?? '-',
    })),
  );
  const table = (await invoke(`list ${fleet} --no-headers`)).out.trimEnd().split('\n');
  t.deepEqual(
    rows.map(([name, , , expires, exposed]) => [name, expires, exposed]),
    table
      .map(line => line.split(/ {2,}/))
      .map(([name, , , , , expires, exposed]) => [name, expires, exposed]),
  );
});

test('a report has every finding of policy check, and its fix', async t => {
  const { bytes } = await report(fleet);
  const shown = textOf(partOf(bytes, 'findings'));
  const { findings } = JSON.parse((await invoke(`policy check ${fleet} -o json`)).out);
  t.is(partOf(bytes, 'findings').match(/<article/g)?.length, findings.length);
  for (const { message, fix } of findings) {
    t.true(shown.includes(message), message);
    t.true(shown.includes(`Fix: ${fix}`), fix);
  }
});

test('what mends many nodes alike is in a report once', async t => {
  const part = partOf((await report('-f -', fleetOf(120))).bytes, 'findings');
  // Of ns0001 no policy isolates the pods: one is missing, for each of two rules.
  t.is(part.match(/<pre/g)?.length, 2);
  t.is(textOf(part).match(/What mends ns0001\/n0000100 and 19 more, for kubectl/g)?.length, 2);
});

test('a report has pods without their node, which policy check finds as well', async t => {
  const orphan = manifests.replace(/---\napiVersion: sei.io[\s\S]*?(?=---)/, '');
  const { bytes } = await report('-f -', orphan);
  t.regex(textOf(partOf(bytes, 'findings')), /Pod arctic\/n0-0/);
  t.regex(textOf(partOf(bytes, 'reach')), /n0-0/);
});

test('a report says of who can connect what netpol reach says, drawn and in words', async t => {
  const { bytes } = await report('-f -', manifests);
  const part = partOf(bytes, 'reach');
  const words = textOf(part);
  const { out } = await invoke('netpol reach -f - -o wide', manifests);
  const said = out.replaceAll(/\s+/g, ' ');
  for (const [, text = ''] of part.matchAll(/<dd>(.*?)<\/dd>/g)) t.true(said.includes(textOf(text)), text);
  for (const text of ['exposed', 'controller', 'legacy ingress[0].from[0]']) t.true(words.includes(text));
  const [drawn = ''] = /<svg[\s\S]*?<\/svg>/.exec(part) ?? [];
  t.true(XMLValidator.validate(drawn));
  t.notRegex(drawn, /<title>|\bid="|<!--/);
});

test('each namespace has its picture, and one that would be a tangle has its words alone', async t => {
  const elsewhere = manifests.replaceAll('namespace: arctic', 'namespace: baltic');
  const two = partOf((await report('-f -', `${manifests}---${elsewhere}`)).bytes, 'reach');
  t.is(two.match(/<svg/g)?.length, 2);
  const policies = Array.from(
    { length: 120 },
    (_, at) => `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: p${at}, namespace: arctic}
spec: {podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 203.0.${at}.0/24}}]}]}
`,
  );
  const tangle = partOf((await report('-f -', manifests + policies.join(''))).bytes, 'reach');
  t.notRegex(tangle, /<svg/);
  t.regex(tangle, /Too many differ for one picture/);
  t.regex(tangle, /<details open><summary>In words/);
});

test('a report has the tasks of each plan and where they stand, as plan says', async t => {
  const node = `${nodeYAML('n0')}${planStatus}`;
  const { bytes } = await report('-f -', node);
  const shown = textOf(partOf(bytes, 'plans'));
  const { plan } = JSON.parse((await invoke('plan n0 -f - -o json', node)).out);
  for (const { type, state, message } of plan.tasks) {
    t.true(shown.includes(`${type} ${state} ${message}`.trim()), `${type} in ${shown}`);
  }
  t.regex(shown, /default\/n0 Initializing; plan Active, 2 of 4 tasks done/);
});

test('certificates stand in the order of their ends, those that end soon apart, and every one is counted', async t => {
  const { bytes } = await report(`-f - --now ${then}`, fleetOf(40));
  const part = partOf(bytes, 'certificates');
  const [spans, soon, later] = part.split('<table').slice(1).map(rowsOf);
  t.deepEqual(
    spans?.map(([span, count]) => `${span} ${count}`),
    [
      'expired 4',
      'within a day 0',
      'within 7 days 0',
      'within 30 days 2',
      'within 90 days 5',
      'within a year 21',
      'later 0',
    ],
  );
  const ends = [...(soon ?? []), ...(later ?? [])].map(([, , , , end]) => end ?? '');
  t.is(ends.length, 32);
  t.deepEqual(ends, ends.toSorted());
  t.is(soon?.length, 11);
  t.regex(textOf(part), /without a certificate that can be read: 4\./);
});

test('an empty selection says so in each part', async t => {
  const { code, bytes, err } = await report(`${fleet} -l absent`);
  t.is(code, 0);
  t.is(err, '');
  t.regex(
    textOf(bytes.toString()),
    /No SeiNode was found\..*No certificate was read\..*no pod to ask about\..*No rule has found anything\./,
  );
});

const broken = `${nodeYAML('n0', '  sidecar: {tls: {secretName: s}}\n')}---\n${secretYAML('s', '  tls.crt: "%"\n')}`;

test('a report that is not whole says so before all else, and exits 3', async t => {
  const { code, bytes, err } = await report('-f - -f nope.yaml', broken);
  t.is(code, 3);
  t.regex(err, /-:17: data\["tls\.crt"\]/);
  const text = bytes.toString();
  t.regex(text, /<title>Incomplete: /);
  const [before = '', after = ''] = text.split('Incomplete: not all could be read');
  t.false(before.includes('<main'));
  t.regex(textOf(after), /nope\.yaml: cannot be read: it does not exist/);
  t.regex(textOf(after), /-:17: data\["tls\.crt"\]/);
  const whole = await report('-f -', `${nodeYAML('n0')}---\n${closedYAML()}`);
  t.is(whole.code, 0);
  t.notRegex(whole.bytes.toString(), /Incomplete/);
});

test('parameters that cannot be read leave nothing to judge by: nothing is written', async t => {
  const { code, bytes, err } = await report(`${fleet} --parameters nope.yaml`);
  t.deepEqual({ code, length: bytes.length }, { code: 3, length: 0 });
  t.regex(err, /nope\.yaml/);
});

test('a terminal is given no page and no archive', async t => {
  for (const format of ['html', 'zip']) {
    const { code, out, err } = await invoke(`report ${fleet} -o ${format}`);
    t.deepEqual({ code, out }, { code: 2, out: '' });
    t.regex(err, new RegExp(`a report is no text for a terminal: write > report\\.${format}`));
  }
  t.is((await invoke(`report ${fleet} -o json`)).code, 2);
});

test('the same input makes the same bytes', async t => {
  for (const format of ['html', 'zip']) {
    const [a, b] = [await report(`${fleet} -o ${format}`), await report(`${fleet} -o ${format}`)];
    t.true(a.bytes.equals(b.bytes));
  }
});

test('the page lets in its own script and style alone, by their hashes, and asks nobody for anything', async t => {
  const text = (await report(fleet)).bytes.toString();
  const [, policy = ''] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(text) ?? [];
  const hash = (tag: string) => {
    const found = [...text.matchAll(new RegExp(`<${tag}>(.*?)</${tag}>`, 'gs'))];
    t.is(found.length, 1);
    return `'sha256-${createHash('sha256')
      .update(found[0]?.[1] ?? '')
      .digest('base64')}'`;
  };
  t.is(
    policy,
    `default-src 'none'; script-src ${hash('script')}; style-src ${hash('style')}; base-uri 'none'; form-action 'none'`,
  );
  t.notRegex(
    text,
    /\s(src|srcset|action|style|on[a-z]+)=|@import|url\(|<(link|iframe|object|embed|base|img)\b/i,
  );
  for (const [, target = ''] of text.matchAll(/href="([^"]*)"/g)) {
    t.regex(
      target,
      /^#[a-z]+$|^https:\/\/github\.com\/sei-protocol\/kubectl-seinode\/blob\/main\/docs\/rules\/[a-z-]+\.md$/,
    );
  }
});

/** What would end a text, an attribute, a comment, a style or a script. */
const markup = fc.constantFrom(
  ...['<script>alert(1)</script>', '</script>', '</style>', '-->', '<!--', '"', "'", '`', '$&', "$'", '&lt;'],
  ...['" onmouseover="alert(1)', '<img src=x onerror=alert(1)>', '</title>', ']]>', '<svg/onload=alert(1)>'],
);
const hostile = fc
  .array(fc.oneof(markup, hostileText), { minLength: 1, maxLength: 4 })
  .map(pieces => pieces.join(''));

test('whatever a manifest says, it stays text: the elements of the page are those of a harmless one', async t => {
  const elements = async (said: string) => {
    const { bytes } = await report('-f -', fleetSaying(said));
    const text = bytes.toString();
    t.notRegex(text, unsafe);
    return text.match(/<[^>]*>/g)?.map(tag => tag.replaceAll(/"[^"]*"/g, '""'));
  };
  const harmless = await elements('harmless');
  await fc.assert(
    fc.asyncProperty(hostile, async said => {
      t.deepEqual(await elements(said), harmless);
    }),
    { seed: 46, numRuns: 60 },
  );
});

test('a file is named as it is, however much its name looks like a key', async t => {
  const file = 'Teams/Platform2/Manifests/Production/Fleet/North.yaml';
  const { bytes } = await report(`-f - -f ${file}`, nodeYAML('n0'));
  t.regex(bytes.toString(), new RegExp(`<dd>-, ${file}</dd>`));
  t.true(textOf(bytes.toString()).includes(`${file}: cannot be read: it does not exist`));
});

test('the name of a file that it was read from stays text as well', async t => {
  const { bytes } = await report('-f - -f <script>.yaml -l a!=b', nodeYAML('n0'));
  t.regex(textOf(bytes.toString()), /<script>\.yaml: cannot be read/);
  t.notRegex(bytes.toString(), /<script>\.yaml/);
});

/** A part of the page. */
function partOf(page: Buffer, id: string): string {
  const text = page.toString();
  const start = text.indexOf(`<section id="${id}"`);
  return text.slice(start, text.indexOf('</section>', start));
}

/** The cells of each row below a head. */
function rowsOf(markup: string): string[][] {
  const body = /<tbody>([\s\S]*?)<\/tbody>/.exec(markup)?.[1] ?? '';
  return [...body.matchAll(/<tr[\s\S]*?<\/tr>/g)].map(([row]) =>
    [...row.matchAll(/<t[hd][^>]*>([\s\S]*?)<\/t[hd]>/g)].map(([, cell = '']) => textOf(cell)),
  );
}

/** What a reader sees of it. */
function textOf(markup: string): string {
  return markup
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))
    .replaceAll(/\s+/g, ' ')
    .trim();
}
