import fc, { type Arbitrary } from 'fast-check';
import { workloads } from './workloads.ts';

/** What the fixtures of the Rego tests hold: DER in base64, by name. */
export type Fixtures = {
  readonly certificates: Readonly<Record<string, string>>;
  readonly keys: Readonly<Record<string, string>>;
};

/** Inputs of the rules, good and bad in every way: TLS on and off, Secrets, times, states before, junk. */
export function inputs({ certificates, keys }: Fixtures): Arbitrary<Record<string, unknown>> {
  const certificate = often(
    fc.constantFrom(...usual).map(name => certificates[name]!),
    fc.constantFrom(...Object.values(certificates)).chain(it => often(fc.constant(it), brokenDER(it))),
    4,
  );
  const key = often(
    fc.constant(keys.ec!),
    fc.constantFrom(...Object.values(keys)).chain(it => often(fc.constant(it), brokenDER(it))),
  );
  const chain = fc.array(
    certificate.map(it => block('CERTIFICATE', it)),
    { minLength: 1, maxLength: 3 },
  );
  const secret = fc.record({
    type: often(fc.constant('kubernetes.io/tls'), fc.oneof(fc.constantFrom('Opaque', ''), junk()), 20),
    data: often(
      fc.record({
        'tls.crt': often(entry(chain.map(blocks => blocks.join(''))), junk(), 20),
        'tls.key': often(entry(fc.tuple(label(), key).map(([name, it]) => block(name, it))), junk(), 20),
        'ca.crt': fc.constant('AAAA'),
      }),
      junk(),
      20,
    ),
  });
  const input = fc.record(
    {
      now: often(fc.constant('2026-06-01T00:00:00Z'), fc.oneof(moment(), junk()), 5),
      node: often(node(), fc.record({ spec: junk(), metadata: junk() }), 20),
      secret: often(often(secret, fc.constant(null), 20), junk(), 20),
      unavailable: often(fc.constant(null), junk(), 20),
      before: often(node(), junk()),
      unknownFields: often(fc.array(often(text(), fc.constant('spec.retainOnDelete'))), junk()),
    },
    { requiredKeys: ['node', 'now', 'secret'] },
  );
  return fc
    .tuple(input, often(fc.constant({}), workloads(junk()), 1))
    .map(([it, around]) => ({ ...it, ...around }));
}

const usual = [
  'good',
  'good',
  'upper',
  'forever',
  'service_only',
  'wildcard',
  'until_1600',
  'from_2300',
  'nul',
];

function often<A, B>(usually: Arbitrary<A>, otherwise: Arbitrary<B>, weight = 12): Arbitrary<A | B> {
  return fc.oneof({ weight, arbitrary: usually }, { weight: 1, arbitrary: otherwise });
}

function node(): Arbitrary<unknown> {
  const tls = fc.oneof(
    { weight: 30, arbitrary: fc.constant({ secretName: 'n0-tls' }) },
    {
      weight: 1,
      arbitrary: fc.record({ secretName: fc.oneof(text(), junk()), extra: junk() }, { requiredKeys: [] }),
    },
    { weight: 1, arbitrary: junk() },
  );
  const on = fc.record({ tls, port: fc.constantFrom(0, 7777, 7000, 65_536, 7777.5) });
  const sidecar = often(on, fc.constantFrom({}, { port: 7777 }));
  return fc.record({
    metadata: often(
      fc.record({
        name: often(fc.constantFrom('n0', 'N0'), fc.oneof(text(), junk())),
        namespace: often(fc.constantFrom('arctic', 'Arctic'), fc.oneof(text(), junk())),
        managedFields: fc.constant([{ manager: 'kubectl' }]),
      }),
      junk(),
    ),
    spec: often(
      fc.record(
        {
          sidecar: often(sidecar, junk()),
          chainId: often(fc.constant('arctic-1'), fc.oneof(text(), junk())),
          fullNode: often(fc.constant({}), junk()),
          archive: junk(),
          podLabels: fc.oneof(fc.dictionary(fc.constantFrom('sei.io/role', 'sei.io/chain'), text()), junk()),
        },
        { requiredKeys: ['sidecar'] },
      ),
      junk(),
    ),
  });
}

/** PEM in base64, at times broken before or after it is encoded. */
function entry(pem: Arbitrary<string>): Arbitrary<string> {
  const texts = fc
    .tuple(pem, fc.nat(), fc.constantFrom(...spoilText))
    .map(([it, at, spoil]) => spoil(it, at));
  const whole = often(pem, texts).map(it => Buffer.from(it).toString('base64'));
  return often(
    whole,
    fc.tuple(whole, fc.nat(), fc.constantFrom(...spoilBase64)).map(([it, at, spoil]) => spoil(it, at)),
  );
}

