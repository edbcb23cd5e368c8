import test from 'ava';
import { hostBuiltins } from '../../wasm/builtins.ts';
import { createEvaluator } from '../../wasm/evaluator.ts';
import { readPolicy } from '../../wasm/policy.ts';
import { createReferences } from '../../wasm/references.ts';
import { block, fixture, privateKey } from './fixtures.ts';

test('a reference stands for its text, and begins as the text does', t => {
  const { refer, resolve } = createReferences();
  const given = ['MIIB', 'LS0t', '@1', '\n', 'MIIB'];
  const references = given.map(refer);
  t.deepEqual(references.map(resolve), given);
  t.deepEqual(
    references.map(reference => reference[0]),
    given.map(text => text[0]),
  );
});

test('what a rule puts before a reference comes before its text', t => {
  const { refer, resolve } = createReferences();
  t.is(resolve(`before${refer('text')}`), 'beforetext');
  t.is(resolve(`M@0${refer('text')}`), 'M@0text');
});

test('what is no reference is as it is', t => {
  const { refer, resolve } = createReferences();
  refer('text');
  for (const text of ['', '@', '@0', 'M@', 'M@1', 'M@-1', 'M@0 ', 'M@0\n', 'M@00x0', 'M@length', 'MIIB']) {
    t.is(resolve(text), text);
  }
  t.is(refer(''), '');
});

test('a reference holds until it is cleared', t => {
  const { refer, resolve, clear } = createReferences();
  const reference = refer('text');
  clear();
  t.is(resolve(reference), reference);
});

test('a reference is gone with the answer, and with a failure as well', t => {
  const references = createReferences();
  const module = new WebAssembly.Module(Uint8Array.from(readPolicy()));
  const ask = createEvaluator(module, { references });
  for (const [input, ok] of [
    [{}, true],
    [{ number: 1n }, false],
  ] as const) {
    const reference = references.refer('text');
    t.is(ask(input, 'seinode/violations').ok, ok);
    t.is(references.resolve(reference), reference);
  }
});

const chain = ['good', 'bad_ip'].map(fixture);
const pem = chain.map(der => block('CERTIFICATE', der)).join('') + block('CERTIFICATE', '');
const [crt, key] = [pem, privateKey].map(text => Buffer.from(text).toString('base64')) as [string, string];

test('a pair that is asked for by reference is told by reference, any other whole', t => {
  const { refer, resolve, clear } = createReferences();
  const builtins = hostBuiltins({ refer, resolve, clear }) as Record<string, (...texts: string[]) => unknown>;
  const load = (...texts: string[]) => builtins['crypto.x509.parse_keypair']!(...texts) as Pair;
  const parse = (text: string) => builtins['crypto.x509.parse_certificates']!(text);
  const whole = load(crt, key).Certificate;
  t.deepEqual(whole, [...chain, '']);
  for (const _ of ['first', 'again']) {
    const referred = load(refer(crt), refer(key)).Certificate;
    t.deepEqual(
      referred.map(text => [text[0], text.length < 5]),
      [
        ['M', true],
        ['M', true],
        [undefined, true],
      ],
    );
    t.deepEqual(referred.map(resolve), whole);
    t.deepEqual(referred.map(parse), whole.map(parse));
    clear();
  }
});

type Pair = { readonly Certificate: readonly string[] };
