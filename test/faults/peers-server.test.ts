import { once } from 'node:events';
import type { RequestListener, ServerResponse } from 'node:http';
import { connect } from 'node:tls';
import test, { type ExecutionContext } from 'ava';
import { listAll } from '../../cluster/list.ts';
import { seiNodes } from '../../cluster/resource.ts';
import { watchAll } from '../../cluster/watch.ts';
import { askTasks } from '../../plugin/verify/tasks.ts';
import { client, fakeServer, json, kubeconfig, nodeList, seiNode, withoutNetwork } from '../cluster/fakes.ts';
import { fixturePair } from '../operator/sidecar/fake-sidecar.ts';
import { invoke } from '../plugin/terminal.ts';
import { survives } from './matrix.ts';
import { answer, drips, floods, hostile, type Manners, raw, rudeTLS, says } from './peers/rude.ts';

const token = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ1c2VyIn0.c2lnbmF0dXJl';
const commands = ['list', 'tls check a', 'policy check -A', 'doctor'];

/** Writes bytes of its own in place of an answer. */
const instead =
  (manners: Manners): RequestListener =>
  (request, _response) =>
    manners(request.socket);

const servers: readonly [fault: string, RequestListener, RegExp][] = [
  [
    'changes to another protocol',
    instead(says('HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n')),
    /it changes to another protocol, which nobody asked for \(ERR_UPGRADED\)/,
  ],
  [
    'floods with headers',
    instead(floods('HTTP/1.1 200 OK\r\n', `X: ${'x'.repeat(1000)}\r\n`)),
    /does not speak HTTP \(HPE_HEADER_OVERFLOW\)/,
  ],
  [
    'answers in gzip, which nobody asked for',
    instead(
      answer(
        '200 OK',
        '\u001f\u008b\b'.repeat(99),
        'Content-Type: application/json\r\nContent-Encoding: gzip\r\n',
      ),
    ),
    /sends broken JSON/,
  ],
  [
    'answers 401 for ever, in words for a terminal',
    json({ kind: 'Status', message: hostile, reason: hostile, code: 401 }, 401),
    /does not accept the credentials/,
  ],
  [
    'answers 500 in words for a terminal',
    json({ kind: 'Status', message: hostile.repeat(50) }, 500),
    /answers 500/,
  ],
  ['answers of a kind for a terminal', json({ kind: hostile, apiVersion: hostile }), /answers with kind/],
];
for (const [fault, listener, expected] of servers) {
  test(`an API server that ${fault} is one sentence, whatever is asked`, t =>
    survives({ who: 'plugin', fault: `an API server ${fault}` }, async () => {
      const { url } = await fakeServer(t, listener);
      const config = kubeconfig(t, { server: url }, { token });
      for (const command of commands) {
        const { code, out, err } = await invoke(`${command} --kubeconfig ${config}`);
        t.true(code === 3 || (command === 'doctor' && code === 1), `${command}: ${code} ${out} ${err}`);
        t.notRegex(out + err, raw, command);
        t.false((out + err).includes(token));
        if (command !== 'doctor') t.regex(err, expected);
      }
    }));
}

test('an API server whose objects are words for a terminal: tables and JSON hold none raw', t =>
  survives({ who: 'plugin', fault: 'an API server sends names and messages for a terminal' }, async () => {
    const node = {
      ...seiNode(hostile),
      metadata: {
        name: hostile,
        namespace: hostile,
        labels: { [hostile]: hostile },
        annotations: { a: hostile },
      },
      spec: { chainId: hostile, image: hostile, fullNode: {}, sidecar: { tls: { secretName: hostile } } },
      status: {
        phase: hostile,
        conditions: [{ type: hostile, status: 'False', reason: hostile, message: hostile }],
        plan: {
          id: hostile,
          phase: hostile,
          tasks: [{ id: hostile, type: hostile, status: hostile, error: hostile }],
        },
      },
    };
    const { url } = await fakeServer(
      t,
      withoutNetwork(json(nodeList([node, { ...node, metadata: { ...node.metadata, name: 'a' } }]))),
    );
    const config = kubeconfig(t, { server: url });
    for (const command of [
      'list -A',
      'list -A -o json',
      'list -A -o yaml',
      'inspect a',
      'inspect a -o json',
      'policy check -A',
      'policy check -A -o json',
      'tls check -A',
      'doctor',
      'doctor -o json',
    ]) {
      const { out, err } = await invoke(`${command} --kubeconfig ${config}`);
      t.notRegex(out + err, raw, command);
      if (command.endsWith('json') && out !== '') t.notThrows(() => JSON.parse(out), command);
      t.notRegex(err, /should not happen|\n {4}at /, command);
    }
  }));

