import type { Secret } from '../kubernetes.ts';
import { failure, type Result, success } from '../result.ts';
import { readTLSSecret } from '../tls-secret.ts';
import { parseCertificate, sha256Hex } from '../x509/certificate.ts';
import { decodePEM } from '../x509/pem.ts';

/** What one state of a Secret lets a sidecar be verified by. */
export type Anchor = {
  /** PEM. Each is trusted as it is, be it a root, an intermediate or the leaf itself. */
  readonly certificates: string;
  /** SHA-256 of the leaf that is to be served. */
  readonly leaf: string;
};

/** What a node's sidecar is verified by, across changes of its Secret. */
export type Anchors = {
  /** Of the Secret as it is; else why there is none, as a clause about the Secret. */
  readonly current: Result<Anchor>;
  /** Of the Secret as it was, newest first, each until its moment. */
  readonly former: readonly { readonly anchor: Anchor; readonly until: Date }[];
};

/** Contract §5: kubelet and proxy take two minutes; after ten the pod does not follow its Secret. */
const longestRotation = 10 * 60_000;
/** A Secret that is written again and again must not cost a handshake for each of its states. */
const mostFormer = 4;

/**
 * What holds after a look at the Secret; undefined where the Secret does not exist. While it gives no anchor nothing is
 * trusted; the former ones count again once it does, for a Secret may be replaced by delete and create.
 *
 * @param anchors what held before; undefined at the first look.
 */
export function rotate(anchors: Anchors | undefined, secret: Secret | undefined, now: Date): Anchors {
  const current = anchorOnce(secret);
  const isCurrent = ({ certificates }: Anchor) => current.ok && current.value.certificates === certificates;
  const until = new Date(now.getTime() + longestRotation);
  const last = anchors?.current.ok ? [{ anchor: anchors.current.value, until }] : [];
  const former = [...last, ...(anchors?.former ?? [])].filter(
    known => known.until > now && !isCurrent(known.anchor),
  );
  return { current, former: former.slice(0, mostFormer) };
}

/** What a sidecar may be verified by now: the current anchor first, then the former ones; none without a current one. */
export function trusted({ current, former }: Anchors, now: Date): readonly Anchor[] {
  if (!current.ok) return [];
  return [current.value, ...former.filter(({ until }) => until > now).map(({ anchor }) => anchor)];
}

/** What holds once a verified sidecar has served a leaf: the new one ends the rotation. @param leaf its SHA-256. */
export function served(anchors: Anchors, leaf: string): Anchors {
  const isNew = anchors.current.ok && anchors.current.value.leaf === leaf;
  return isNew && anchors.former.length > 0 ? { ...anchors, former: [] } : anchors;
}

const known = new WeakMap<Secret, Result<Anchor>>();

/** Each Secret is read once, were it of a thousand authorities and of as many nodes. */
function anchorOnce(secret: Secret | undefined): Result<Anchor> {
  const anchor = (secret && known.get(secret)) ?? anchorOf(secret);
  if (secret) known.set(secret, anchor);
  return anchor;
}

/** What a Secret vouches for: ca.crt where it has one, else the leaf itself (contract §5); else why nothing, as a clause about the Secret. */
export function anchorOf(secret: Secret | undefined): Result<Anchor> {
  if (secret === undefined) return failure('does not exist');
  const { leaf } = readTLSSecret(secret);
  if (!leaf.ok) return failure('has no certificate in tls.crt that can be read');
  const authority = Buffer.from(secret.data?.['ca.crt'] ?? '', 'base64');
  const certificates = authority.length > 0 ? certificatesIn(authority) : [leaf.value.raw];
  if (certificates.length === 0) {
    return failure('has a ca.crt that holds no certificate: put the authority there, or remove the entry');
  }
  return success({ certificates: certificates.map(pem).join(''), leaf: sha256Hex(leaf.value.raw) });
}

/** Written anew, so that nothing else in the entry reaches OpenSSL; what Go cannot read counts for nothing, as in Go. */
function certificatesIn(text: Uint8Array): Uint8Array[] {
  return decodePEM(text)
    .filter(({ type, bytes }) => type === 'CERTIFICATE' && parseCertificate(bytes).ok)
    .map(({ bytes }) => bytes);
}

function pem(bytes: Uint8Array): string {
  const lines =
    Buffer.from(bytes)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
