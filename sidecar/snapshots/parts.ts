/** A part of an archive on its way. */
export type Part = { readonly number: number; readonly bytes: Uint8Array };

/** The least that a part of a multipart upload may have is 5 MiB, the most parts are 10,000. */
const [usual, most] = [16 * 1024 * 1024, 9_000];

/** The size of the parts of an archive, for as many bytes as its files have. It does not compress to more than that. */
export function partBytesFor(bytes: number): number {
  const mebibyte = 1024 * 1024;
  return Math.max(usual, Math.ceil(bytes / most / mebibyte) * mebibyte);
}

/** Cuts a stream into parts of one size, the last one excepted; an empty one has one part. */
export async function* partsOf(stream: AsyncIterable<Uint8Array>, partBytes: number): AsyncGenerator<Part> {
  let [number, filled, buffer] = [1, 0, Buffer.allocUnsafe(partBytes)];
  for await (const chunk of stream) {
    for (let at = 0; at < chunk.length; ) {
      const taken = Math.min(chunk.length - at, partBytes - filled);
      buffer.set(chunk.subarray(at, at + taken), filled);
      [at, filled] = [at + taken, filled + taken];
      if (filled < partBytes) continue;
      yield { number, bytes: buffer };
      [number, filled, buffer] = [number + 1, 0, Buffer.allocUnsafe(partBytes)];
    }
  }
  if (filled > 0 || number === 1) yield { number, bytes: buffer.subarray(0, filled) };
}
