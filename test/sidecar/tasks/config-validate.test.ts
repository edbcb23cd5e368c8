import test from 'ava';
import { type Home, handWritten, homeWith } from './home.ts';

async function applied(): Promise<Home> {
  const home = homeWith(handWritten);
  await home.run('config-apply', { mode: 'full' });
  return home;
}

async function faultOf(config: string, app: string): Promise<string> {
  const home = homeWith({ 'config/config.toml': config, 'config/app.toml': app });
  const result = await home.run('config-validate');
  return result.ok ? 'none' : result.error;
}

test('what config-apply has written is right, and so is what seid init leaves', async t => {
  t.deepEqual(await (await applied()).run('config-validate'), { ok: true, value: undefined });
  t.is(await faultOf(handWritten['config/config.toml'], handWritten['config/app.toml']), 'none');
});

test('every fault of both files is told at once, with line, value and what would be right', async t => {
  const home = await applied();
  const config = home
    .read('config/config.toml')
    .replace(/^max-connections = .*$/m, 'max-connections = 65536 # c')
    .replace(/^pex = .*$/m, 'pex = "maybe"')
    .replace(/^size = .*$/m, 'size = ""')
    .replace(/^ttl-duration = .*$/m, 'ttl-duration = "-5s"')
    .replace(/^laddr = "tcp:\/\/0.0.0.0:26656"$/m, 'laddr = { host = "x" }');
  const app = home
    .read('config/app.toml')
    .replace(/^http_port = .*$/m, 'http_port = 0')
    .replace('"0.02usei"', '""');
  const line = config.split('\n').indexOf('max-connections = 65536 # c') + 1;
  const fault = await faultOf(config, app.replace(/^minimum-gas-prices = .*$/m, 'minimum-gas-prices = ""'));
  for (const part of [
    `config.toml line ${line}: p2p.max-connections is 65536; it must be a whole number from 0 to 65535`,
    'p2p.pex is "maybe"; it must be true or false',
    'mempool.size is ""; it must be a whole number',
    'mempool.ttl-duration is "-5s"; it must be a duration such as 10s or 1h30m, not below 0',
    'p2p.laddr is a table; it must be a text of one line',
    'app.toml: minimum-gas-prices is ""; it must be set, for example to 0.01usei',
    'app.toml: evm.http_port is 0; it must be above 0 while evm.http_enabled is true',
  ]) {
    t.true(fault.includes(part), `${part}\n${fault}`);
  }
});

const enabled = '[statesync]\nenable = true\n';
const witnesses = 'rpc-servers = "a:1,b:2"\n';
const trust = 'trust-height = 1\ntrust-hash = "AB"\ntrust-period = "1h"\n';
for (const [what, config, fault] of [
  ['is fine', enabled + witnesses + trust, /^none$/],
  [
    'has one server',
    `${enabled}rpc-servers = "a:1"\n${trust}`,
    /rpc-servers is "a:1"; it must name two or more servers/,
  ],
  ['uses p2p', `${enabled}use-p2p = true\n${trust}`, /^none$/],
  [
    'has no trust',
    enabled + witnesses,
    /trust-height is not set.*trust-hash is not set.*trust-period is not set/,
  ],
  [
    'has a hash that is none',
    enabled + witnesses + trust.replace('"AB"', '"xyz"'),
    /trust-hash is "xyz"; it must be the hash/,
  ],
  ['has no fetchers', `${enabled}fetchers = 0\n${witnesses}${trust}`, /fetchers is 0; it must be above 0/],
  [
    'goes back below 0',
    `${enabled}backfill-blocks = -1\n${witnesses}${trust}`,
    /backfill-blocks is -1; it must not be/,
  ],
  ['is off', '[statesync]\nenable = false\nfetchers = 0\n', /^none$/],
] as const) {
  test(`state sync that ${what}`, async t => {
    t.regex(await faultOf(config, 'minimum-gas-prices = "1usei"\n'), fault);
  });
}

for (const [what, config, app, fault] of [
  [
    'numbers in quotes, as the template has them',
    '[mempool]\nsize = "5000"\nbroadcast = "true"\n',
    '',
    /^none$/,
  ],
  ['no TOML', 'a = 1\nb = [1,\n', '', /^config\.toml line [23]: /],
  ['no TOML in either', 'a = ', '[x', /^config\.toml line 1: .*; app\.toml line 1: /],
  ['an unknown pruning', '', 'pruning = "much"\n', /pruning is "much"; it must be one of default, nothing/],
  ['no such mode', 'mode = "archive"\n', '', /mode is "archive"; it must be one of validator, full, seed$/],
  [
    'labels that are none',
    '',
    '[telemetry]\nglobal-labels = [1]\n',
    /global-labels is a list; it must be a list of lists/,
  ],
] as const) {
  test(`a configuration with ${what}`, async t => {
    t.regex(
      await faultOf(config, app.startsWith('[x') ? app : `minimum-gas-prices = "1usei"\n${app}`),
      fault,
    );
  });
}

for (const value of [
  'postgres://u:hunter2@db',
  'hunter2',
  '"hunter2',
  '"a" hunter2',
  '{hunter2',
  '["hunter2"',
  '"""hunter2',
  '2026-hunter2',
]) {
  test(`a password in a line that is no TOML is not told: ${value}`, async t => {
    const fault = await faultOf(`[tx-index]\npsql-conn = ${value}\n`, '');
    t.regex(fault, /^config\.toml line [23]: /);
    t.notRegex(fault, /hunter2/);
  });
}

test('a file that is missing, or is no text, is named', async t => {
  const home = homeWith({ 'config/config.toml': '' });
  const result = await home.run('config-validate');
  t.regex(result.ok ? '' : result.error, /^app\.toml in .*\/config cannot be read/);
});
