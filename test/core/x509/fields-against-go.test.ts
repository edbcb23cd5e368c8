import { whyNoGo } from '../../go-program.ts';
import { generate, type Material } from '../../oracle/oracle.ts';
import { randomAlgorithm, randomKeyInfo, randomName, randomSerial, randomValidity } from './fields.ts';
import { agree, testAgainstGo } from './fuzz.ts';
import { withAlgorithm, withField } from './grammar.ts';
import { read } from './tlv.ts';

const material: readonly Material[] = whyNoGo() ? [] : generate(7);
const certificates = [...new Set(material.map(each => each.certificate))].map(text =>
  Buffer.from(text, 'base64'),
);
const points = material
  .filter(({ label }) => label === 'EC PRIVATE KEY')
  .map(({ certificate }) =>
    read(Buffer.from(certificate, 'base64')).children![0]!.children![6]!.children![1]!.content.subarray(1),
  );

testAgainstGo('serial numbers of all sorts are judged as Go judges them', async t => {
  await agree(t, 31, 1000, random => ({
    kind: 'c',
    first: withField(random.pick(certificates), 1, randomSerial(random)),
  }));
});

testAgainstGo('names of all sorts are judged, and written, as Go does', async t => {
  await agree(t, 32, 4000, random => ({
    kind: 'c',
    first: withField(random.pick(certificates), random.pick([3, 5]), randomName(random)),
  }));
});

testAgainstGo('times of all sorts are judged, and written, as Go does', async t => {
  await agree(t, 33, 6000, random => ({
    kind: 'c',
    first: withField(random.pick(certificates), 4, randomValidity(random)),
  }));
});

testAgainstGo('public keys of all sorts are judged as Go judges them', async t => {
  await agree(t, 34, 6000, random => ({
    kind: 'c',
    first: withField(random.pick(certificates), 6, randomKeyInfo(random, points)),
  }));
});

testAgainstGo('signature algorithms of all sorts are judged, and called, as Go does', async t => {
  await agree(t, 35, 3000, random => ({
    kind: 'c',
    first: withAlgorithm(random.pick(certificates), randomAlgorithm(random)),
  }));
});
