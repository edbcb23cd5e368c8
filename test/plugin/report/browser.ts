import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import type { ExecutionContext } from 'ava';
import { temporaryDirectory } from '../../directory.ts';

type Fields = Record<string, unknown>;

/** What a page did that a report never does: a request that is no file, a word on the console, a breach of its policy. */
export type Page = {
  readonly offences: string[];
  /** Asks the browser (Chrome DevTools Protocol). */
  readonly ask: (method: string, parameters?: Fields) => Promise<Fields>;
  /** The value of an expression in the page. */
  readonly value: <T>(expression: string) => Promise<T>;
  /** Presses a key and lets it go. */
  readonly press: (key: string) => Promise<void>;
};

const names = ['chromium', 'chromium-browser', 'google-chrome', 'chrome'];

/** Where there is a browser on this machine. */
export const chromium = [process.env.CHROMIUM ?? '', ...names].find(
  name => name !== '' && spawnSync(name, ['--version']).status === 0,
);

/** Opens a file in a browser of its own, which ends with the test. @param scripts whether those of the page run. */
export async function open(t: ExecutionContext, file: string, scripts = true): Promise<Page> {
  const flags = [
    '--headless',
    '--disable-gpu',
    '--remote-debugging-pipe',
    '--hide-scrollbars',
    '--no-first-run',
  ];
  // A browser refuses its sandbox to root, as whom tests run in containers; it is shown our own page alone.
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const profile = `--user-data-dir=${temporaryDirectory('chromium')}`;
  const browser = spawn(chromium ?? '', [...flags, ...sandbox, profile], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
  });
  t.teardown(async () => {
    const gone = new Promise(resolve => browser.once('exit', resolve));
    if (browser.exitCode === null && browser.kill('SIGKILL')) await gone;
  });
  const { ask, listen } = conversation(browser);
  const { targetId } = await ask('Target.createTarget', { url: 'about:blank' });
  const { sessionId } = await ask('Target.attachToTarget', { targetId, flatten: true });
  const offences: string[] = [];
  const loaded = Promise.withResolvers<void>();
  listen((method, parameters) => {
    const offence = offenceIn(method, parameters);
    if (offence !== undefined) offences.push(offence);
    if (method === 'Page.loadEventFired') loaded.resolve();
  });
  const asked = (method: string, parameters: Fields = {}) => ask(method, parameters, sessionId as string);
  for (const domain of ['Page', 'Runtime', 'Network', 'Log', 'Audits']) await asked(`${domain}.enable`);
  if (!scripts) await asked('Emulation.setScriptExecutionDisabled', { value: true });
  await asked('Page.navigate', { url: `file://${file}` });
  await loaded.promise;
  const press = async (key: string) => {
    const text = key.length === 1 ? key : key === 'Enter' ? '\r' : undefined;
    const codes: Record<string, number> = { Enter: 13, Tab: 9, Escape: 27 };
    const code = codes[key] ?? key.toUpperCase().charCodeAt(0);
    const common = { key, windowsVirtualKeyCode: code };
    await asked('Input.dispatchKeyEvent', { type: 'keyDown', ...common, ...(text && { text }) });
    await asked('Input.dispatchKeyEvent', { type: 'keyUp', ...common });
  };
  return { offences, ask: asked, press, value: expression => evaluated(asked, expression) };
}

async function evaluated<T>(ask: Page['ask'], expression: string): Promise<T> {
  const answer = await ask('Runtime.evaluate', { expression, returnByValue: true, awaitPromise: true });
  if (answer.exceptionDetails) throw new Error(JSON.stringify(answer.exceptionDetails));
  return (answer.result as { value: T }).value;
}

function offenceIn(method: string, parameters: Fields): string | undefined {
  const url = (parameters.request as { url?: string } | undefined)?.url ?? '';
  if (method === 'Network.requestWillBeSent' && !/^(file|about):/.test(url)) return url;
  const told = ['Runtime.consoleAPICalled', 'Runtime.exceptionThrown', 'Log.entryAdded', 'Audits.issueAdded'];
  return told.includes(method) ? JSON.stringify(parameters) : undefined;
}

/** Messages are JSON, each with a NUL after it, on the browser's descriptors 3 and 4. */
function conversation(browser: ChildProcess) {
  const [, , , input, output] = browser.stdio as unknown as [null, null, null, Writable, Readable];
  const waiting = new Map<number, PromiseWithResolvers<Fields>>();
  const listeners: ((method: string, parameters: Fields) => void)[] = [];
  let rest = '';
  output.setEncoding('utf8').on('data', (text: string) => {
    const messages = (rest + text).split('\0');
    rest = messages.pop() ?? '';
    for (const message of messages) take(JSON.parse(message));
  });
  function take({ id, result, error, method, params }: Fields): void {
    if (typeof method === 'string') for (const listen of listeners) listen(method, params as Fields);
    const asked = waiting.get(id as number);
    if (error) asked?.reject(new Error(JSON.stringify(error)));
    else asked?.resolve(result as Fields);
  }
  browser.once('exit', () => {
    for (const { reject } of waiting.values()) reject(new Error('the browser has ended'));
  });
  let last = 0;
  const ask = (method: string, params: Fields, sessionId?: string): Promise<Fields> => {
    last += 1;
    const answer = Promise.withResolvers<Fields>();
    waiting.set(last, answer);
    input.write(`${JSON.stringify({ id: last, method, params, ...(sessionId && { sessionId }) })}\0`);
    return answer.promise;
  };
  return { ask, listen: (listener: (typeof listeners)[number]) => listeners.push(listener) };
}
