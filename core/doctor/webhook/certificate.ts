import { X509Certificate } from 'node:crypto';
import { shortDuration } from '../../duration.ts';
import type { Result } from '../../result.ts';
import { utcSeconds } from '../../tls-secret.ts';
import { type Certificate, parseCertificate } from '../../x509/certificate.ts';
import { decodePEM } from '../../x509/pem.ts';
import type { ServingCertificate } from '../facts.ts';
import type { ValidatingWebhook } from '../objects.ts';
import { fail, ofFindings, pass, unknown, type Verdict, warn } from '../verdict.ts';
import { webhookNames } from './shipped.ts';

const fix = `kubectl delete secret -n ${webhookNames.namespace} ${webhookNames.secret}: the operator makes another and injects its CA (cert-manager, where that does, likewise)`;

/**
 * Whether the API server can verify what the webhook serves: by each caBundle, now. Of the Secret the certificates alone
 * are looked at.
 *
 * @param secret undefined where there is none. @param now RFC 3339.
 */
export function webhookCertificate(
  webhooks: readonly ValidatingWebhook[],
  secret: Result<ServingCertificate | undefined>,
  now: string,
): Verdict {
  const at = Date.parse(now) / 1000;
  const bundles = webhooks.map(webhook => ({ webhook, authorities: authoritiesOf(webhook) }));
  const wrong = bundles.flatMap(({ webhook, authorities }) => bundleFault(webhook, authorities, at));
  if (wrong.length > 0) return ofFindings(wrong, '', fail, fix);
  if (!secret.ok) return unknown(secret.error);
  const [leaf, ...between] = secret.value === undefined ? [] : certificatesOf(secret.value.chain);
  if (leaf === undefined) {
    return fail(`Secret ${webhookNames.namespace}/${webhookNames.secret} holds no certificate`, fix);
  }
  const mismatched = bundles
    .filter(({ authorities }) => !isVouchedFor([leaf, ...between], authorities))
    .map(
      ({ webhook }) =>
        `the caBundle of ${webhook.name} does not vouch for the serving certificate (issuer ${leaf.issuer || 'unnamed'})`,
    );
  if (mismatched.length > 0) return ofFindings(mismatched, '', fail, fix);
  return leafVerdict(leaf, webhooks, at);
}

function bundleFault({ name }: ValidatingWebhook, authorities: readonly Certificate[], at: number): string[] {
  if (authorities.length === 0) return [`the caBundle of ${name} is empty, or holds no certificate`];
  const last = Math.max(...authorities.map(({ notAfterUnix }) => notAfterUnix));
  return last < at ? [`the caBundle of ${name} expired at ${utcSeconds(last)}`] : [];
}

function leafVerdict(leaf: Certificate, webhooks: readonly ValidatingWebhook[], at: number): Verdict {
  const { notBeforeUnix, notAfterUnix, dNSNames } = leaf;
  if (notAfterUnix < at) return fail(`the serving certificate expired at ${utcSeconds(notAfterUnix)}`, fix);
  if (notBeforeUnix > at) {
    return fail(`the serving certificate is not valid before ${utcSeconds(notBeforeUnix)}`, fix);
  }
  const unnamed = [...new Set(webhooks.map(hostOf))].filter(host => !dNSNames.includes(host));
  if (unnamed.length > 0) return fail(`the serving certificate lacks the name ${unnamed.join(', ')}`, fix);
  const left = notAfterUnix - at;
  const until = `until ${utcSeconds(notAfterUnix)}`;
  // It is renewed with a third of its life left.
  return left * 6 < notAfterUnix - notBeforeUnix
    ? warn(
        `the serving certificate was not renewed in time: ${shortDuration(left * 1000)} are left, ${until}`,
        fix,
      )
    : pass(`every caBundle vouches for the serving certificate, ${until}`);
}

/** The name that the API server verifies a webhook by. */
function hostOf({ clientConfig: { url, service } = {} }: ValidatingWebhook): string {
  if (url !== undefined) return URL.parse(url)?.hostname ?? url;
  return `${service?.name}.${service?.namespace}.svc`;
}

function authoritiesOf({ clientConfig }: ValidatingWebhook): Certificate[] {
  return certificatesOf(Buffer.from(clientConfig?.caBundle ?? '', 'base64').toString('latin1'));
}

function certificatesOf(pem: string): Certificate[] {
  return decodePEM(Buffer.from(pem, 'latin1')).flatMap(({ type, bytes }) => {
    const parsed = parseCertificate(bytes);
    return type === 'CERTIFICATE' && parsed.ok ? [parsed.value] : [];
  });
}

/** Whether one of the authorities is in the chain, or has signed what is in it. */
function isVouchedFor(chain: readonly Certificate[], authorities: readonly Certificate[]): boolean {
  const [leaf, ...between] = chain.map(({ raw }) => native(raw));
  const roots = authorities.map(({ raw }) => native(raw));
  for (let subject = leaf; subject !== undefined; ) {
    const one = subject;
    if (roots.some(root => root && (root.raw.equals(one.raw) || hasSigned(root, one)))) return true;
    const next = between.findIndex(issuer => issuer !== undefined && hasSigned(issuer, one));
    subject = next === -1 ? undefined : between.splice(next, 1)[0];
  }
  return false;
}

function hasSigned(issuer: X509Certificate, subject: X509Certificate): boolean {
  try {
    return subject.checkIssued(issuer) && subject.verify(issuer.publicKey);
  } catch {
    // A key of a kind that OpenSSL does not know.
    return false;
  }
}

function native(raw: Uint8Array): X509Certificate | undefined {
  try {
    return new X509Certificate(raw);
  } catch {
    return undefined;
  }
}
