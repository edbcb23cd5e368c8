/** What a service of AWS, or what speaks like one, answered instead of what was asked for. */
export type Refusal = {
  /** Its own code, or that of the SDK or of the system: NoSuchKey, CredentialsProviderError, ECONNREFUSED. */
  readonly code: string;
  /** The HTTP status, 0 where there was no answer. */
  readonly status: number;
};

/**
 * What a request comes to, unless the signal comes first. Not all that the SDK does heeds the signal, the search for
 * credentials does not; so an abort is not left to it. @throws what the request throws, or the signal's reason.
 */
export async function unlessAborted<T>(signal: AbortSignal, request: Promise<T>): Promise<T> {
  // Nobody waits for it any more once the signal has come.
  request.catch(() => {});
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  signal.addEventListener('abort', abort);
  try {
    return await Promise.race([request, aborted]);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** What an error of the SDK says; never its message, which may quote what was sent. */
export function refusalOf(error: unknown): Refusal {
  const { name, code, Code, $metadata } = fieldsOf(error);
  const found = [Code, code, name].find(text => typeof text === 'string' && /^[\w.]{1,60}$/.test(text));
  const status = fieldsOf($metadata).httpStatusCode;
  return {
    code: typeof found === 'string' ? found : 'unknown error',
    status: typeof status === 'number' ? status : 0,
  };
}

/** As a clause: what was said, and by which HTTP status. */
export function said({ code, status }: Refusal): string {
  return status > 0 ? `answered ${code} (${status})` : `could not be asked (${code})`;
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value, ...namesOf(value) } : {};
}

/** Not an error's own enumerable property. */
function namesOf(value: object): { readonly name?: string } {
  return value instanceof Error ? { name: value.name } : {};
}
