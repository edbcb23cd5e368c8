import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { temporaryDirectory } from '../../directory.ts';
import { wants } from '../../requires.ts';
import { fleetSaying } from '../hostile.ts';
import { planStatus } from '../plans.ts';
import { manifests } from '../reach-network.ts';
import { nodeYAML } from '../source/manifests.ts';
import { chromium, open, type Page } from './browser.ts';
import { fleetOf, now } from './fleet.ts';
import { report } from './make.ts';

const test = wants('Chromium on PATH, or its path in CHROMIUM', chromium !== undefined);

async function opened(t: ExecutionContext, stdin: string, scripts = true): Promise<Page> {
  const file = join(temporaryDirectory('report'), 'report.html');
  writeFileSync(file, (await report(`-f - --now ${now}`, stdin)).bytes);
  return open(t, file, scripts);
}

const shown = (part: string, item: string) =>
  `[...document.querySelectorAll('#${part} ${item}')].filter(each => each.checkVisibility()).length`;
const rows = shown('fleet', 'tbody tr');
const names = `[...document.querySelectorAll('#fleet tbody tr:not([hidden]) th')].map(each => each.textContent)`;
const heading = (part: string) => `document.querySelector('#${part} .count').textContent`;
const isIn = (selector: string) => `document.activeElement.matches(${JSON.stringify(selector)})`;

test('a page opens without a request, a word on the console or a breach of its policy', async t => {
  const page = await opened(t, `${JSON.stringify(JSON.parse(fleetOf(20)))}\n---\n${manifests}`);
  t.is(await page.value(rows), 22);
  t.deepEqual(page.offences, []);
  t.is(await page.value(`getComputedStyle(document.querySelector('.tiles')).display`), 'grid');
});

test('a page of what manifests say in tags runs none of them', async t => {
  const said = `</title></style></script><script>document.title='taken'</script><img src=x onerror="document.title='taken'">" onfocus="document.title='taken'" autofocus x="`;
  const page = await opened(t, fleetSaying(said));
  t.regex(await page.value('document.title'), /^SeiNodes, /);
  t.is(await page.value(`document.querySelectorAll('script').length`), 1);
  t.is(await page.value(`document.querySelectorAll('img, [onfocus], [autofocus]').length`), 0);
  t.true(await page.value<boolean>(`document.body.textContent.includes("<script>document.title='taken'")`));
  t.deepEqual(page.offences, []);
});

test('its policy keeps out a script, a style and a request that somebody gets into it', async t => {
  const page = await opened(t, manifests);
  await page.value(`(() => {
    document.body.insertAdjacentHTML('beforeend', '<img src="https://example.com/a"><p id=p style="color: red">');
    const script = document.createElement('script');
    script.textContent = 'document.title = "taken"';
    document.body.append(script);
  })()`);
  t.regex(await page.value('document.title'), /^SeiNodes, /);
  t.not(await page.value(`getComputedStyle(document.querySelector('#p')).color`), 'rgb(255, 0, 0)');
  const fetched = `fetch('https://example.com/').then(() => 'fetched', () => 'refused')`;
  t.is(await page.value(fetched), 'refused');
  t.true(page.offences.some(offence => /Loading the image .* has been blocked/.test(offence)));
});

/** Sets a field of the filter as a person does. */
const set = (field: string, value: string) => `(() => {
  const field = document.querySelector('#filters [name=${field}]');
  field.value = ${JSON.stringify(value)};
  field.dispatchEvent(new Event('input', { bubbles: true }));
})()`;

test('filters leave what fits all of them, in each part, and say that it is not all', async t => {
  const page = await opened(t, fleetOf(200));
  t.is(await page.value(heading('fleet')), '200');
  await page.value(set('verdict', 'Expired'));
  t.is(await page.value(rows), 20);
  t.is(await page.value(heading('fleet')), '20 of 200 shown');
  t.is(await page.value(heading('certificates')), '20 of 160 shown');
  t.is(await page.value(heading('plans')), '20 of 200 shown');
  t.is(await page.value(`document.querySelector('#filters output').value`), 'Nodes: 20 of 200 shown');
  await page.value(set('namespace', 'ns0001'));
  t.is(await page.value(rows), 10);
  t.is(await page.value(heading('reach')), '1 of 2 shown');
  await page.value(set('text', 'n0000112 RUNNING'));
  t.deepEqual(await page.value(names), ['n0000112']);
  await page.value(set('tls', 'off'));
  t.is(await page.value(rows), 0);
  t.is(await page.value(shown('fleet', '.unmatched')), 1);
  await page.value(`document.querySelector('#filters [type=reset]').click()`);
  await page.value('new Promise(resolve => setTimeout(resolve))');
  t.is(await page.value(heading('fleet')), '200');
  await page.value(set('text', 'netpol-tasks-port'));
  t.is(await page.value(rows), 100);
  t.is(await page.value(heading('findings')), '100 of 240 shown');
  t.is(await page.value(shown('findings', '.group')), 1);
  await page.value(set('text', 'expired'));
  t.is(await page.value(heading('certificates')), '20 of 160 shown');
  const groups = await page.value(
    `[...document.querySelectorAll('#findings .group:not([hidden]) summary .count')].map(each => each.textContent)`,
  );
  t.deepEqual(groups, ['10 of 100 shown', '10 of 100 shown', '20 of 40 shown']);
});

