import type { S3Client } from '@aws-sdk/client-s3';
import { refusalOf, said, unlessAborted } from '../aws/answer.ts';
import type { Bucket } from '../settings.ts';

/** A bucket, the way to it, and until when it is asked. */
export type Store = { readonly client: S3Client; readonly bucket: Bucket; readonly signal: AbortSignal };

/** What a store answered, or why it could not be asked; the message is for people. */
export class StoreFault extends Error {
  override name = 'StoreFault';
  /** The code of S3, of the SDK or of the system: NoSuchKey, CredentialsProviderError, ECONNREFUSED. */
  readonly code: string;
  /** The HTTP status, 0 where there was no answer. */
  readonly status: number;

  constructor(code: string, status: number, message: string) {
    super(message);
    [this.code, this.status] = [code, status];
  }
}

/**
 * What a request to the store comes to.
 *
 * @param key of the object or of what is listed. @throws a StoreFault, or the signal's reason.
 */
export async function answered<T>({ bucket, signal }: Store, key: string, request: Promise<T>): Promise<T> {
  try {
    return await unlessAborted(signal, request);
  } catch (error) {
    signal.throwIfAborted();
    throw storeFault(bucket, key, error);
  }
}

/** Says in one sentence what was asked, what was answered and what to look at; of the error only its code. */
export function storeFault({ name, region }: Bucket, key: string, error: unknown): StoreFault {
  const refusal = refusalOf(error);
  const { code, status } = refusal;
  const message = `s3://${name}/${key} in ${region}: the store ${said(refusal)}; ${nextStep(code, status)}`;
  return new StoreFault(code, status, message);
}

const nextSteps: readonly (readonly [code: RegExp, step: string])[] = [
  [/^NoSuchBucket$/, "check the bucket's name and region in the sidecar's environment"],
  [/^(NoSuchKey|NotFound)$/, 'it was deleted, or never was there; look at what the bucket holds'],
  [/^PreconditionFailed$/, 'it was replaced meanwhile; run the task again'],
  [
    /^(PermanentRedirect|AuthorizationHeaderMalformed|301)$/,
    "the bucket is in another region; set the bucket's",
  ],
  [
    /^(InvalidAccessKeyId|SignatureDoesNotMatch|ExpiredToken\w*|InvalidToken|TokenRefreshRequired)$/,
    "the credentials are not valid any more, or not the store's; renew them",
  ],
  [
    /^(CredentialsProviderError|TokenProviderError)$/,
    "there are no credentials; give the pod's ServiceAccount a role, or the sidecar the variables of AWS",
  ],
];

function nextStep(code: string, status: number): string {
  const known = nextSteps.find(([codes]) => codes.test(code));
  if (known) return known[1];
  if (status === 403) {
    return "let the role of the pod's ServiceAccount list the bucket and read (for an upload: write) its objects";
  }
  if (status === 0) return 'check DNS, NetworkPolicies and AWS_ENDPOINT_URL_S3, then run the task again';
  if (status >= 500 || status === 429) return 'it is overloaded or down; run the task again later';
  return 'look the code up in the documentation of the store';
}
