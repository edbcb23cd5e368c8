import test from 'ava';
import { type Setting, setValues } from '../../../sidecar/toml/edit.ts';

const p2p = (key: string, value: Setting['value']): Setting => ({ path: ['p2p', key], value });
const mode: Setting = { path: ['mode'], value: 'seed' };

const examples: Record<string, [before: string, settings: Setting[], after: string]> = {
  'a value, its comment kept': ['mode = "full" # why', [mode], 'mode = "seed" # why'],
  'a key of the root before the first table': [
    'a = 1\n\n# of p2p\n[p2p]\n',
    [mode],
    'a = 1\nmode = "seed"\n\n# of p2p\n[p2p]\n',
  ],
  'a key of a root without keys': ['# title\n[p2p]\n', [mode], 'mode = "seed"\n# title\n[p2p]\n'],
  'a key behind the last of its table, before the comments of the next': [
    '[p2p]\npex = true # p\n\n### RPC ###\n[rpc]\n',
    [p2p('upnp', false)],
    '[p2p]\npex = true # p\nupnp = false\n\n### RPC ###\n[rpc]\n',
  ],
  'a key behind a header alone': ['[p2p] # h\n# c\n', [p2p('upnp', false)], '[p2p] # h\nupnp = false\n# c\n'],
  'a table that is missing, at the end': [
    'a = 1',
    [p2p('x', 1n), p2p('y', 1)],
    'a = 1\n\n[p2p]\nx = 1\ny = 1.0\n',
  ],
  'a text that is empty': ['', [p2p('x', [])], '[p2p]\nx = []\n'],
  'a table of which only a part is there': [
    '[p2p.sub]\na = 1\n',
    [p2p('x', 1n)],
    '[p2p.sub]\na = 1\n\n[p2p]\nx = 1\n',
  ],
  'line ends of Windows': ['[p2p]\r\na = 1\r\n', [p2p('x', 1n)], '[p2p]\r\na = 1\r\nx = 1\r\n'],
  'the mark of a byte order': [
    '\ufeffmode = "a"\n',
    [mode, p2p('x', 1n)],
    '\ufeffmode = "seed"\n\n[p2p]\nx = 1\n',
  ],
  'keys in quotes': ['["p2p"]\n"pex" = true\n', [p2p('pex', false)], '["p2p"]\n"pex" = false\n'],
  'keys with dots': [
    'p2p . pex = true # c',
    [p2p('pex', false), p2p('x', 1n)],
    'p2p . pex = false # c\np2p.x = 1',
  ],
  'inline tables': [
    'p2p = { pex = true, s = { a = 1 } } # c\n',
    [p2p('pex', false), p2p('x', 1n)],
    'p2p = { pex = false, s = { a = 1 }, x = 1 } # c\n',
  ],
  'an inline table that is empty': ['p2p = {}\n', [p2p('x', 1n)], 'p2p = { x = 1 }\n'],
  'a list over many lines': [
    'l = [ # c\n "a",\n]\nk = 1\n',
    [{ path: ['l'], value: ['b'] }],
    'l = ["b"]\nk = 1\n',
  ],
  'a text over many lines': ['l = """\na # b\n""" # c\n', [{ path: ['l'], value: 'x' }], 'l = "x" # c\n'],
  'whole numbers of 64 bits': [
    'n = 9223372036854775806\n',
    [{ path: ['n'], value: 2n ** 63n - 1n }],
    'n = 9223372036854775807\n',
  ],
  'what is there already, however it is written': [
    "mode='seed'\nn=0x1F\n[p2p]\nx=1_0e-1\n",
    [mode, { path: ['n'], value: 31n }, p2p('x', 1)],
    "mode='seed'\nn=0x1F\n[p2p]\nx=1_0e-1\n",
  ],
  'text that must be escaped': [
    '',
    [{ path: ['a'], value: '"\\\t\n\u007f😀' }],
    'a = "\\"\\\\\\t\\n\\u007f😀"\n',
  ],
};

for (const [name, [before, settings, after]] of Object.entries(examples)) {
  test(`it sets in ${name}`, t => t.deepEqual(setValues(before, settings), { ok: true, value: after }));
}

for (const [name, before] of Object.entries({
  'an array of tables': '[[p2p]]\nx = 1\n',
  'no table': 'p2p = 1\n',
  'a list': 'p2p = [{ x = 1 }]\n',
})) {
  test(`a key whose table is ${name} cannot be set, and the message names it`, t => {
    const { ok, ...rest } = setValues(before, [p2p('pex', true)]);
    t.false(ok);
    t.regex(JSON.stringify(rest), /p2p\.pex cannot be set/);
  });
}

test('an integer never takes the place of a float, nor a float that of an integer', t => {
  t.deepEqual(setValues('a = 1\n', [{ path: ['a'], value: 1 }]), { ok: true, value: 'a = 1.0\n' });
  t.deepEqual(setValues('a = 1.0\n', [{ path: ['a'], value: 1n }]), { ok: true, value: 'a = 1\n' });
});

for (const [text, fault] of [
  ['a = 1\nb = \nc = 1\n', /^line [23]: Value/],
  ['[p2p\nladdr = 1\n', /^line 2: /],
  ['\n\na = "x\n', /^line 3: /],
  ['a = 1\na = 2\n', /^line 2: Value already defined/],
  ['[t]\n[t]\n', /^line 2: Table already defined/],
  ['# fine\na = nope\n', /^line 2: /],
  ['a = 1 b = 2\n', /^line 1: /],
] as const) {
  test(`${JSON.stringify(text)} is no TOML, and the line is told`, t => {
    const result = setValues(text, [mode]);
    t.false(result.ok);
    t.regex(result.ok ? '' : result.error, fault);
  });
}