type Spoil = (text: string, at: number) => string;

const insert =
  (piece: string): Spoil =>
  (text, at) => {
    const index = at % (text.length + 1);
    return text.slice(0, index) + piece + text.slice(index);
  };

const spoilText: readonly Spoil[] = [
  text => text.replaceAll('\n', '\r\n'),
  text => text.replaceAll('\n', '\r'),
  text => `leading text\n${text}`,
  text => ` ${text}`,
  text => `\ufeff${text}`,
  text => text.replace('-----\n', '-----\nProc-Type: 4,ENCRYPTED\n\n'),
  text => text.replace('-----\n', '-----  \t\n'),
  text => text.replace('CERTIFICATE', 'X509 CERTIFICATE'),
  text => text.trimEnd(),
  (text, at) => text.slice(0, at % (text.length + 1)),
  (text, at) => text.slice(at % (text.length + 1)),
  ...[' ', '\n', '\t', '=', '-', '\0', ':', 'é', '-----BEGIN CERTIFICATE-----\n'].map(insert),
];

const spoilBase64: readonly Spoil[] = [
  text => text.replaceAll(/.{76}/g, '$&\n'),
  text => `${text}\r\n`,
  text => text.replaceAll('=', ''),
  text => `${text}=`,
  text => text.replaceAll('+', '-').replaceAll('/', '_'),
  (text, at) => text.slice(0, at % (text.length + 1)),
  ...[' ', '\n', '\t', '=', 'A', '\0', '%'].map(insert),
];

function brokenDER(base64: string): Arbitrary<string> {
  const bytes = Buffer.from(base64, 'base64');
  return fc
    .tuple(fc.nat(bytes.length - 1), fc.nat(255), fc.constantFrom('set', 'cut', 'add'))
    .map(([at, value, how]) => {
      const changed = how === 'cut' ? bytes.subarray(0, at) : Buffer.concat([bytes, Buffer.of(value)]);
      return (how === 'set' ? bytes.with(at, value) : changed).toString('base64');
    });
}

function block(name: string, base64: string): string {
  return `-----BEGIN ${name}-----\n${base64}\n-----END ${name}-----\n`;
}

function label(): Arbitrary<string> {
  return often(
    fc.constant('PRIVATE KEY'),
    fc.constantFrom('EC PRIVATE KEY', 'RSA PRIVATE KEY', 'X PRIVATE KEY', 'PUBLIC KEY', 'XPRIVATE KEY'),
  );
}

/** Around the fixtures' ends, in the forms Go reads and some it does not, up to what nanoseconds hold. */
function moment(): Arbitrary<string> {
  const dates = [
    '2019-12-31',
    '2020-01-01',
    '2026-06-01',
    '2120-01-01',
    '1677-09-21',
    '2262-04-11',
    '9999-12-31',
  ];
  const others = ['2026-02-29', '2024-02-29', '2026-06-31', '2026-13-01', '0000-01-01', '2026-00-10'];
  const clocks = [
    '00:00:00',
    '23:59:59',
    '24:00:00',
    '1:02:03',
    '00:12:43.145224193',
    '23:47:16.854775807',
    '00:00:60',
  ];
  const fractions = ['', '.0', ',5', '.123456789123', '.'];
  const zones = ['Z', '+00:00', '-23:59', '+24:00', '+24:60', '+25:00', '+01:61', 'z', ''];
  return fc
    .tuple(
      fc.constantFrom(...dates, ...others),
      ...[clocks, fractions, zones].map(them => fc.constantFrom(...them)),
    )
    .map(([date, clock, fraction, zone]) => `${date}T${clock}${fraction}${zone}`);
}

function text(): Arbitrary<string> {
  return fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.string({ unit: 'binary' }),
    fc.constantFrom('\0', 'a\0b', '<&>', '\u2028', '"\\', '%s %d', 'K', 'İ', '𝕟'),
  );
}

/** A value of any type. */
export function junk(): Arbitrary<unknown> {
  return fc.oneof(
    fc.constantFrom(null, true, false, 0, -1.5, 1e300, '', [], {}, [null], { '': {} }),
    text(),
    fc.array(text()),
    fc.dictionary(fc.string(), fc.constantFrom(null, 1, 'x')),
  );
}
