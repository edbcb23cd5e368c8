/**
 * Every condition type this project sets or reads, with its reasons and when each holds (contract §2).
 */

/** Whether the Secret behind spec.sidecar.tls can be served; absent when TLS is off. */
export const sidecarTLSSecretReady = 'SidecarTLSSecretReady';

/** Reasons of SidecarTLSSecretReady, in the order they are checked. */
export const tlsReasons = [
  /** Unknown: the Secret could not be read. */
  'Unavailable',
  /** False: the Secret does not exist. */
  'NotFound',
  /** False: wrong type, an empty entry, or a pair that Go's tls.X509KeyPair does not load. */
  'Malformed',
  /** False: the leaf's notAfter has passed. */
  'Expired',
  /** False: the leaf's notBefore is still to come. */
  'NotYetValid',
  /** False: the leaf's dNSName SANs lack a required name. */
  'SANsMismatch',
  /** True: every check passes. */
  'Ready',
] as const;

export type TLSReason = (typeof tlsReasons)[number];
