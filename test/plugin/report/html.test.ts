import test from 'ava';
import fc from 'fast-check';
import { XMLParser } from 'fast-xml-parser';
import { printableLine } from '../../../core/printable.ts';
import { html, lines, path } from '../../../plugin/report/html.ts';
import { redacted } from '../../../plugin/report/redact.ts';
import { hostileText } from '../hostile.ts';

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '',
  trimValues: false,
  parseTagValue: false,
  processEntities: true,
  htmlEntities: true,
});

const text = fc.oneof(
  hostileText,
  fc.string({ unit: 'binary' }),
  fc.constantFrom('" x="', "' x='", '</a>', '&#34;', '`'),
);

test('what is put into markup comes out of it as the text that it was, within an attribute as well', t => {
  fc.assert(
    fc.property(text, said => {
      const { a } = parser.parse(html`<a title="${said}">-${said}</a>`.text);
      const shown = printableLine(redacted(said));
      t.is(a.title, shown);
      t.is(a['#text'], `-${shown}`);
    }),
    { seed: 47, numRuns: 500 },
  );
});

test('markup within markup stays markup, lists are joined, and what is not there is nothing', t => {
  const inner = html`<b>${1}</b>`;
  t.is(html`<p>${[inner, '<', [undefined, false]]}</p>`.text, '<p><b>1</b>&#60;</p>');
});

test('several lines stay lines, and a path is shown as it is', t => {
  t.is(lines('a: <b>\n\u001bc').text, 'a: &#60;b&#62;\n\\u001bc');
  const long = 'Teams/Platform2/Manifests/Production/Fleet/North';
  t.is(path(`${long}\n`).text, `${long}\\n`);
  t.is(html`${long}`.text, '(redacted)');
});