test('a slash goes to the filter, and is a slash in it', async t => {
  const page = await opened(t, manifests);
  await page.press('/');
  t.true(await page.value<boolean>(isIn('input[name=text]')));
  t.is(await page.value('document.activeElement.value'), '');
  await page.press('/');
  t.is(await page.value('document.activeElement.value'), '/');
});

test('a table is sorted by keyboard, by what its cells mean, and says how', async t => {
  const page = await opened(t, fleetOf(12));
  const button = (title: string) =>
    `[...document.querySelectorAll('#fleet thead button')].find(each => each.textContent === '${title}').focus()`;
  const column = (index: number) =>
    `[...document.querySelectorAll('#fleet tbody tr')].map(row => row.cells[${index}].textContent)`;
  const sorts = `[...document.querySelectorAll('#fleet th')].map(each => each.ariaSort).filter(each => each && each !== 'none')`;
  await page.value(button('Expires'));
  await page.press('Enter');
  const expires = ['2d23h ago', '21d', '28d', '35d', '42d', '49d', '56d', '63d', '-', '-', '-', '-'];
  t.deepEqual((await page.value<string[]>(column(3))).toSorted(), expires.toSorted());
  t.deepEqual((await page.value<string[]>(column(3))).slice(0, 4), ['2d23h ago', '21d', '28d', '35d']);
  t.deepEqual(await page.value(sorts), ['ascending']);
  await page.press('Enter');
  t.deepEqual((await page.value<string[]>(column(3))).slice(4), [
    '63d',
    '56d',
    '49d',
    '42d',
    '35d',
    '28d',
    '21d',
    '2d23h ago',
  ]);
  t.deepEqual(await page.value(sorts), ['descending']);
  await page.value(button('Age'));
  await page.press('Enter');
  t.deepEqual((await page.value<string[]>(column(10))).slice(0, 3), ['0s', '60m', '120m']);
  t.deepEqual(await page.value(sorts), ['ascending']);
});

test('Tab goes from the skip link through the parts to the filter, and what is focused can be seen', async t => {
  const page = await opened(t, fleetOf(3));
  const order: string[] = [];
  for (let at = 0; at < 13; at += 1) {
    await page.press('Tab');
    order.push(
      await page.value(`(() => {
        const each = document.activeElement;
        const outline = getComputedStyle(each);
        const seen = outline.outlineStyle !== 'none' && parseFloat(outline.outlineWidth) >= 2;
        return (each.name || each.getAttribute('href') || each.type || each.ariaLabel || each.textContent) + (seen ? '' : ' unseen');
      })()`),
    );
  }
  t.deepEqual(order.slice(0, 11), [
    ...['#main', '#fleet', '#certificates', '#reach', '#findings', '#plans'],
    ...['text', 'namespace', 'verdict', 'tls', 'reset'],
  ]);
  t.deepEqual(
    order.filter(each => each.endsWith('unseen')),
    [],
  );
});

test('every table has a caption and heads with a scope, every field a label, and there is one of each landmark', async t => {
  const page = await opened(t, `${fleetOf(30)}\n---\n${manifests}`);
  const without = (selector: string, what: string) =>
    page.value<number>(`[...document.querySelectorAll('${selector}')].filter(each => !(${what})).length`);
  t.is(await without('table', 'each.caption && each.tHead'), 0);
  t.is(await without('th', 'each.scope && each.textContent.trim()'), 0);
  t.is(await without('input, select', 'each.labels.length === 1'), 0);
  t.is(
    await without(
      'svg',
      `each.ariaHidden || each.ariaLabel || each.getAttribute('aria-hidden') || each.getAttribute('aria-label')`,
    ),
    0,
  );
  t.is(await without('main > section', 'document.getElementById(each.getAttribute("aria-labelledby"))'), 0);
  for (const landmark of ['header', 'nav', 'search', 'main', 'footer', 'h1'])
    t.is(await page.value(`document.querySelectorAll('body ${landmark}').length`), 1, landmark);
  const levels = await page.value<number[]>(
    `[...document.querySelectorAll('h1, h2, h3, h4')].map(each => Number(each.tagName[1]))`,
  );
  t.deepEqual(
    levels.filter((level, at) => level > (levels[at - 1] ?? 0) + 1),
    [],
  );
  const twice = `(ids => ids.length - new Set(ids).size)([...document.querySelectorAll('[id]')].map(each => each.id))`;
  t.is(await page.value(twice), 0);
});

