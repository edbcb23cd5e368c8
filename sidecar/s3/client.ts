import { S3Client } from '@aws-sdk/client-s3';

/** Milliseconds after which a store that is silent counts as gone. */
export type Patience = {
  readonly connect: number;
  /** Without a byte in either direction. */
  readonly silence: number;
  /** From the first byte of a request to the head of its answer. */
  readonly answer: number;
};

const patience: Patience = { connect: 10_000, silence: 60_000, answer: 300_000 };

/**
 * A client of S3 or what speaks like it. Credentials and endpoint are the SDK's own affair: web identity, instance or
 * environment, AWS_ENDPOINT_URL_S3 or AWS_ENDPOINT_URL. Where an endpoint is named, the bucket is part of the path: few
 * other stores have a name in DNS for every bucket.
 */
export function s3Client(region: string, { connect, silence, answer }: Patience = patience): S3Client {
  return new S3Client({
    region,
    forcePathStyle: Boolean(process.env.AWS_ENDPOINT_URL_S3 || process.env.AWS_ENDPOINT_URL),
    maxAttempts: 5,
    // The SDK's own checksums are refused by stores that do not know them; Content-MD5 is known to all.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: connect,
      socketTimeout: silence,
      requestTimeout: answer,
      throwOnRequestTimeout: true,
    },
  });
}
