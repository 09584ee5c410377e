/** The story, a chapter at a time. Each says what it expects of the world, and fails where it is not so. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { labelNames } from '../../reconciler/core/observed.ts';
import { changeLine, reportText } from '../../reconciler/core/report.ts';
import type { WholeTick } from '../../reconciler/whole-tick.ts';
import type { Customer, Stage } from './stage.ts';

const program = join(import.meta.dirname, '..', '..', 'reconciler', 'cli', 'aura.ts');
const hour = 3600;

/** What a customer sees of the reconciler's steps. */
const stepsShown: ReadonlyMap<string, string> = new Map([
  ['claim', 'queued'],
  ['vm', 'creating server'],
  ['configure', 'configuring'],
  ['join', 'joining network'],
  ['verify', 'one last look'],
]);

export type Cast = { readonly ada: Customer; readonly ben: Customer };

export async function twoCustomersPay(stage: Stage): Promise<Cast> {
  const { narrator } = stage;
  narrator.chapter('Two customers pay');
  const { deliveries } = stage.cloud.world.stripe;
  deliveries.hold();
  const ada = await stage.pay('Ada', 'starter', 'eu-central');
  const ben = await stage.pay('Ben', 'pro', 'us-east');
  narrator.say('Ada pays for starter in eu-central, Ben for pro in us-east.');
  let delivered = 0;
  await deliveries.release((events) => {
    const again = [...events].reverse();
    const all = [...again, ...events, ...again];
    delivered = all.length;
    return all;
  });
  narrator.say(`Stripe delivers ${delivered} signed events: each three times, and out of order.`);
  const log = await stage.operator.git('log', '--format=%h %s', 'origin/main');
  const commits = log.split('\n').filter((line) => / agt-/.test(line));
  assert.equal(commits.length, 2, `one commit an agent, not:\n${log}`);
  narrator.say(`Files are committed, one commit each:\n${commits.map(indented).join('\n')}`);
  return { ada, ben };
}

export async function theFirstTick(stage: Stage, { ada, ben }: Cast): Promise<void> {
  const { narrator } = stage;
  narrator.chapter('The tick plans two creates and carries them out');
  const names = new Map([ada, ben].map(({ agent, name }) => [agent as string, name]));
  const { plan, applied } = await stage.tick({
    onPlan: (made) => narrator.say(reportText(made)),
    onStep({ agent, step }) {
      const shown = stepsShown.get(step);
      if (shown !== undefined) narrator.say(`${names.get(agent)}'s agent: ${shown}`);
    },
  });
  assert.deepEqual(kinds(plan.changes), ['create', 'create']);
  assert.ok(
    applied.every((one) => one.outcome.kind === 'done'),
    JSON.stringify(applied),
  );
  for (const customer of [ada, ben]) await tellStatus(stage, customer, 'running');
}

/** What the customer's own link says, once it says so. */
async function tellStatus(stage: Stage, customer: Customer, phase: string): Promise<void> {
  let view = await stage.look(customer);
  await until(`${customer.name}'s link says ${phase}`, async () => {
    view = await stage.look(customer);
    return view['phase'] === phase;
  });
  const steps = view['steps'] as readonly { name: string; state: string }[];
  const done = steps.filter(({ state }) => state === 'done').map(({ name }) => name);
  stage.narrator.say(
    `${customer.name}'s link says ${phase} (${done.join(' → ')}): ${view['next']}`,
  );
}

export async function nothingToDo(stage: Stage): Promise<void> {
  const { narrator } = stage;
  narrator.chapter('A second tick finds nothing to do and writes nothing');
  const refs = () => stage.operator.git('ls-remote', '--heads', 'origin');
  const [before, world] = [await refs(), await serversText(stage)];
  const { plan } = await stage.tick();
  assert.deepEqual([plan.changes, plan.fleet], [[], 'none'], reportText(plan));
  const written = await stage.operator.git('log', '-2', '--patch', 'origin/status');
  assert.equal(await refs(), before, `a converged tick moves no branch:\n${written}`);
  assert.equal(await serversText(stage), world);
  narrator.say('No change is planned; both branches and the servers are as they were.');
}

