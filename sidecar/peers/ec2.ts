import { isIP } from 'node:net';
import type { DescribeInstancesResult, Filter, Instance } from '@aws-sdk/client-ec2';
import { failure, type Result, success } from '../../core/result.ts';
import { type Refusal, refusalOf, said, unlessAborted } from '../aws/answer.ts';

/** Instances of EC2: those that run in a region and carry every one of the tags. */
export type EC2Tags = { readonly region: string; readonly tags: Readonly<Record<string, string>> };

/** Instances a page: the most that EC2 gives. */
const pageSize = 1000;
/** More than any fleet has: who answers with page after page is asked no longer. */
const mostPages = 20;

/**
 * The addresses of the instances, of each the public one where it has one, as in the published sidecar: peers may be in
 * another network. @returns else why EC2 cannot be asked, and what to look at. @throws the signal's reason.
 */
export async function ec2Addresses(wanted: EC2Tags, signal: AbortSignal): Promise<Result<readonly string[]>> {
  const { ec2Client, DescribeInstancesCommand } = await import('./ec2-client.ts');
  const client = ec2Client(wanted.region);
  const input = { Filters: filtersOf(wanted), MaxResults: pageSize };
  const page = (NextToken: string | undefined) => {
    const command = new DescribeInstancesCommand({ ...input, ...(NextToken && { NextToken }) });
    return unlessAborted(signal, client.send(command, { abortSignal: signal }));
  };
  try {
    return await everyAddress(wanted, page);
  } catch (error) {
    signal.throwIfAborted();
    return failure(faultOf(wanted, refusalOf(error)));
  } finally {
    client.destroy();
  }
}

async function everyAddress(
  { region }: EC2Tags,
  page: (token: string | undefined) => Promise<DescribeInstancesResult>,
): Promise<Result<readonly string[]>> {
  const found = new Set<string>();
  let token: string | undefined;
  for (let pages = 0; pages < mostPages; pages += 1) {
    const { Reservations, NextToken } = await page(token);
    if (Reservations === undefined) return failure(strange(region));
    const instances = Reservations.flatMap(({ Instances = [] }) => Instances);
    for (const address of instances.flatMap(addressOf)) found.add(address);
    if (!NextToken) return success([...found]);
    token = NextToken;
  }
  return failure(
    `EC2 in ${region} answered with more than ${mostPages} pages; name tags that select fewer instances`,
  );
}

function filtersOf({ tags }: EC2Tags): Filter[] {
  const ofTags = Object.entries(tags).map(([key, value]) => ({ Name: `tag:${key}`, Values: [value] }));
  return [{ Name: 'instance-state-name', Values: ['running'] }, ...ofTags];
}

function addressOf({ PublicIpAddress, PrivateIpAddress }: Instance): string[] {
  const address = PublicIpAddress || PrivateIpAddress;
  return address !== undefined && isIP(address) !== 0 ? [address] : [];
}

function faultOf({ region }: EC2Tags, refusal: Refusal): string {
  if (refusal.status === 200) return strange(region);
  return `EC2 in ${region} ${said(refusal)}; ${nextStep(refusal)}`;
}

/** A proxy on the way answers with a page of its own. */
function strange(region: string): string {
  return `EC2 in ${region} answered with something else than instances; check AWS_ENDPOINT_URL_EC2 and what is on the way there`;
}

const nextSteps: readonly (readonly [code: RegExp, step: string])[] = [
  [/^UnauthorizedOperation$/, "let the role of the pod's ServiceAccount call ec2:DescribeInstances"],
  [/^AccessDenied\w*$/, "let the pod's ServiceAccount take its role: see the role's trust policy"],
  [
    /^(AuthFailure|InvalidClientTokenId|SignatureDoesNotMatch|RequestExpired|ExpiredToken\w*|InvalidIdentityToken)$/,
    'the credentials are not valid, not any more, or not in this region; renew them',
  ],
  [
    /^(CredentialsProviderError|TokenProviderError)$/,
    "there are no credentials; give the pod's ServiceAccount a role, or the sidecar the variables of AWS",
  ],
  [
    /^(RequestLimitExceeded|Throttling\w*)$/,
    'too much is asked of it in this account; run the task again later',
  ],
];

function nextStep({ code, status }: Refusal): string {
  const known = nextSteps.find(([codes]) => codes.test(code));
  if (known) return known[1];
  if (status === 0)
    return 'check the region, DNS, NetworkPolicies and AWS_ENDPOINT_URL_EC2, then run the task again';
  if (status >= 500 || status === 429) return 'it is overloaded or down; run the task again later';
  return 'look the code up among the error codes of EC2';
}
