import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** An instance as the stand-in has it. */
export type StandInInstance = {
  readonly privateAddress?: string;
  readonly publicAddress?: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly state?: string;
};

/** What is asked: the parameters, and the access key that signed it. */
export type Asked = { readonly parameters: URLSearchParams; readonly accessKey: string };

/** Answers for a region; else the instances that the region has, a few a page. */
export type Region =
  | { readonly instances: readonly StandInInstance[]; readonly pageSize?: number }
  | ((asked: Asked, response: ServerResponse) => unknown);

/**
 * A stand-in of the API of EC2 over HTTP, and of one call of STS: no signature is checked. It knows what the reference of
 * DescribeInstances says of filters, pages, answers and errors, and no more. Each test has a region of its own.
 */
export class EC2StandIn {
  readonly regions = new Map<string, Region>();
  readonly asked: (Asked & { readonly region: string })[] = [];
  readonly #server = createServer((request, response) => void this.#answer(request, response));

  /** @returns its URL. */
  async listen(): Promise<string> {
    await new Promise<void>(resolve => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parameters = new URLSearchParams(await text(request));
    const scope = /Credential=([^/]+)\/\d+\/([^/]+)\//.exec(request.headers.authorization ?? '');
    const [, accessKey = '', region = 'sts'] = scope ?? [];
    this.asked.push({ parameters, accessKey, region });
    const known = this.regions.get(region) ?? { instances: [] };
    if (typeof known === 'function') known({ parameters, accessKey }, response);
    else response.end(pageOf(known.instances, parameters, known.pageSize ?? 1000));
  }
}

/** An error as EC2 answers it. */
export function refuse(response: ServerResponse, status: number, code: string, message = code): void {
  const error = `<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  response.writeHead(status, { 'content-type': 'text/xml;charset=UTF-8' });
  response.end(`<?xml version="1.0" encoding="UTF-8"?>
<Response><Errors>${error}</Errors><RequestID>ea966190-f9aa-478e-9ede-example</RequestID></Response>`);
}

/** The answer of AssumeRoleWithWebIdentity. */
export function credentials(accessKey: string): string {
  return `<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <AssumeRoleWithWebIdentityResult><Credentials>
    <AccessKeyId>${accessKey}</AccessKeyId><SecretAccessKey>secret</SecretAccessKey>
    <SessionToken>session</SessionToken><Expiration>2100-01-01T00:00:00Z</Expiration>
  </Credentials></AssumeRoleWithWebIdentityResult>
</AssumeRoleWithWebIdentityResponse>`;
}

function pageOf(
  instances: readonly StandInInstance[],
  parameters: URLSearchParams,
  pageSize: number,
): string {
  const filters = filtersIn(parameters);
  const found = instances.filter(instance => filters.every(filter => matches(instance, filter)));
  const from = Number(parameters.get('NextToken') ?? 0);
  const next = from + pageSize;
  const items = found.slice(from, next).map((instance, at) => item(instance, from + at));
  return `<?xml version="1.0" encoding="UTF-8"?>
<DescribeInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">
  <requestId>8f7724cf-496f-496e-8fe3-example</requestId>
  <reservationSet>${items.join('')}</reservationSet>
  ${next < found.length ? `<nextToken>${next}</nextToken>` : ''}
</DescribeInstancesResponse>`;
}

type Filter = { readonly name: string; readonly value: string };

function filtersIn(parameters: URLSearchParams): Filter[] {
  const names = [...parameters].flatMap(([key, name]) => {
    const at = /^Filter\.(\d+)\.Name$/.exec(key)?.[1];
    return at === undefined ? [] : [{ name, value: parameters.get(`Filter.${at}.Value.1`) ?? '' }];
  });
  return names;
}

function matches({ tags, state = 'running' }: StandInInstance, { name, value }: Filter): boolean {
  return name === 'instance-state-name' ? state === value : tags[name.replace(/^tag:/, '')] === value;
}

function item({ privateAddress, publicAddress, state = 'running' }: StandInInstance, at: number): string {
  const element = (name: string, value?: string) =>
    value === undefined ? '' : `<${name}>${value}</${name}>`;
  return `<item><reservationId>r-${at}</reservationId><ownerId>123456789012</ownerId><groupSet/><instancesSet><item>
    <instanceId>i-${at}</instanceId><instanceState><code>16</code>${element('name', state)}</instanceState>
    ${element('privateIpAddress', privateAddress)}${element('ipAddress', publicAddress)}
  </item></instancesSet></item>`;
}