export async function changedByHand(stage: Stage, { ben }: Cast): Promise<void> {
  const { narrator } = stage;
  narrator.chapter('Somebody changes a server by hand');
  const server = await serverOf(stage, ben);
  const { [labelNames.customer]: _gone, ...labels } = server.labels;
  await hetzner(stage, 'PUT', `/servers/${server.id}`, { labels: { ...labels, touched: 'yes' } });
  await hetzner(stage, 'POST', `/servers/${server.id}/actions/change_protection`, {
    delete: false,
    rebuild: false,
  });
  narrator.say(`A label of server ${server.id} is removed, and its protection is lifted.`);
  await tickThat(stage, ['repair']);
  const after = await serverOf(stage, ben);
  assert.ok(labelNames.customer in after.labels && after.protection.delete);
  narrator.say('The label and the protection are back.');
}

export async function stoppedAndStarted(stage: Stage, { ada }: Cast): Promise<void> {
  const { narrator } = stage;
  narrator.chapter('An operator stops an agent by a commit and starts it by reverting it');
  const commit = await stage.operator.edit(
    ada.path,
    (text) => text.replace('power: running', 'power: stopped'),
    `${ada.agent}: stopped for an inspection`,
  );
  narrator.say(`Commit ${commit.slice(0, 7)} sets power: stopped.`);
  await tickThat(stage, ['power']);
  assert.equal((await serverOf(stage, ada)).status, 'off');
  await tellStatus(stage, ada, 'stopped');
  await stage.operator.revert(commit);
  narrator.say('The commit is reverted.');
  await tickThat(stage, ['power']);
  assert.equal((await serverOf(stage, ada)).status, 'running');
}

export async function killedInTheMiddle(stage: Stage): Promise<Customer> {
  const { narrator, cloud } = stage;
  narrator.chapter('A process is killed in the middle of a create');
  const cleo = await stage.pay('Cleo', 'starter', 'eu-central');
  await committed(stage, cleo);
  const actions = cloud.world.github.actions();
  const run = actions.startRun('tick.yml', 'schedule');
  const env = { ...process.env, ...stage.env, GITHUB_RUN_ID: String(run) };
  const child = spawn(process.execPath, [program, 'tick'], {
    env,
    stdio: 'ignore',
    detached: true,
  });
  const ended = new Promise<string | null>((resolve) =>
    child.once('exit', (_code, signal) => resolve(signal)),
  );
  await until('Cleo’s server appears', async () => (await findServer(stage, cleo)) !== null);
  // With its children, as a machine that goes down would.
  if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  assert.equal(await ended, 'SIGKILL');
  actions.finishRun(run, 'failure');
  const locks = await cloud.world.s3.keys();
  narrator.say(
    `Cleo's server exists; the run is killed before it could say so. Locks left: ${locks.filter((key) => key.endsWith('.tflock')).length}.`,
  );
  await until('the server has settled', async () => {
    const server = await findServer(stage, cleo);
    return server !== null && server.status === 'running';
  });
  await tickThat(stage, ['rollback']);
  await tickThat(stage, ['create']);
  assert.equal((await serverOf(stage, cleo)).status, 'running');
  narrator.say('What was half made is gone, and Cleo’s agent runs.');
  return cleo;
}

export async function createReverted(stage: Stage, cleo: Customer): Promise<void> {
  const { narrator } = stage;
  narrator.chapter('The create of a third agent is reverted');
  const log = await stage.operator.git('log', '--format=%H', 'origin/main', '--', cleo.path);
  const commit = await stage.operator.revert(log.split('\n').at(-1) ?? '');
  narrator.say(`Commit ${commit.slice(0, 7)} removes Cleo's file. Nothing is destroyed by that.`);
  const { settled } = await stage.tick();
  assert.deepEqual(settled.restored, [cleo.agent]);
  const subjects = await stage.operator.git('log', '-2', '--format=%h %s', 'origin/main');
  narrator.say(
    `The file is back, with a tombstone:\n${subjects.split('\n').map(indented).join('\n')}`,
  );
  await tickThat(stage, ['power']);
  narrator.say('The grace of an hour passes.');
  stage.advance(hour + 60);
  await tickThat(stage, ['retire']);
  assert.equal(await findServer(stage, cleo), null);
}