/** The least contrast of a text with what is behind it (WCAG 2.2, 1.4.3), and which text that is. */
const leastContrast = `(() => {
  const parse = colour => colour.match(/[\\d.]+/g).map(Number);
  const part = value => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
  const light = ([r, g, b]) => 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  const ground = each => {
    const colour = parse(getComputedStyle(each).backgroundColor);
    return colour[3] === 0 && each.parentElement ? ground(each.parentElement) : colour[3] === 0 ? [255, 255, 255] : colour;
  };
  const texts = [...document.querySelectorAll('body *:not(script, svg *)')].filter(each =>
    each.checkVisibility() && [...each.childNodes].some(node => node.nodeType === 3 && node.data.trim()));
  return texts
    .map(each => {
      const [a, b] = [light(parse(getComputedStyle(each).color)), light(ground(each))].sort((a, b) => b - a);
      return { contrast: (a + 0.05) / (b + 0.05), text: each.className + ' ' + each.textContent.trim().slice(0, 40) };
    })
    .sort((a, b) => a.contrast - b.contrast)[0];
})()`;

for (const scheme of ['light', 'dark']) {
  test(`where ${scheme} is preferred the page is ${scheme}, and every text stands out`, async t => {
    const waiting = `${nodeYAML('waiting')}${planStatus}`;
    const page = await opened(t, `${fleetOf(30)}\n---\n${waiting}---\n${manifests}`);
    for (const tone of ['good', 'bad', 'warn', 'calm'])
      t.true(await page.value<boolean>(`document.querySelector('.badge.${tone}') !== null`), tone);
    await page.value(`document.querySelectorAll('details').forEach(each => { each.open = true; })`);
    await page.ask('Emulation.setEmulatedMedia', {
      features: [{ name: 'prefers-color-scheme', value: scheme }],
    });
    const ground = await page.value('getComputedStyle(document.body).backgroundColor');
    t.is(ground, scheme === 'light' ? 'rgb(255, 255, 255)' : 'rgb(20, 24, 29)');
    const { contrast, text } = await page.value<{ contrast: number; text: string }>(leastContrast);
    t.true(contrast >= 4.5, `${contrast} at ${text}`);
  });
}

test('at 400 pixels nothing is wider than the page: tables and pictures scroll by themselves', async t => {
  const page = await opened(t, `${fleetOf(30)}\n---\n${manifests}`);
  const metrics = { width: 400, height: 800, deviceScaleFactor: 1, mobile: true };
  await page.ask('Emulation.setDeviceMetricsOverride', metrics);
  t.is(await page.value('document.documentElement.scrollWidth'), 400);
  t.true(await page.value<boolean>(`document.querySelector('#fleet .scroll').scrollWidth > 400`));
});

test('on paper all that is folded is unfolded, the filter is gone, and a dark screen makes no dark paper', async t => {
  const page = await opened(t, `${fleetOf(30)}\n---\n${manifests}`);
  await page.ask('Emulation.setEmulatedMedia', {
    media: 'print',
    features: [{ name: 'prefers-color-scheme', value: 'dark' }],
  });
  t.is(await page.value('getComputedStyle(document.body).backgroundColor'), 'rgb(255, 255, 255)');
  t.is(await page.value(shown('plans', 'li')), 150);
  t.is(await page.value(`document.querySelector('#filters').checkVisibility()`), false);
  const { data } = await page.ask('Page.printToPDF', { printBackground: true });
  t.is(Buffer.from(String(data), 'base64').subarray(0, 5).toString(), '%PDF-');
});

test('without script all is there, and no field that does nothing', async t => {
  const page = await opened(t, fleetOf(20), false);
  t.is(await page.value(rows), 20);
  t.is(await page.value(shown('plans', 'details')), 3);
  t.false(await page.value<boolean>(`document.querySelector('#filters').checkVisibility()`));
  t.is(await page.value(`document.querySelectorAll('thead button').length`), 0);
});
