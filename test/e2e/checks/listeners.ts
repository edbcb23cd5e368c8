import assert from 'node:assert/strict';
import { addressOf, securedURL, tasksOf } from '../node.ts';
import type { Question } from '../probe/question.ts';
import { ask, type Probe, submitter } from '../probes.ts';
import { plain, type Run, secured } from '../run.ts';

const tasks = `${securedURL}/v0/tasks`;
const forged = ['X-Remote-User', 'system:admin', 'x-REMOTE-user', 'root'];
const markReady = { method: 'POST', body: JSON.stringify({ type: 'mark-ready' }) };

/** What each port answers to whom, while no NetworkPolicy has a say. */
export async function checkListeners(run: Run): Promise<void> {
  const { check } = run;
  await check(
    '8443 answers 401 without a token, to one that nobody issued, and to a forged X-Remote-User',
    async () => {
      await statusIs(run, 'controller', { url: tasks }, 401);
      await statusIs(run, 'controller', { url: tasks, headers: ['authorization', 'Bearer made-up'] }, 401);
      await statusIs(run, 'controller', { url: tasks, headers: forged }, 401);
    },
  );
  await check(
    '8443 answers 403 to a ServiceAccount without the right, a forged X-Remote-User or none',
    async () => {
      await statusIs(run, 'stranger', { url: tasks, token: true }, 403);
      await statusIs(run, 'stranger', { url: tasks, token: true, headers: forged }, 403);
    },
  );
  await check('8443 answers who has the right, and X-Remote-User tells the sidecar who it is', () =>
    isTold(run, {}),
  );
  await check('an X-Remote-User that the client forges is replaced', () => isTold(run, { headers: forged }));
  await check(
    '8443 has no health and no metrics: 401 without a token, 403 without the right, 404 with it',
    () => serveTasksAlone(run),
  );
  await check('9100 answers health and metrics to anybody, and tasks to nobody', () => servesHealth(run));
  await check('under TLS 7777 is refused at the address of the pod', async () => {
    const url = `http://${await addressOf(run.kubectl, secured)}:7777/v0/tasks`;
    assert.deepEqual(await ask(run, 'controller', { url }), { fault: 'ECONNREFUSED' });
  });
  await check('without TLS 7777 answers plain tasks, and nobody answers on 8443', () => servesPlainly(run));
}

async function statusIs(run: Run, probe: Probe, question: Question, wanted: number): Promise<void> {
  const { status, fault } = await ask(run, probe, question);
  const { method = 'GET', url, token } = question;
  const by = `${probe}${token ? ' with its token' : ''}`;
  assert.ok(status === wanted, `${method} ${url} by ${by}: ${status ?? fault}, not ${wanted}`);
}

async function isTold(run: Run, more: Partial<Question>): Promise<string> {
  const { status, text = '' } = await ask(run, 'controller', {
    url: tasks,
    token: true,
    ...markReady,
    ...more,
  });
  assert.ok(status === 201, `POST by who has the right: ${status} ${text}`);
  const { id } = JSON.parse(text);
  const task = (await tasksOf(run.kubectl, secured)).findLast(each => each.id === id);
  assert.equal(task?.user, submitter('controller'));
  await statusIs(
    run,
    'controller',
    { url: tasks, token: true, ...(more.headers && { headers: more.headers }) },
    200,
  );
  return task.user;
}

async function serveTasksAlone(run: Run): Promise<undefined> {
  for (const path of ['/v0/metrics', '/v0/healthz', '/v0/livez', '/metrics']) {
    const url = securedURL + path;
    await statusIs(run, 'controller', { url }, 401);
    await statusIs(run, 'stranger', { url, token: true }, 403);
    await statusIs(run, 'controller', { url, token: true }, 404);
  }
  return undefined;
}

async function servesHealth(run: Run): Promise<undefined> {
  const base = `http://${await addressOf(run.kubectl, secured)}:9100/v0`;
  for (const path of ['healthz', 'livez', 'startupz', 'metrics']) {
    await statusIs(run, 'elsewhere', { url: `${base}/${path}` }, 200);
  }
  await statusIs(run, 'controller', { url: `${base}/tasks`, token: true }, 404);
  await statusIs(run, 'controller', { url: `${base}/tasks`, token: true, ...markReady }, 404);
  return undefined;
}

async function servesPlainly(run: Run): Promise<undefined> {
  const base = `http://${await addressOf(run.kubectl, plain)}`;
  await statusIs(run, 'elsewhere', { url: `${base}:7777/v0/tasks` }, 200);
  await statusIs(run, 'elsewhere', { url: `${base}:7777/v0/healthz` }, 404);
  assert.deepEqual(await ask(run, 'elsewhere', { url: `${base}:8443/v0/tasks` }), { fault: 'ECONNREFUSED' });
  return undefined;
}