export async function onceTooMany(stage: Stage, { ada }: Cast): Promise<void> {
  const { narrator } = stage;
  narrator.chapter('One customer cancels, and a limit refuses one destruction too many');
  await stage.cancel(ada);
  await committed(stage, ada, 'retired');
  narrator.say('Ada cancels. The same commit ends access and sets the tombstone.');
  await tickThat(stage, ['power']);
  stage.advance(hour + 60);
  const first = await stage.tick();
  assert.equal(first.plan.refused.length, 1, reportText(first.plan));
  narrator.say(`Refused: ${first.plan.refused[0]?.message}.`);
  narrator.say(`It stands in her status too: ${await conditionOf(stage, ada)}`);
  for (let waits = 0; waits < 3 && (await findServer(stage, ada)) !== null; waits += 1) {
    const { plan } = await stage.tick();
    const free = Date.parse(plan.nextDueAt ?? '');
    if (plan.refused.length === 0) continue;
    const seconds = Math.ceil((free - stage.cloud.world.clock.now()) / 1000) + 5;
    narrator.say(`The window is free again in ${(seconds / hour).toFixed(1)} hours; they pass.`);
    stage.advance(seconds);
  }
  assert.equal(await findServer(stage, ada), null, 'Ada’s server goes when the window is free');
  const { settled } = await stage.tick();
  assert.deepEqual(settled.removed, [ada.agent]);
  narrator.say('Her server is destroyed, nothing of it is left, and her file is removed.');
}

export async function strayServer(stage: Stage): Promise<void> {
  const { narrator } = stage;
  narrator.chapter('A stray server with our labels appears');
  const made = await hetzner(stage, 'POST', '/servers', {
    name: 'left-over',
    server_type: 'cpx12',
    image: 'debian-12',
    location: 'nbg1',
    labels: { [labelNames.fleet]: 'aura', [labelNames.agent]: 'agt-zzzzzzzzzzzz' },
  });
  const id = String((made['server'] as { id: number }).id);
  stage.advance(10 * 60);
  const { plan, settled } = await stage.tick();
  assert.deepEqual(
    plan.orphans.map((orphan) => orphan.id),
    [id],
  );
  const [url] = settled.proposals;
  narrator.say(`It is left alone and proposed: ${plan.orphans[0]?.why}.\nPull request ${url}`);
  await decideOrphan(stage, `orphans/server-${id}.yaml`);
  await tickThat(stage, ['destroyOrphan']);
  assert.equal(
    (await servers(stage)).some((server) => String(server.id) === id),
    false,
  );
  const after = await stage.tick();
  assert.deepEqual([after.plan.changes, after.plan.orphans], [[], []]);
  const left = await stage.operator.git('ls-tree', '-r', '--name-only', 'origin/main', 'orphans/');
  assert.equal(left, '', 'the executed decision is removed');
  narrator.say('The server is gone, and so is the decision that was carried out.');
}

export async function theLastCancel(stage: Stage, last: readonly Customer[]): Promise<void> {
  const { narrator } = stage;
  narrator.chapter('A day later the last customers cancel');
  stage.advance(25 * hour);
  for (const customer of last) {
    await stage.cancel(customer);
    await committed(stage, customer, 'state: ended');
  }
  await stage.tick();
  stage.advance(hour + 60);
  await tickThat(stage, ['retire']);
  await stage.tick();
  const files = await stage.operator.git('ls-tree', '-r', '--name-only', 'origin/main', 'agents/');
  assert.equal(files, 'agents/.gitkeep');
  narrator.say('Everything of theirs is gone, and so are their files.');
}

async function decideOrphan(stage: Stage, path: string): Promise<void> {
  const { narrator, cloud } = stage;
  const [pull] = await github(stage, 'olga', 'GET', '/pulls?state=open');
  assert.ok(pull !== undefined, 'a proposal is open');
  const head = String((pull['head'] as { ref: string }).ref);
  await stage.operator.editOn(head, path, (text) =>
    text.replace('decision: undecided', 'decision: destroy'),
  );
  const number = String(pull['number']);
  await github(stage, 'olga', 'POST', `/pulls/${number}/reviews`, { event: 'APPROVE' });
  await github(stage, 'olga', 'PUT', `/pulls/${number}/merge`, { merge_method: 'merge' });
  assert.ok(cloud.world.github.pulls().length > 0);
  narrator.say('An operator sets its decision to destroy, approves and merges.');
}

