/** The first chapters: what happens every day. */
import assert from 'node:assert/strict';
import type { Run } from '../../local-cloud/github/actions-records.ts';
import { labelNames } from '../../reconciler/core/fleet/observed.ts';
import { reportText } from '../../reconciler/core/status/report.ts';
import {
  changesOf,
  indented,
  kinds,
  minute,
  reconcileExpecting,
  tellHealth,
  tellMails,
  tellStatus,
} from './scene.ts';
import type { Customer, Stage } from './stage.ts';
import { hetzner, serverOf, serversText } from './world-view.ts';

/** What a customer sees of the reconciler's steps. */
const stepsShown: ReadonlyMap<string, string> = new Map([
  ['lease', 'queued'],
  ['vm', 'creating server'],
  ['configure', 'configuring'],
  ['join', 'joining network'],
  ['verify', 'verifying'],
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

export async function theFirstRun(stage: Stage, { ada, ben }: Cast): Promise<void> {
  const { narrator } = stage;
  narrator.chapter('GitHub Actions plan two creates and carry them out');
  const runs = await stage.reconcile();
  assert.deepEqual(kinds(changesOf(runs)), ['create', 'create']);
  const names = new Map([ada, ben].map(({ agent, name }) => [agent as string, name]));
  const [first] = runs.filter(({ plan }) => plan.changes.length > 0);
  assert.ok(first !== undefined);
  narrator.say(reportText(first.plan));
  const jobs = first.run.jobs.filter(({ conclusion }) => conclusion !== 'skipped');
  narrator.say(`A push started the run. Its jobs: ${jobs.map(({ name }) => name).join(', ')}.`);
  for (const { agent, step } of runs.flatMap(({ run }) => stepsIn(run))) {
    const shown = stepsShown.get(step);
    if (shown !== undefined) narrator.say(`${names.get(agent)}'s agent: ${shown}`);
  }
  for (const customer of [ada, ben]) await tellStatus(stage, customer, 'running');
  tellMails(stage);
}

/** The steps that the shards printed. */
function stepsIn({ jobs }: Run): readonly { readonly agent: string; readonly step: string }[] {
  return jobs
    .flatMap(({ lines }) => lines)
    .flatMap((line) => {
      const [, agent = '', step = ''] = /^\S+ (agt-\w+) create: (\w+)$/.exec(line) ?? [];
      return step === '' ? [] : [{ agent, step }];
    });
}

export async function nothingToDo(stage: Stage): Promise<void> {
  const { narrator } = stage;
  narrator.chapter('A second run finds nothing to do and writes nothing');
  const refs = () => stage.operator.git('ls-remote', '--heads', 'origin');
  const [before, world] = [await refs(), await serversText(stage)];
  const [ran, ...more] = await stage.reconcile();
  assert.ok(ran !== undefined && more.length === 0, 'one run');
  const { plan } = ran;
  assert.deepEqual([plan.changes, plan.fleet], [[], 'none'], reportText(plan));
  const written = await stage.operator.git('log', '-2', '--patch', 'origin/status');
  assert.equal(await refs(), before, `a converged run moves no branch:\n${written}`);
  assert.equal(await serversText(stage), world);
  narrator.say('No change is planned; both branches and the servers are as they were.');
}

export async function changedByHand(stage: Stage, { ada, ben }: Cast): Promise<void> {
  const { narrator, beats } = stage;
  narrator.chapter('Servers are changed by hand');
  if (beats) await tellHealth(stage, ada, 'healthy');
  const server = await serverOf(stage, ben);
  const { [labelNames.customer]: _gone, ...labels } = server.labels;
  await hetzner(stage, 'PUT', `/servers/${server.id}`, { labels: { ...labels, touched: 'yes' } });
  await hetzner(stage, 'POST', `/servers/${server.id}/actions/change_protection`, {
    delete: false,
    rebuild: false,
  });
  narrator.say(`A label of server ${server.id} is removed, and its protection is lifted.`);
  const off = await serverOf(stage, ada);
  await hetzner(stage, 'POST', `/servers/${off.id}/actions/poweroff`);
  narrator.say(`Server ${off.id} is switched off, and sends no heartbeats for four minutes.`);
  if (beats) {
    stage.advance(4 * minute);
    await tellHealth(stage, ada, 'unhealthy');
  }
  await reconcileExpecting(stage, ['power', 'repair']);
  if (beats) await tellHealth(stage, ada, 'healthy');
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
  await reconcileExpecting(stage, ['power']);
  assert.equal((await serverOf(stage, ada)).status, 'off');
  await tellStatus(stage, ada, 'stopped');
  await stage.operator.revert(commit);
  narrator.say('The commit is reverted.');
  await reconcileExpecting(stage, ['power']);
  assert.equal((await serverOf(stage, ada)).status, 'running');
}