test('a list without an end ends, its memory flat', t =>
  survives({ who: 'plugin', fault: 'an API server gives a list without an end' }, async () => {
    let page = 0;
    const { url } = await fakeServer(t, (request, response) => {
      page += 1;
      json(nodeList([], { continue: String(page) }))(request, response);
    });
    const asked = client(t, kubeconfig(t, { server: url }));
    await t.throwsAsync(listAll(asked, { resource: seiNodes }), {
      message: /gives a list of seinodes without an end$/,
    });
    t.is(page, 2_001);
  }));

test('a watch with one line that has no end is broken off, and asked for anew', t =>
  survives({ who: 'plugin', fault: 'an API server sends a watch event without an end' }, async () => {
    const flood = (response: ServerResponse) => {
      const more = () => {
        while (!response.destroyed && response.write('x'.repeat(1_000_000)));
      };
      response
        .writeHead(200)
        .on('drain', more)
        .on('error', () => {});
      more();
    };
    const { url } = await fakeServer(t, (request, response) =>
      request.url?.includes('watch=1') ? flood(response as never) : json(nodeList([]))(request, response),
    );
    const over = new AbortController();
    const lost: string[] = [];
    const watch = watchAll(client(t, kubeconfig(t, { server: url })), seiNodes, undefined, {
      query: {},
      signal: over.signal,
      wait: async () => {},
      random: () => 0,
      now: Date.now,
      lost: error => {
        lost.push(error.message);
        over.abort();
      },
    });
    const kinds: string[] = [];
    for await (const { type } of watch) kinds.push(type);
    t.deepEqual(kinds, ['listed']);
    t.regex(lost[0] ?? '', /sends broken JSON$/);
  }));

const sidecars: readonly [fault: string, Manners, RegExp][] = [
  [
    'repeats the token',
    answer('500 No', JSON.stringify({ error: `who is Bearer ${token}?` })),
    /answers 500 \(who is Bearer \[token\]\?\)/,
  ],
  ['repeats the token in a list', answer('403 No', token), /answers 403.*\(\[token\]\)/],
  [
    'floods',
    floods('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', `10000\r\n${'x'.repeat(65_536)}\r\n`),
    /\(EFBIG\)/,
  ],
  ['drips', drips('HTTP/1.1 200 OK\r\n\r\n', ' '), /\((ETIMEDOUT|ECONNRESET)\)/],
  [
    'changes to another protocol',
    says('HTTP/1.1 101 Go\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n'),
    /answers 101/,
  ],
  ['redirects', answer('307 Go', '', 'Location: http://169.254.169.254/\r\n'), /redirects are not followed/],
  ['answers in words for a terminal', answer('500 No', JSON.stringify({ error: hostile })), /answers 500/],
];
for (const [fault, manners, expected] of sidecars) {
  test(`tls verify --as-sa: a sidecar that ${fault} is one sentence without the token`, t =>
    survives({ who: 'plugin', fault: `a sidecar ${fault} as tls verify asks it for tasks` }, async () => {
      const said = await verified(t, manners);
      t.regex(said, expected);
      t.notRegex(said, raw);
      t.false(said.includes(token));
    }));
}

/** What is said of an answer to `GET /v0/tasks` over a verified connection. */
async function verified(t: ExecutionContext, manners: Manners): Promise<string> {
  const { url } = await fakeServer(t, json({ kind: 'TokenRequest', status: { token } }, 201));
  const { port } = await rudeTLS(t, fixturePair('rsa'), manners);
  const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false });
  t.teardown(() => socket.destroy());
  await once(socket, 'secureConnect');
  const asked = askTasks(
    client(t, kubeconfig(t, { server: url })),
    socket,
    { node: 'a/n0', host: 'n0' },
    { namespace: 'a', name: 'b' },
  );
  return asked.then(
    ({ message }) => message,
    ({ message }) => message,
  );
}