/** A tick whose changes are exactly these, all carried out. */
async function tickThat(stage: Stage, expected: readonly string[]): Promise<WholeTick> {
  const done = await stage.tick();
  assert.deepEqual(kinds(done.plan.changes), expected, reportText(done.plan));
  for (const change of done.plan.changes) stage.narrator.say(`Tick: ${changeLine(change)}`);
  const failed = done.applied.filter((one) => one.outcome.kind !== 'done');
  assert.deepEqual(failed, [], JSON.stringify(failed));
  return done;
}

const kinds = (changes: readonly { kind: string }[]) => changes.map(({ kind }) => kind).sort();
const indented = (line: string) => `    ${line}`;
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (let looks = 0; looks < 600; looks += 1) {
    if (await holds()) return;
    await pause(50);
  }
  throw new Error(`waited in vain until ${what}`);
}

/** Until the customer's file on main holds such a text. */
async function committed(stage: Stage, { path }: Customer, text = 'subscription'): Promise<void> {
  const { repository } = stage.cloud.world;
  await until(`${path} says ${text}`, async () => {
    const { code, stdout } = await repository.tryGit(['cat-file', 'blob', `main:${path}`]);
    return code === 0 && stdout.toString().includes(text);
  });
}

type Server = {
  readonly id: number;
  readonly name: string;
  readonly status: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly protection: { readonly delete: boolean };
};

async function servers(stage: Stage): Promise<readonly Server[]> {
  return (await hetzner(stage, 'GET', '/servers?per_page=50'))['servers'] as Server[];
}

async function findServer(stage: Stage, { agent }: Customer): Promise<Server | null> {
  return (await servers(stage)).find((server) => server.name === agent) ?? null;
}

async function serverOf(stage: Stage, customer: Customer): Promise<Server> {
  const server = await findServer(stage, customer);
  assert.ok(server !== null, `${customer.name} has a server`);
  return server;
}

async function serversText(stage: Stage): Promise<string> {
  return JSON.stringify(await servers(stage));
}

async function conditionOf(stage: Stage, { agent }: Customer): Promise<string> {
  const { records } = await stage.ports.journal.read();
  const record = records.find((one) => one.kind === 'valid' && one.id === agent);
  const conditions = record?.kind === 'valid' ? record.record.conditions : [];
  const refused = conditions.find((one) => one.type === 'Refused');
  assert.ok(refused !== undefined, 'a refusal is visible in the status');
  return `${refused.type}/${refused.reason}`;
}

async function hetzner(
  stage: Stage,
  method: string,
  path: string,
  body?: object,
): Promise<Record<string, unknown>> {
  const { env } = stage;
  const token = env['HCLOUD_TOKEN'] ?? '';
  return (await call(`${env['HCLOUD_ENDPOINT']}${path}`, { method, token, body })) as Record<
    string,
    unknown
  >;
}

async function github(
  stage: Stage,
  login: string,
  method: string,
  path: string,
  body?: object,
): Promise<readonly Record<string, unknown>[]> {
  const { env, cloud } = stage;
  const token = cloud.world.github.tokenOfPerson(login);
  const url = `${env['GITHUB_API_URL']}/repos/${env['GITHUB_REPOSITORY']}${path}`;
  const answer = await call(url, { method, token, body });
  return Array.isArray(answer) ? answer : [answer as Record<string, unknown>];
}

async function call(
  url: string,
  request: { method: string; token: string; body?: object | undefined },
): Promise<unknown> {
  const answer = await fetch(url, {
    method: request.method,
    headers: {
      authorization: `Bearer ${request.token}`,
      'content-type': 'application/json',
    },
    ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
  });
  const text = await answer.text();
  assert.ok(answer.ok, `${request.method} ${url}: ${answer.status} ${text}`);
  return text === '' ? {} : JSON.parse(text);
}
