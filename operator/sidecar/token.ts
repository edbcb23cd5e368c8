import { readFile } from 'node:fs/promises';
import { fault } from '../../cluster/error.ts';

/** The operator's ServiceAccount token, as the kubelet renews it in its file. */
export type TokenFile = {
  /** @throws TOKEN_UNREADABLE or TOKEN_MALFORMED, never with a part of the token. */
  readonly read: () => Promise<string>;
  /** It was refused: it is read again before it is used again. */
  readonly refused: () => void;
};

/** How long a token is used that was read, as client-go has it. */
const longest = 60_000;

/** Reads a token from its file whenever the one known is a minute old. */
export function tokenFile(path: string, now: () => Date): TokenFile {
  let known: { readonly token: string; readonly at: number } | undefined;
  return {
    read: async () => {
      const at = now().getTime();
      // A clock that was set back must not keep a token for longer.
      const isFresh = known !== undefined && at >= known.at && at - known.at < longest;
      if (known === undefined || !isFresh) known = { token: await tokenIn(path), at };
      return known.token;
    },
    refused: () => {
      known = undefined;
    },
  };
}

async function tokenIn(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch(() => {
    throw fault('TOKEN_UNREADABLE');
  });
  const token = text.trim();
  // RFC 6750 §2.1: anything else would be refused by node:http, or end the header.
  if (!/^[\w.~+/-]+=*$/.test(token)) throw fault('TOKEN_MALFORMED');
  return token;
}
