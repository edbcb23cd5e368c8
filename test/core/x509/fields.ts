import type { Random } from './random.ts';
import { composed, primitive, type TLV, write } from './tlv.ts';

/** A Validity of two times of all sorts. */
export function randomValidity(random: Random): TLV {
  return composed(
    0x30,
    Array.from({ length: random.pick([2, 2, 2, 2, 1, 3]) }, () => randomTime(random)),
  );
}

/** A Name of attributes of all types and strings of all kinds. */
export function randomName(random: Random): TLV {
  const attribute = (): TLV =>
    composed(0x30, [primitive(0x06, hex(random.pick(TYPES))), randomString(random)]);
  const rdn = (): TLV => composed(0x31, Array.from({ length: random.pick([1, 1, 1, 2, 0]) }, attribute));
  return composed(0x30, Array.from({ length: random.below(4) }, rdn));
}

/** A serial number of all sorts. */
export function randomSerial(random: Random): TLV {
  const lead = random.pick(['', '00', '7f', '80', 'ff', '0080', '007f', 'ff80', 'ff7f', '0000', '01']);
  return primitive(
    0x02,
    Buffer.concat([hex(lead), random.bytes(random.pick([0, 0, 1, 8, 19, 20, 39, 200]))]),
  );
}

/** A SubjectPublicKeyInfo of all algorithms, with parameters that are its own or another's; `points` are good ones. */
export function randomKeyInfo(random: Random, points: readonly Uint8Array[]): TLV {
  const algorithm = hex(random.pick(ALGORITHMS));
  const key = random.pick([
    ecPoint,
    rsaKey,
    dsaKey,
    () => random.bytes(random.pick([31, 32, 32, 32, 33, 56, 57])),
  ])(random, points);
  const unused = random.pick([0, 0, 0, 0, 0, 1, 7, 8]);
  return composed(0x30, [
    composed(0x30, [primitive(0x06, algorithm), ...randomParameters(random)]),
    primitive(0x03, Buffer.concat([Buffer.of(unused), key])),
  ]);
}

/** An AlgorithmIdentifier for signatures, mostly RSASSA-PSS. */
export function randomAlgorithm(random: Random): TLV {
  if (random.below(3) === 0)
    return composed(0x30, [primitive(0x06, hex(random.pick(SIGNATURES))), ...randomParameters(random)]);
  const hashes = ['608648016503040201', '608648016503040202', '608648016503040203', '2b0e03021a'];
  const hash = random.pick(hashes);
  const plain = (oid: string): TLV =>
    composed(0x30, [
      primitive(0x06, hex(oid)),
      ...random.pick([[], [primitive(0x05, [])], [primitive(0x05, [])], [primitive(0x04, [])]]),
    ]);
  const mask = random.below(8) === 0 ? '2a864886f70d010109' : '2a864886f70d010108';
  const maskHash = random.below(8) === 0 ? random.pick(hashes) : hash;
  const salt = random.below(4) === 0 ? random.below(70) : [32, 48, 64, 20][hashes.indexOf(hash)]!;
  const fields = [
    composed(0xa0, [plain(hash)]),
    composed(0xa1, [composed(0x30, [primitive(0x06, hex(mask)), plain(maskHash)])]),
    composed(0xa2, [primitive(0x02, [salt])]),
    ...random.pick([
      [],
      [],
      [composed(0xa3, [primitive(0x02, [1])])],
      [composed(0xa3, [primitive(0x02, [2])])],
    ]),
  ];
  if (random.below(8) === 0) fields.splice(random.below(4), 1);
  return composed(0x30, [primitive(0x06, hex('2a864886f70d01010a')), composed(0x30, fields)]);
}

const TYPES = [
  '550403',
  '550406',
  '55040a',
  '55040b',
  '550405',
  '0992268993f22c640119',
  '0992268993f22c640101',
  '2a0304',
  '550409',
  '550407',
  '550408',
  '8001',
  '',
];
const ALGORITHMS = [
  '2a864886f70d010101',
  '2a864886f70d010101',
  '2a8648ce3d0201',
  '2a8648ce3d0201',
  '2a8648ce3d0201',
  '2a8648ce380401',
  '2a8648ce380401',
  '2b6570',
  '2b6570',
  '2b656e',
  '2b6571',
  '2b656f',
  '2a864886f70d01010a',
  '2b81040101',
];
const SIGNATURES = [
  '2a864886f70d010104',
  '2a864886f70d010105',
  '2b0e03021d',
  '2a864886f70d01010b',
  '2a864886f70d01010c',
  '2a864886f70d01010d',
  '2a8648ce380403',
  '608648016503040302',
  '2a8648ce3d0401',
  '2a8648ce3d040302',
  '2a8648ce3d040303',
  '2a8648ce3d040304',
  '2b6570',
  '2b6571',
];
const CURVES = ['2b81040021', '2a8648ce3d030107', '2b81040022', '2b81040023', '2b8104000a'];

