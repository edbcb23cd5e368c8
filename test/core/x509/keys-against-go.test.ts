import { whyNoGo } from '../../go-program.ts';
import { generate, type Material, type Request } from '../../oracle/oracle.ts';
import { agree, testAgainstGo } from './fuzz.ts';
import { mutateBytes, mutateDER } from './mutate.ts';
import { pem } from './pemtext.ts';
import type { Random } from './random.ts';
import {
  integer,
  privateKeyInfo,
  randomRSA,
  rsaPrivateKey,
  rsaPublicKeyInfo,
  twisted,
} from './rsanumbers.ts';
import { clone, composed, primitive, read, type TLV, write } from './tlv.ts';

const material: readonly Material[] = whyNoGo() ? [] : generate(7);
const keys = material.map(({ key }) => Buffer.from(key, 'base64'));

testAgainstGo('every pair Go makes is loaded, and no certificate with the key of another', async t => {
  await agree(t, 21, 1000, random => {
    const own = random.pick(material);
    const other = random.below(3) === 0 ? random.pick(material) : own;
    return pair(own.certificate, other, Buffer.from(other.key, 'base64'));
  });
});

testAgainstGo('a private key with an octet changed is judged as Go judges it', async t => {
  await agree(t, 22, 2000, random => {
    const own = random.pick(material);
    return pair(own.certificate, own, mutateBytes(random, Buffer.from(own.key, 'base64')));
  });
});

testAgainstGo('a private key with an element changed is judged as Go judges it', async t => {
  await agree(t, 23, 3000, random => {
    const own = random.pick(material);
    return pair(own.certificate, own, mutateDER(random, Buffer.from(own.key, 'base64'), keys));
  });
});

testAgainstGo('an RSA key of any numbers is judged as Go judges it', async t => {
  await agree(t, 24, 4000, random => {
    const own = random.pick(material);
    const numbers = twisted(random, randomRSA(random));
    const key = rsaPrivateKey(numbers, random.pick([undefined, undefined, undefined, 0, 1, 2, -1]));
    const form =
      random.below(3) === 0 ? privateKeyInfo('2a864886f70d010101', [primitive(0x05, [])], key) : key;
    const certificate = write(withKey(Buffer.from(own.certificate, 'base64'), rsaPublicKeyInfo(numbers)));
    return pair(certificate.toString('base64'), own, write(form));
  });
});

testAgainstGo('an EC key in any form is judged as Go judges it', async t => {
  const makes = material.filter(({ label }) => label === 'EC PRIVATE KEY');
  await agree(t, 25, 3000, random => {
    const own = random.pick(makes);
    return pair(own.certificate, own, write(oddECKey(random, read(Buffer.from(own.key, 'base64')))));
  });
});

function pair(certificate: string, { label }: Material, key: Uint8Array): Request {
  return {
    kind: 'k',
    first: Buffer.from(pem('CERTIFICATE', Buffer.from(certificate, 'base64'))),
    second: Buffer.from(pem(label, key)),
  };
}

function withKey(certificate: Uint8Array, info: TLV): TLV {
  const root = read(certificate);
  const tbs = root.children![0]!;
  tbs.children![tbs.children![0]!.tag === 0xa0 ? 6 : 5] = info;
  return root;
}

const ORDERS = [
  'ffffffffffffffffffffffffffff16a2e0b8f03e13dd29455c5c2a3d',
  'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551',
  'ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973',
  '01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409',
];
const CURVES = ['2b81040021', '2a8648ce3d030107', '2b81040022', '2b81040023', '2b8104000a', ''];

// ECPrivateKey with its scalar, its curve and its public key each as they are, left out, or otherwise.
function oddECKey(random: Random, key: TLV): TLV {
  const usual = <T>(value: T, others: readonly (() => T)[]): T =>
    random.below(3) > 0 ? value : random.pick(others)();
  const [version, secret, curve, point] = key.children!.map(clone) as [TLV, TLV, TLV, TLV];
  const scalar = Buffer.from(secret.children ? write(secret).subarray(2) : secret.content);
  const other = (tag: number) => composed(tag, [primitive(0x06, Buffer.from(random.pick(CURVES), 'hex'))]);
  const inner = composed(0x30, [
    random.below(12) > 0 ? version : integer(random.pick([0n, 2n, -1n])),
    primitive(0x04, usual<Uint8Array>(scalar, oddScalars(random, scalar))),
    ...usual(
      [curve],
      [
        () => [],
        () => [other(0xa0)],
        () => [other(0x80)],
        () => [composed(0xa0, [])],
        () => [primitive(0x80, [])],
      ],
    ),
    ...usual(
      [point],
      [
        () => [],
        () => [composed(0xa1, [])],
        () => [primitive(0x81, [])],
        () => [composed(0xa2, [])],
        () => [composed(0xa1, [primitive(0x03, [])])],
      ],
    ),
    ...usual<TLV[]>([], [() => [primitive(0x05, [])], () => [integer(1n)]]),
  ]);
  if (random.below(2) === 0) return inner;
  const named = curve.children![0]!;
  const parameters = usual(
    [named],
    [() => other(0xa0).children!, () => [], () => [primitive(0x05, [])], () => [primitive(0x06, [])]],
  );
  return privateKeyInfo('2a8648ce3d0201', parameters, inner);
}

function oddScalars(random: Random, scalar: Buffer): (() => Uint8Array)[] {
  return [
    () => Buffer.concat([Buffer.alloc(random.below(40)), scalar]),
    () => scalar.subarray(1),
    () => Buffer.concat([Buffer.of(1), scalar]),
    () => Buffer.alloc(random.pick([0, 1, scalar.length])),
    () => integer(BigInt(`0x${random.pick(ORDERS)}`) + BigInt(random.below(3) - 1)).content,
  ];
}
