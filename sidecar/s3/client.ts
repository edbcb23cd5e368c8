import { S3Client } from '@aws-sdk/client-s3';

/**
 * A client for a region of AWS, or for the S3-compatible store that AWS_ENDPOINT_URL_S3 names: such stores have their
 * buckets as paths. Credentials come as AWS's own tools find them.
 */
export function s3Client(region: string): S3Client {
  const endpoint = process.env.AWS_ENDPOINT_URL_S3;
  return new S3Client({ region, ...(endpoint && { endpoint, forcePathStyle: true }) });
}