function randomTime(random: Random): TLV {
  const two = (...odd: string[]): string =>
    random.below(15) === 0 ? random.pick(odd) : String(1 + random.below(23)).padStart(2, '0');
  const year = random.pick(['24', '49', '50', '51', '68', '69', '70', '99', '00', '23', '52', '60']);
  const date = `${year}${random.pick(['01', '02', '02', '12', two('00', '13')]).replace(/^[2]/, '1')}${random.pick([two('30', '31', '32', '00'), '28', '29'])}`;
  const clock = `${two('00', '23', '24')}${two('00', '59', '60')}${random.below(6) === 0 ? '' : two('00', '59', '60')}`;
  const odd = [
    '',
    'z',
    '+0000',
    '-0000',
    '+0100',
    '-0130',
    '+2400',
    '-2459',
    '+2500',
    '+0060',
    '.5Z',
    '+01',
    ' Z',
    '+1200',
  ];
  const zone = random.below(4) > 0 ? 'Z' : random.pick(odd);
  const century = random.pick([
    '',
    '',
    '',
    '20',
    '19',
    '00',
    '99',
    ...(random.below(8) === 0 ? ['2', '+0'] : []),
  ]);
  const general = century.length > 1 !== (random.below(20) === 0);
  return primitive(general ? 0x18 : 0x17, century + date + clock + zone);
}

function randomString(random: Random): TLV {
  const tag = random.pick([
    0x0c, 0x0c, 0x12, 0x13, 0x13, 0x14, 0x16, 0x1e, 0x1e, 0x1a, 0x1b, 0x1c, 0x04, 0x02,
  ]);
  const text = random.pick([
    '',
    'a',
    ' ',
    '  ',
    ' a ',
    '#a',
    'a#',
    'Zürich',
    'a,b',
    'a+b',
    '"',
    '\\',
    '<>;=',
    '12 3',
    'a*&',
    'a_',
    'a@b',
    '日本',
    '😀',
    'é',
    '\x00',
    'a\x00',
    '\u2028',
    '\ufeffa',
    '\n',
  ]);
  const content =
    tag === 0x1e ? Buffer.from(text, 'utf16le').swap16() : Buffer.from(text, random.pick(['utf8', 'latin1']));
  const spoilt =
    random.below(8) === 0 ? Buffer.concat([content, random.bytes(1 + random.below(2))]) : content;
  return primitive(
    tag,
    tag === 0x1e && random.below(6) === 0 ? Buffer.concat([spoilt, Buffer.alloc(2)]) : spoilt,
  );
}

function randomParameters(random: Random): TLV[] {
  const number = (): TLV => primitive(0x02, random.pick([[1], [0], [255], [0, 200, 3], [5, 7]]));
  return random.pick<() => TLV[]>([
    () => [],
    () => [primitive(0x05, [])],
    () => [primitive(0x05, [])],
    () => [primitive(0x05, [0])],
    () => [primitive(0x06, hex(random.pick(CURVES)))],
    () => [primitive(0x06, hex(random.pick(CURVES)))],
    () => [primitive(0x06, hex(random.pick(CURVES))), primitive(0x05, [])],
    () => [composed(0x30, [number(), number(), number()])],
    () => [composed(0x30, [primitive(0x02, [1]), primitive(0x02, [5]), primitive(0x02, [7])])],
    () => [composed(0x30, [primitive(0x02, [1]), composed(0x30, [])])],
  ])();
}

function ecPoint(random: Random, points: readonly Uint8Array[]): Uint8Array {
  const point = Buffer.from(random.pick(points));
  const half = (point.length - 1) / 2;
  switch (random.below(8)) {
    case 0:
      return Buffer.concat([Buffer.of(2 + (point[point.length - 1]! & 1)), point.subarray(1, 1 + half)]);
    case 1:
      return Buffer.of(0);
    case 2:
      point[random.below(point.length)]! ^= 1 << random.below(8);
      return point;
    case 3:
      return Buffer.concat([Buffer.of(4), Buffer.alloc(2 * half, random.pick([0, 255]))]);
    case 4:
      return Buffer.concat([point, Buffer.alloc(random.below(2))]);
    default:
      return point;
  }
}

function rsaKey(random: Random): Uint8Array {
  const number = (): TLV =>
    primitive(
      0x02,
      random.pick<() => Uint8Array>([
        () => hex('010001'),
        () => hex('00'),
        () => hex('80'),
        () => hex('03'),
        () => hex('0080'),
        () => hex('007f'),
        () => hex('7fffffffffffffff'),
        () => hex('008000000000000000'),
        () => random.bytes(128),
      ])(),
    );
  return Buffer.concat([
    write(composed(0x30, Array.from({ length: random.pick([2, 2, 2, 3, 1]) }, number))),
    random.bytes(random.pick([0, 0, 3])),
  ]);
}

function dsaKey(random: Random): Uint8Array {
  return Buffer.concat([
    write(primitive(0x02, random.pick([[5], [0], [255], [0, 5], [0, 200]]))),
    random.bytes(random.pick([0, 0, 2])),
  ]);
}

function hex(text: string): Buffer {
  return Buffer.from(text, 'hex');
}
