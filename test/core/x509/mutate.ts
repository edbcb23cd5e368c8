import type { Random } from './random.ts';
import { clone, composed, everyNode, primitive, readAll, type TLV, write } from './tlv.ts';

/** One octet flipped, set, cut out, put in or doubled, or the end cut off, at a place of any kind. */
export function mutateBytes(random: Random, bytes: Uint8Array): Uint8Array {
  const at = random.below(bytes.length + 1);
  const [head, tail] = [bytes.subarray(0, at), bytes.subarray(at)];
  const length = 1 + random.below(random.pick([1, 1, 4, 40]));
  switch (random.below(6)) {
    case 0:
      return Buffer.concat([head, Uint8Array.of((tail[0] ?? 0) ^ (1 << random.below(8))), tail.subarray(1)]);
    case 1:
      return Buffer.concat([head, random.bytes(1), tail.subarray(1)]);
    case 2:
      return Buffer.concat([head, tail.subarray(length)]);
    case 3:
      return Buffer.concat([head, random.bytes(length), tail]);
    case 4:
      return Buffer.concat([head, tail.subarray(0, length), tail]);
    default:
      return random.below(2) === 0 ? Buffer.from(head) : Buffer.concat([bytes, random.bytes(length)]);
  }
}

/** DER with a few of its elements changed, and lengths put right again (but for those that were to be wrong). */
export function mutateDER(random: Random, bytes: Uint8Array, others: readonly Uint8Array[]): Uint8Array {
  const root = readAll(bytes)?.[0];
  if (!root) return mutateBytes(random, bytes);
  const copy = clone(root);
  const times = random.pick([1, 1, 1, 2, 3]);
  for (let i = 0; i < times; i++) mutateNode(random, copy, others);
  return write(copy);
}

function mutateNode(random: Random, root: TLV, others: readonly Uint8Array[]): void {
  const nodes = everyNode(root);
  const node = random.pick(nodes);
  const parent = nodes.find(({ children }) => children?.includes(node));
  const index = parent?.children?.indexOf(node) ?? 0;
  switch (random.below(12)) {
    case 0:
      node.tag = random.pick([...TAGS, node.tag ^ (1 << random.below(8)), random.below(256)]);
      return;
    case 1:
      node.length = random.pick(['padded', 'indefinite', 'long', 1, -1, 128, 2 ** 31]);
      return;
    case 2:
      parent?.children?.splice(index, 1);
      return;
    case 3:
      parent?.children?.splice(index, 0, clone(node));
      return;
    case 4:
      parent?.children?.reverse();
      return;
    case 5:
      swap(random, parent);
      return;
    case 6:
      parent?.children?.splice(index + random.below(2), 0, random.pick(everyElement(random, others)));
      return;
    case 7:
      parent?.children?.splice(index, 1, random.pick(everyElement(random, others)));
      return;
    case 8:
      parent?.children?.splice(
        index,
        1,
        composed(random.pick([0x30, 0x31, 0xa0, 0xa1, node.tag | 0x20]), [clone(node)]),
      );
      return;
    default:
      changeContent(random, node);
  }
}

function changeContent(random: Random, node: TLV): void {
  if (node.children && random.below(3) > 0) return;
  const known = CONTENTS.get(node.tag) ?? [];
  node.content =
    random.below(2) === 0 && known.length > 0 ? random.pick(known) : mutateBytes(random, node.content);
  node.children = undefined;
}

function swap(random: Random, parent: TLV | undefined): void {
  const list = parent?.children;
  if (!list || list.length < 2) return;
  const [a, b] = [random.below(list.length), random.below(list.length)];
  [list[a], list[b]] = [list[b]!, list[a]!];
}

function everyElement(random: Random, others: readonly Uint8Array[]): TLV[] {
  const other = readAll(random.pick(others))?.[0];
  return [primitive(0x05, []), primitive(0x02, [0]), ...(other ? everyNode(other).map(clone) : [])];
}

const TAGS = [
  0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0a, 0x0c, 0x12, 0x13, 0x14, 0x16, 0x17, 0x18, 0x1a, 0x1b, 0x1c, 0x1e,
  0x1f, 0x30, 0x31, 0x80, 0x81, 0x82, 0x83, 0x86, 0x87, 0x88, 0xa0, 0xa1, 0xa2, 0xa3, 0xa4,
];

const latin1 = (list: readonly string[]): Uint8Array[] => list.map(text => Buffer.from(text, 'latin1'));
const hex = (list: readonly string[]): Uint8Array[] => list.map(text => Buffer.from(text, 'hex'));
const strings = latin1([
  '',
  'a',
  'a*&',
  "A-z 0'()+,./:=?",
  'a@b',
  'é',
  '\x00',
  ' ',
  '  ',
  '#a ',
  'a,b+c"d\\e<f>g;h',
  '_',
]);
const encodings = hex([
  'c3a9',
  'c0af',
  'eda080',
  'f4908080',
  'efbbbf61',
  'e280ae',
  '0041',
  '004100',
  '00410000',
  'd8000041',
  'ffff',
  'fffe',
  'fdd0',
  '0000',
  '00000000',
  'c2',
]);

