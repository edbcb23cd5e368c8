import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { validatorAccount } from '../../../sidecar/ceremony/keyring.ts';
import { type Home, homeWith } from '../tasks/home.ts';
import { gentxParams, homeOfSeidInit, identityParams, state, withoutKeys } from './vectors.ts';

/*
 * A death at every step that changes a file system: the step and all after it do not happen, those of clearing up neither.
 * Then the task runs again.
 */
let left = Number.POSITIVE_INFINITY;
const handle = await fs.promises.open(import.meta.filename);
mortal(fs.promises, ['open', 'rename', 'link', 'rm', 'mkdir']);
mortal(Object.getPrototypeOf(handle), ['writeFile', 'sync', 'chmod']);
syncBuiltinESMExports();
await handle.close();

function mortal(object: object, names: readonly string[]): void {
  const methods = object as Record<string, (...parameters: unknown[]) => Promise<unknown>>;
  for (const name of names) {
    const real = methods[name]!;
    methods[name] = async function (this: unknown, ...parameters) {
      if (left <= 0) throw new Error('dead');
      left -= 1;
      return real.apply(this, parameters);
    };
  }
}

/** Runs a task until it dies at a step. @returns whether it has come to its end before. */
async function lived(home: Home, task: string, params: object, steps: number): Promise<boolean> {
  left = steps;
  try {
    return (await home.run(task, params)).ok;
  } catch {
    return false;
  } finally {
    left = Number.POSITIVE_INFINITY;
  }
}

const files = (home: Home) =>
  fs
    .readdirSync(home.path, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(home.path.length + 1));

/** Whatever of a key was there at the death. */
function keysIn(home: Home): Record<string, string> {
  const keys = files(home).filter(file => /_key\.json$|\.info$|\.address$/.test(file));
  return Object.fromEntries(keys.map(file => [file, home.read(file)]));
}

async function isWhole(t: ExecutionContext, home: Home, before: Record<string, string>): Promise<void> {
  t.deepEqual({ ...keysIn(home), ...before }, keysIn(home));
  t.is(home.read('data/priv_validator_state.json'), state);
  t.deepEqual(
    files(home).filter(file => file.endsWith('.new')),
    [],
  );
  for (const file of files(home).filter(file => /_key\.json|keyring|gentx-.*json/.test(file))) {
    t.is(fs.statSync(join(home.path, file)).mode & 0o777, 0o600, file);
  }
}

test.serial('an identity: wherever its task dies, what was made of it stays', async t => {
  let steps = 0;
  for (; steps < 200; steps++) {
    const home = homeWith(withoutKeys);
    const ended = await lived(home, 'generate-identity', identityParams, steps);
    const before = keysIn(home);
    for (const text of Object.values(before)) t.notThrows(() => JSON.parse(text));
    t.true(await lived(home, 'generate-identity', identityParams, Number.POSITIVE_INFINITY));
    await isWhole(t, home, before);
    t.is(Object.keys(keysIn(home)).length, 2);
    if (ended) break;
  }
  t.true(steps > 30 && steps < 200, `${steps} steps`);
});

test.serial('a gentx: wherever its task dies, one account, one balance, one signature of it', async t => {
  let steps = 0;
  for (; steps < 200; steps++) {
    const home = homeOfSeidInit();
    for (const file of ['node', 'priv_validator']) {
      fs.chmodSync(join(home.path, `config/${file}_key.json`), 0o600);
    }
    await home.run('generate-identity', identityParams);
    const ended = await lived(home, 'generate-gentx', gentxParams, steps);
    const before = keysIn(home);
    t.notThrows(() => JSON.parse(home.read('config/genesis.json')));
    t.true(await lived(home, 'generate-gentx', gentxParams, Number.POSITIVE_INFINITY));
    await isWhole(t, home, before);
    await isOne(t, home);
    if (ended) break;
  }
  t.true(steps > 30 && steps < 200, `${steps} steps`);
});

async function isOne(t: ExecutionContext, home: Home): Promise<void> {
  const { auth, bank, evm } = JSON.parse(home.read('config/genesis.json')).app_state;
  const account = await validatorAccount(home.path, new Date(0));
  const key = account.ok ? Buffer.from(account.value.publicKey).toString('base64') : '';
  const [gentx = ''] = files(home).filter(file => file.includes('gentx/gentx-'));
  const { body, auth_info } = JSON.parse(home.read(gentx));
  const address = body.messages[0].delegator_address;
  t.is(auth_info.signer_infos[0].public_key.key, key);
  t.deepEqual(
    [auth.accounts, bank.balances].map(list => list.map((each: { address: string }) => each.address)),
    [[address], [address]],
  );
  t.is(evm.address_associations.length, 1);
  t.is(Object.keys(keysIn(home)).length, 4);
}
