import { EC2Client } from '@aws-sdk/client-ec2';

export { DescribeInstancesCommand } from '@aws-sdk/client-ec2';

/** Milliseconds after which EC2 counts as gone. */
const patience = { connectionTimeout: 10_000, requestTimeout: 30_000 };

/**
 * A client of EC2. Credentials and endpoint are the SDK's own affair: web identity, instance or environment,
 * AWS_ENDPOINT_URL_EC2 or AWS_ENDPOINT_URL. Apart from what uses it, so that it is loaded only then.
 */
export function ec2Client(region: string): EC2Client {
  const requestHandler = { ...patience, throwOnRequestTimeout: true };
  return new EC2Client({ region, maxAttempts: 3, requestHandler });
}
