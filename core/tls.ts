/**
 * What our programs speak wherever they listen or connect: TLS 1.2 or 1.3, keys that are made for one connection, ciphers
 * that authenticate what they encrypt (RFC 9325). Said at each place, for NODE_OPTIONS may allow more. Every kube-apiserver
 * and kube-rbac-proxy (Go) offers one of them.
 */
export const modernTLS = {
  minVersion: 'TLSv1.2',
  ciphers: [
    ...['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'],
    ...['ECDHE-ECDSA-AES128-GCM-SHA256', 'ECDHE-RSA-AES128-GCM-SHA256'],
    ...['ECDHE-ECDSA-AES256-GCM-SHA384', 'ECDHE-RSA-AES256-GCM-SHA384'],
    ...['ECDHE-ECDSA-CHACHA20-POLY1305', 'ECDHE-RSA-CHACHA20-POLY1305'],
  ].join(':'),
} as const;
