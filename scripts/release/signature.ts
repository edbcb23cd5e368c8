import { createHash } from 'node:crypto';

/**
 * Whether the signature of a Mach-O executable is of its bytes as they are: the digest of every page, up to the signature
 * itself. Who signed is not asked: for an ad-hoc signature, nobody did.
 */
export function isSignedAsItIs(bytes: Buffer): boolean {
  const signature = signatureOf(bytes);
  if (signature === undefined || signature.readUInt32BE(0) !== 0xfade0cc0) return false;
  const offsets = Array.from({ length: signature.readUInt32BE(8) }, (_, index) =>
    signature.readUInt32BE(16 + 8 * index),
  );
  const directories = offsets
    .map(offset => signature.subarray(offset))
    .filter(blob => blob.readUInt32BE(0) === 0xfade0c02);
  return directories.length > 0 && directories.every(directory => isDirectoryOf(directory, bytes));
}

/** https://github.com/apple-oss-distributions/xnu/blob/main/osfmk/kern/cs_blobs.h */
function isDirectoryOf(directory: Buffer, bytes: Buffer): boolean {
  const [hashes, count, limit] = [16, 28, 32].map(at => directory.readUInt32BE(at)) as [
    number,
    number,
    number,
  ];
  const [size, kind, page] = [directory[36]!, directory[37], 2 ** directory[39]!];
  const ofSHA256 = 2;
  if (kind !== ofSHA256 || count !== Math.ceil(limit / page) || limit !== startOf(bytes)) return false;
  return Array.from({ length: count }, (_, index) => index).every(index => {
    const content = bytes.subarray(index * page, Math.min((index + 1) * page, limit));
    const told = directory.subarray(hashes + index * size, hashes + (index + 1) * size);
    return createHash('sha256').update(content).digest().equals(told);
  });
}

function startOf(bytes: Buffer): number | undefined {
  const command = commandOf(bytes);
  return command === undefined ? undefined : bytes.readUInt32LE(command + 8);
}

function signatureOf(bytes: Buffer): Buffer | undefined {
  const command = commandOf(bytes);
  if (command === undefined) return undefined;
  const start = bytes.readUInt32LE(command + 8);
  return bytes.subarray(start, start + bytes.readUInt32LE(command + 12));
}

/** LC_CODE_SIGNATURE: where the signature is. */
function commandOf(bytes: Buffer): number | undefined {
  return loadCommands(bytes).find(at => bytes.readUInt32LE(at) === 0x1d);
}

/** Where each load command of a Mach-O executable of 64 bits begins. */
export function loadCommands(bytes: Buffer): number[] {
  const all: number[] = [];
  for (let at = 32; all.length < bytes.readUInt32LE(16); at += bytes.readUInt32LE(at + 4)) all.push(at);
  return all;
}
