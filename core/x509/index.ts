export { type Certificate, parseCertificate, parseCertificates, sha256Hex } from './certificate.ts';
export type { GeneralName } from './generalname.ts';
export { type KeyPair, loadKeyPair } from './keypair.ts';
export { decodePEM, type PEMBlock } from './pem.ts';
export type { PublicKey } from './publickey.ts';
