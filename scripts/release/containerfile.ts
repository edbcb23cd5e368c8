/** What is copied: paths in the repository, and where to. A directory is copied as what is in it. */
export type Copy = { readonly from: readonly string[]; readonly to: string; readonly mode?: number };

/** What a Containerfile makes of its base: files, and the fields of an image's configuration (OCI image-spec, config.md). */
export type Recipe = { readonly copies: readonly Copy[]; readonly config: Readonly<Record<string, unknown>> };

/**
 * Reads a Containerfile of ours. FROM is left to who asks: there is no registry here.
 *
 * @throws where a line is none of the few kinds that ours have.
 */
export function readContainerfile(text: string): Recipe {
  const lines = text.split('\n').filter(line => line !== '' && !line.startsWith('#'));
  const copies: Copy[] = [];
  const config: Record<string, unknown> = {};
  for (const line of lines) {
    const [instruction, rest] = [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)];
    if (instruction === 'COPY') copies.push(copyOf(rest));
    else if (instruction === 'USER') config.User = rest;
    else if (instruction === 'ENV') config.Env = [rest];
    else if (instruction === 'ENTRYPOINT') config.Entrypoint = JSON.parse(rest);
    else if (instruction === 'CMD') config.Cmd = JSON.parse(rest);
    else if (instruction !== 'FROM')
      throw new Error(`a Containerfile with ${instruction} is more than is read here`);
  }
  return { copies, config };
}

function copyOf(words: string): Copy {
  const [, mode, paths] = /^(?:--chmod=(\d+) )?([^-].*)$/.exec(words) ?? [];
  const all = paths?.split(' ') ?? [];
  const copy = { from: all.slice(0, -1), to: all.at(-1) ?? '' };
  return mode === undefined ? copy : { ...copy, mode: Number.parseInt(mode, 8) };
}
