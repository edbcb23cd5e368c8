/** All that a stream gives; undefined where it is longer than that many bytes, and the rest is not waited for. */
export async function collected(
  stream: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  longest: number,
): Promise<Buffer | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    // Leaving the loop ends the connection.
    if (size > longest) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
