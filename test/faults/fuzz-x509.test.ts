import { difference, ours } from '../core/x509/compare.ts';
import { testAgainstGo } from '../core/x509/fuzz.ts';
import { mutateBytes, mutateDER } from '../core/x509/mutate.ts';
import { mutatePEM, pem } from '../core/x509/pemtext.ts';
import type { Random } from '../core/x509/random.ts';
import { whyNoGo } from '../go-program.ts';
import { generate, type Material, type Oracle, type Request, startOracle } from '../oracle/oracle.ts';
import { fuzz, noSentence } from './fuzz/fuzz.ts';
import { mutateText } from './fuzz/mutate.ts';

const material: readonly Material[] = whyNoGo() ? [] : generate(7);
const certificates = material.map(({ certificate }) => Buffer.from(certificate, 'base64'));
const keys = material.map(({ key }) => Buffer.from(key, 'base64'));

/** How many are put to Go at once. */
const batch = 100;

/** What is wrong with our answers to requests: another than Go's, or no sentence, or one that holds some of a key. */
async function wrongOf(oracle: Oracle, requests: readonly Request[]): Promise<string | undefined> {
  const pending = oracle.ask(requests);
  const mine = requests.map(ours);
  const theirs = await pending;
  return requests
    .map((request, at) => {
      const said = mine[at]!.error;
      const wrong = difference(mine[at]!, theirs[at]!) ?? (said && (noSentence(said, 400) ?? showsKey(said)));
      return wrong && `${wrong}\n${Buffer.from(request.first).toString('base64').slice(0, 4000)}`;
    })
    .find(wrong => wrong !== undefined && wrong !== '');
}

const stretches = keys.map(key => key.toString('base64').slice(40, 60));

function showsKey(said: string): string | undefined {
  return stretches.some(stretch => said.includes(stretch)) ? `shows a key: ${said}` : undefined;
}

const targets: readonly (readonly [fault: string, count: number, make: (random: Random) => Request])[] = [
  ['PEM that was made to hurt', 150, pemRequest],
  ['DER that was made to hurt', 150, derRequest],
];
for (const [fault, count, make] of targets) {
  testAgainstGo(
    `${fault} is taken where Go takes it, and refused in a sentence that holds no key`,
    async t => {
      const oracle = startOracle();
      t.teardown(() => oracle.close());
      await fuzz(t, {
        who: 'plugin and operator',
        fault,
        count,
        whole: 6 * count,
        holds: random =>
          wrongOf(
            oracle,
            Array.from({ length: batch }, () => make(random)),
          ),
      });
    },
  );
}

/** A certificate, a bundle, or two documents that grew together, changed as DER and then as bytes. */
function derRequest(random: Random): Request {
  const [one, other] = [random.pick(certificates), random.pick(certificates)];
  const changed = random.pick<() => Uint8Array>([
    () => mutateDER(random, one, [...certificates, ...keys]),
    () => mutateDER(random, mutateDER(random, one, certificates), keys),
    () => mutateBytes(random, mutateDER(random, one, certificates)),
    () => spliced(random, one, other),
    () => mutateBytes(random, spliced(random, mutateDER(random, one, certificates), other)),
  ])();
  return random.below(4) === 0
    ? { kind: 'b', first: Buffer.concat([one, changed, ...(random.below(2) === 0 ? [other] : [])]) }
    : { kind: 'c', first: changed };
}

function spliced(random: Random, one: Uint8Array, other: Uint8Array): Uint8Array {
  const at = random.below(Math.min(one.length, other.length));
  return Buffer.concat([one.subarray(0, at), other.subarray(at)]);
}

/** The blocks of a file, or a pair of files, changed as PEM, as text, or as what is in them. */
function pemRequest(random: Random): Request {
  const { certificate, label, key } = random.pick(material);
  const der = Buffer.from(certificate, 'base64');
  const chain = pem('CERTIFICATE', random.below(4) === 0 ? mutateDER(random, der, certificates) : der);
  const secret = Buffer.from(key, 'base64');
  const own = pem(label, random.below(4) === 0 ? mutateDER(random, secret, keys) : secret);
  const damage = (text: string) =>
    random.pick<() => string>([
      () => text,
      () => mutatePEM(random, text),
      () => mutateText(random, text),
      () => mutateText(random, mutatePEM(random, text)),
    ])();
  if (random.below(3) === 0) return { kind: 'p', first: Buffer.from(damage(chain + own)) };
  const [first, second] = [damage(chain), damage(own)].map(text => Buffer.from(text));
  return { kind: 'k', first: first!, second: second! };
}
