import { decodePEM } from '../../../core/x509/pem.ts';
import { withExtension } from '../../core/x509/grammar.ts';
import { composed, primitive } from '../../core/x509/tlv.ts';
import { certificateNaming, exampleSecret } from '../../plugin/hostile.ts';

/** So many certificates in PEM, each of another subject; no signature of theirs holds, and no anchor's has to. */
export function certificates(count: number): string {
  return Array.from({ length: count }, (_, at) =>
    Buffer.from(certificateNaming(`authority ${at}`)['tls.crt'], 'base64').toString(),
  ).join('');
}

/** tls.crt and tls.key of the example good-ec, in base64, with these DNS names after its own two. */
export function certificateWithNames(names: readonly string[]): Record<'tls.crt' | 'tls.key', string> {
  const { data = {} } = exampleSecret('good-ec');
  const [block] = decodePEM(Buffer.from(data['tls.crt'] ?? '', 'base64'));
  const own = ['good-ec.arctic.svc.cluster.local', 'good-ec-0.good-ec.arctic.svc.cluster.local'];
  const encoded = [...own, ...names].map(name => primitive(0x82, name));
  const der = withExtension(block!.bytes, '551d11', false, composed(0x30, encoded));
  const pem = `-----BEGIN CERTIFICATE-----\n${Buffer.from(der).toString('base64')}\n-----END CERTIFICATE-----\n`;
  return { 'tls.crt': Buffer.from(pem).toString('base64'), 'tls.key': data['tls.key'] ?? '' };
}
