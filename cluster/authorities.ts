import * as tls from 'node:tls';

/**
 * From here on nobody's word is taken in this process but that of authorities that a connection names. Node would read all
 * of its own as soon as one is named, which takes longer than a handshake; a Node before 24.5 still does.
 */
export function trustNobodyElse(): void {
  tls.setDefaultCACertificates?.([]);
}

/**
 * The authorities (PEM) of a cluster whose kubeconfig names none: as for kubectl those of this system, in SSL_CERT_FILE and
 * SSL_CERT_DIR or where OpenSSL has them; Node's own where there are none; and those in NODE_EXTRA_CA_CERTS.
 */
export function authoritiesOfSystem(): string[] {
  const system = tls.getCACertificates('system');
  return [...(system.length > 0 ? system : tls.rootCertificates), ...tls.getCACertificates('extra')];
}
