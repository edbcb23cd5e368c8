import { whyNoGo } from '../../go-program.ts';
import { generate, type Material } from '../../oracle/oracle.ts';
import { agree, testAgainstGo } from './fuzz.ts';
import { randomConstraints, randomNames, withExtension } from './grammar.ts';
import { mutateBytes, mutateDER } from './mutate.ts';

const material: readonly Material[] = whyNoGo() ? [] : generate(7);
const certificates = [...new Set(material.map(each => each.certificate))].map(text =>
  Buffer.from(text, 'base64'),
);

testAgainstGo('every certificate Go makes is read as Go reads it', async t => {
  await agree(t, 1, 500, random => ({ kind: 'c', first: random.pick(certificates) }));
});

testAgainstGo('a certificate with an octet changed is judged as Go judges it', async t => {
  await agree(t, 2, 6000, random => ({ kind: 'c', first: mutateBytes(random, random.pick(certificates)) }));
});

testAgainstGo('a certificate with an element changed is judged as Go judges it', async t => {
  await agree(t, 3, 10000, random => ({
    kind: 'c',
    first: mutateDER(random, random.pick(certificates), certificates),
  }));
});

testAgainstGo('a certificate with odd alternative names is judged as Go judges it', async t => {
  await agree(t, 4, 6000, random => ({
    kind: 'c',
    first: withExtension(random.pick(certificates), '551d11', random.below(2) === 0, randomNames(random)),
  }));
});

testAgainstGo('a certificate with odd name constraints is judged as Go judges it', async t => {
  await agree(t, 5, 4000, random => ({
    kind: 'c',
    first: withExtension(
      random.pick(certificates),
      '551d1e',
      random.below(2) === 0,
      randomConstraints(random),
    ),
  }));
});

testAgainstGo('certificates one after another are judged as Go judges them', async t => {
  await agree(t, 6, 1500, random => {
    const list = Array.from({ length: random.below(4) }, () => {
      const certificate = random.pick(certificates);
      return random.below(8) === 0 ? mutateDER(random, certificate, certificates) : certificate;
    });
    return { kind: 'b', first: Buffer.concat([...list, random.bytes(random.below(12) === 0 ? 1 : 0)]) };
  });
});
