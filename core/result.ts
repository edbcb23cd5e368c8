/** An expected outcome is a value: `value` where it went well, else `error`, one clause without a final dot. */
export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: string };

/** Wraps a good outcome. */
export function success<T>(value: T): Result<T> {
  return { ok: true, value };
}

/** Wraps a failure. `error` is shown to people: it names what is wrong and never holds key material. */
export function failure(error: string): { readonly ok: false; readonly error: string } {
  return { ok: false, error };
}
