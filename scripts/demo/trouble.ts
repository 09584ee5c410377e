/** The middle chapters: failures, and how Aura handles them. */
import assert from 'node:assert/strict';
import { labelNames } from '../../reconciler/core/fleet/observed.ts';
import { reportText } from '../../reconciler/core/status/report.ts';
import type { Cast } from './everyday.ts';
import {
  committed,
  fileOnMain,
  hour,
  indented,
  lastOf,
  reconcileExpecting,
  until,
} from './scene.ts';
import type { Customer, Stage } from './stage.ts';
import { conditionOf, findServer, github, hetzner, serverOf, servers } from './world-view.ts';

export async function killedInTheMiddle(stage: Stage): Promise<Customer> {
  const { narrator, cloud } = stage;
  narrator.chapter('A run is cancelled in the middle of a create');
  const cleo = await stage.pay('Cleo', 'starter', 'eu-central');
  await until('Cleo’s server appears', async () => (await findServer(stage, cleo)) !== null);
  const { runs } = cloud.world.github.actions();
  const run = runs.find((one) => one.workflow === 'reconcile.yml' && one.conclusion === null);
  assert.ok(run !== undefined, 'the run that creates it is in progress');
  await github(stage, 'POST', `/actions/runs/${run.id}/cancel`);
  await until('the run has ended', async () => run.conclusion !== null);
  const locks = (await cloud.world.s3.keys()).filter((key) => key.endsWith('.tflock'));
  assert.deepEqual(locks, []);
  narrator.say('Cleo’s server exists; the run is asked to end, and leaves no lock.');
  await until('the server rests', async () => {
    const server = await findServer(stage, cleo);
    return server !== null && server.status === 'running';
  });
  const { id } = await serverOf(stage, cleo);
  await reconcileExpecting(stage, ['resume']);
  const server = await serverOf(stage, cleo);
  assert.deepEqual([server.id, server.status], [id, 'running']);
  narrator.say('The next run goes on with this server at once: Cleo’s agent runs on it.');
  return cleo;
}

export async function createReverted(stage: Stage, cleo: Customer): Promise<void> {
  const { narrator } = stage;
  narrator.chapter('The create of a third agent is reverted');
  const log = await stage.operator.git('log', '--format=%H', 'origin/main', '--', cleo.path);
  const commit = await stage.operator.revert(log.split('\n').at(-1) ?? '');
  narrator.say(`Commit ${commit.slice(0, 7)} removes Cleo's file. Nothing is destroyed by that.`);
  await reconcileExpecting(stage, ['power']);
  assert.match((await fileOnMain(stage, cleo.path)) ?? '', /^ +retired:/m);
  const subjects = await stage.operator.git('log', '-2', '--format=%h %s', 'origin/main');
  narrator.say(
    `The file is back, with a tombstone:\n${subjects.split('\n').map(indented).join('\n')}`,
  );
  narrator.say('The grace of an hour passes.');
  stage.advance(hour + 60);
  await reconcileExpecting(stage, ['retire']);
  assert.equal(await findServer(stage, cleo), null);
}

export async function seenByTerraformAlone(stage: Stage, { ben }: Cast): Promise<void> {
  const { narrator } = stage;
  narrator.chapter('A setting that no listing shows is changed by hand');
  const { id } = await serverOf(stage, ben);
  await hetzner(stage, 'POST', `/servers/${id}/actions/enable_backup`);
  narrator.say(`Backups of server ${id} are switched on by hand, at a fifth more a month.`);
  const { plan } = await stage.runByHand('drift.yml');
  const [doubt] = plan.deepChecks.filter(({ outcome }) => outcome === 'disagrees');
  assert.equal(doubt?.agent, ben.agent, reportText(plan));
  assert.deepEqual(plan.changes, []);
  narrator.say(`The deep check: ${doubt.details.at(-1)}. A person is alerted; nothing is changed.`);
  narrator.say(`His status shows it: ${await conditionOf(stage, ben, 'DeepCheck')}`);
  await hetzner(stage, 'POST', `/servers/${id}/actions/disable_backup`);
  await stage.runByHand('drift.yml');
  assert.equal(await conditionOf(stage, ben, 'DeepCheck'), null);
  narrator.say('They are switched off again, both readings agree, and the condition is gone.');
}

export async function onceTooMany(stage: Stage, { ada }: Cast): Promise<void> {
  const { narrator } = stage;
  narrator.chapter('One customer cancels, and a limit holds back one destruction too many');
  await stage.cancel(ada);
  await committed(stage, ada, 'state: ended');
  narrator.say('Ada cancels. The same commit ends access and sets the tombstone.');
  await reconcileExpecting(stage, ['power']);
  stage.advance(hour + 60);
  const { plan } = lastOf(await stage.reconcile());
  const [waits] = plan.deferred;
  assert.equal(plan.deferred.length, 1, reportText(plan));
  narrator.say(`Deferred: ${waits?.message}; it is allowed at ${waits?.freeAt}.`);
  const condition = await conditionOf(stage, ada, 'Deferred');
  assert.ok(condition !== null, 'what waits is visible in the status');
  narrator.say(`Her status shows it too: ${condition}`);
  for (let times = 0; times < 3 && (await findServer(stage, ada)) !== null; times += 1) {
    const { plan } = lastOf(await stage.reconcile());
    const free = Date.parse(plan.nextDueAt ?? '');
    if (plan.deferred.length === 0) continue;
    const seconds = Math.ceil((free - stage.cloud.world.clock.now()) / 1000) + 5;
    narrator.say(
      `The window is free again in ${(seconds / hour).toFixed(1)} hours; world time advances.`,
    );
    stage.advance(seconds);
  }
  assert.equal(await findServer(stage, ada), null, 'Ada’s server goes when the window is free');
  await stage.reconcile();
  assert.equal(await fileOnMain(stage, ada.path), null, 'her file is removed');
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
  const { plan } = lastOf(await stage.reconcile());
  assert.deepEqual(
    plan.orphans.map((orphan) => orphan.id),
    [id],
  );
  const [pull] = await github(stage, 'GET', '/pulls?state=open');
  const url = pull?.['html_url'];
  narrator.say(`It is left alone and proposed: ${plan.orphans[0]?.why}.\nPull request ${url}`);
  await decideOrphan(stage, `orphans/server-${id}.yaml`);
  await reconcileExpecting(stage, ['destroyOrphan']);
  assert.equal(
    (await servers(stage)).some((server) => String(server.id) === id),
    false,
  );
  const after = lastOf(await stage.reconcile());
  assert.deepEqual([after.plan.changes, after.plan.orphans], [[], []]);
  const left = await stage.operator.git('ls-tree', '-r', '--name-only', 'origin/main', 'orphans/');
  assert.equal(left, '', 'the executed decision is removed');
  narrator.say('The server is destroyed, and the applied decision is removed.');
}

async function decideOrphan(stage: Stage, path: string): Promise<void> {
  const { narrator, cloud } = stage;
  const [pull] = await github(stage, 'GET', '/pulls?state=open');
  assert.ok(pull !== undefined, 'a proposal is open');
  const head = String((pull['head'] as { ref: string }).ref);
  await stage.operator.editOn(head, path, (text) =>
    text.replace('decision: undecided', 'decision: destroy'),
  );
  const number = String(pull['number']);
  await github(stage, 'POST', `/pulls/${number}/reviews`, { event: 'APPROVE' });
  await github(stage, 'PUT', `/pulls/${number}/merge`, { merge_method: 'merge' });
  assert.ok(cloud.world.github.pulls().length > 0);
  narrator.say('An operator sets its decision to destroy, approves and merges.');
}
