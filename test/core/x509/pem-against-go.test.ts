import { whyNoGo } from '../../go-program.ts';
import { generate, type Material } from '../../oracle/oracle.ts';
import { agree, testAgainstGo } from './fuzz.ts';
import { mutatePEM, pem, randomPEM } from './pemtext.ts';
import type { Random } from './random.ts';

const material: readonly Material[] = whyNoGo() ? [] : generate(7);
const short = material.filter(({ certificate }) => certificate.length < 800);

testAgainstGo('lines of PEM in any order give the blocks Go finds', async t => {
  await agree(t, 11, 10000, random => ({
    kind: 'p',
    first: Buffer.from(randomPEM(random), random.pick(['utf8', 'latin1'])),
  }));
});

testAgainstGo('PEM with things done to it gives the blocks Go finds', async t => {
  await agree(t, 12, 4000, random => ({
    kind: 'p',
    first: Buffer.from(mutatePEM(random, file(random)), random.pick(['utf8', 'latin1'])),
  }));
});

testAgainstGo('a pair whose files had things done to them is loaded where Go loads it', async t => {
  await agree(t, 13, 4000, random => {
    const own = random.pick(short);
    const [certificate, key] = [
      pem('CERTIFICATE', Buffer.from(own.certificate, 'base64')),
      pem(own.label, Buffer.from(own.key, 'base64')),
    ];
    const files = random.pick([
      [file(random) + certificate, key + file(random)],
      [certificate + file(random), file(random) + key],
      [key + certificate, certificate + key],
      [mutatePEM(random, certificate), key],
      [certificate, mutatePEM(random, key)],
    ] as const);
    return { kind: 'k', first: Buffer.from(files[0]), second: Buffer.from(files[1]) };
  });
});

function file(random: Random): string {
  const blocks = Array.from({ length: random.below(3) }, () => {
    const { certificate, label, key } = random.pick(short);
    return random.below(2) === 0
      ? pem('CERTIFICATE', Buffer.from(certificate, 'base64'))
      : pem(label, Buffer.from(key, 'base64'));
  });
  return blocks.join(random.pick(['', '\n', 'text\n', '-----END A-----\n', 'a: b\n']));
}