// Contents worth trying under each tag.
const CONTENTS: ReadonlyMap<number, readonly Uint8Array[]> = new Map([
  [0x01, hex(['00', 'ff', '01', '', 'ffff'])],
  [
    0x02,
    hex([
      '',
      '00',
      '01',
      '02',
      '03',
      '7f',
      '80',
      'ff',
      '0080',
      '0000',
      '007f',
      'ff80',
      'ff7f',
      '7fffffffffffffff',
      '008000000000000000',
      '8000000000000000',
      `7f${'01'.repeat(39)}`,
      `80${'00'.repeat(20)}`,
      '010001',
      '010000',
      '0080000001',
      '7fffffff',
    ]),
  ],
  [0x03, hex(['', '00', '01', '07', '08', '0080', '0780', '0640', '0180', '0100', '00c0', '0386', '07ff'])],
  [0x05, hex(['', '00'])],
  [
    0x06,
    hex([
      '',
      '00',
      '2a',
      '8001',
      '2a80',
      '2a8001',
      '88ffffff7f',
      '9fffffff7f',
      '8fffffff7f',
      '2a88ffffff7f',
      '2a8fffffff7f',
      '2a90ffffff7f',
      '551d11',
      '551d0f',
      '551d13',
      '551d1e',
      '551d1f',
      '551d20',
      '551d21',
      '551d23',
      '551d24',
      '551d25',
      '551d0e',
      '551d36',
      '2b06010505070101',
      '2a864886f70d010101',
      '2a864886f70d01010a',
      '2b656e',
      '2b6570',
      '2b6571',
      '2a8648ce3d0201',
      '2a8648ce380401',
      '2b81040022',
      '2b81040021',
      '2b81040023',
      '2b8104000a',
      '2a8648ce3d030107',
      '2a864886f70d01010b',
      '300d',
      '550403',
      '550406',
      '0992268993f22c640119',
      '0992268993f22c640101',
    ]),
  ],
  [0x0c, [...strings, ...encodings]],
  [0x12, latin1(['', '1 2', 'a', '0'])],
  [0x13, [...strings, ...encodings]],
  [0x14, [...strings, ...encodings]],
  [0x16, [...strings, ...encodings]],
  [0x1e, encodings],
  [
    0x17,
    latin1([
      '240229123045Z',
      '2402291230Z',
      '250229123045Z',
      '000229000000Z',
      '500101000000Z',
      '491231235959Z',
      '680229000000Z',
      '690101000000Z',
      '991231235959Z',
      '240101000000+0130',
      '2401010000-2359',
      '240101000000+2400',
      '240101000000+2459',
      '240101000000+0000',
      '240101000000-0000',
      '240101000000+0160',
      '240101000000+2360',
      '240101240000Z',
      '240101006000Z',
      '240101000060Z',
      '241301000000Z',
      '240001000000Z',
      '240100000000Z',
      '240132000000Z',
      '240101000000',
      '240101000000z',
      '240101000000.5Z',
      '24010100000Z',
      '240101 00000Z',
      '+40101000000Z',
      '20240101000000Z',
      '2401010000000Z',
      '240431000000Z',
    ]),
  ],
  [
    0x18,
    latin1([
      '20240229123045Z',
      '20230229123045Z',
      '00000101000000Z',
      '00000229000000Z',
      '00010101000000Z',
      '99991231235959Z',
      '19000229000000Z',
      '20000229000000Z',
      '202402291230Z',
      '20240101000000.5Z',
      '20240101000000+0130',
      '20240101000000-2459',
      '20240101000000+0000',
      '20240101000000',
      '2024010100000Z',
      '+0240101000000Z',
      '20240101240000Z',
      '99991231235959-2400',
      '00000101000000+2400',
    ]),
  ],
  [0x30, hex(['', '3000', '0101ff', '010100', '0101ff020100', '0101ff0201ff', '0500'])],
  [0x80, hex(['', '00', '01', 'ff', '7fffffffffffffff', '008000000000000000'])],
  [0x82, latin1(['', 'a', 'é', 'a b', '.', '*.a'])],
  [
    0x87,
    hex([
      '',
      '0a0000',
      '0a000001',
      '0a00000100',
      '00'.repeat(16),
      `${'00'.repeat(10)}ffff0a000001`,
      `20010db8${'00'.repeat(12)}`,
    ]),
  ],
]);
