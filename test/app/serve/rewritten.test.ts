/** A running service whose `main` is moved back, and repaired as the runbook describes. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createService } from '../../../reconciler/app/serve/server.ts';
import { agentPath } from '../../../reconciler/core/agent/agent.ts';
import { intakeAlarms } from '../../../reconciler/core/alarms/intake-alarms.ts';
import { createCommands } from '../../../reconciler/flows/commands/commands.ts';
import { followRewritten } from '../../../reconciler/flows/shared/rewritten-branch.ts';
import { serviceConfig } from '../../builders/service-config.ts';
import { idNo, nowMs } from '../../builders/world.ts';
import { bringUp, edit, fileText, recordOf, writeRecord } from '../../fakes/agents.ts';
import { oidOf } from '../../fakes/git.ts';
import { createFakeWorld, type FakeWorld } from '../../fakes/world.ts';

/** Two agents that run, and a service that has read their files. */
async function started() {
  const world = createFakeWorld();
  bringUp(world, 1);
  bringUp(world, 2);
  const { ports } = world;
  const service = createService({ ports, planning: null, config: serviceConfig, log: ports.log });
  const { app, intake } = service;
  let events = 0;
  const deliver = async () => {
    events += 1;
    const event = {
      id: `evt_${events}`,
      type: 'customer.subscription.updated',
      account: null,
      livemode: false,
      created: Math.floor(world.time.now() / 1000),
      subscriptionIds: ['sub_Test1'],
      charge: null,
      customer: 'cus_Test1',
    };
    const headers = { 'content-type': 'application/json', 'stripe-signature': 'valid' };
    const payload = JSON.stringify(event);
    const answer = await app.inject({ method: 'POST', url: '/webhooks/stripe', headers, payload });
    return answer.statusCode;
  };
  const ready = async () => {
    const answer = await app.inject({ url: '/readyz' });
    return [answer.statusCode, answer.json().checks];
  };
  const alarms = () => intakeAlarms(intake.troubles(), world.time.now());
  assert.equal(await deliver(), 200);
  observe(world, 1);
  return { world, app, deliver, ready, alarms };
}
/** The record that the next reconcile run writes for an agent whose file changed. */
function observe(world: FakeWorld, n: number): void {
  const record = recordOf(world, n) ?? assert.fail(`no record ${n}`);
  writeRecord(world, { ...record, observedOid: oidOf(fileText(world, n) ?? '') });
}

type Started = Awaited<ReturnType<typeof started>>;

/** Main goes back to before the second agent's file was written last. */
function moveBack({ world }: Started): { readonly path: string; readonly text: string } {
  const path = agentPath(idNo(2));
  const text = fileText(world, 2) ?? '';
  world.git.rewind('main', world.git.history('main').length - 1);
  assert.equal(fileText(world, 2), null);
  return { path, text };
}

const later = ({ world }: Started) => world.advance(61_000);

describe('B7: main was moved back', () => {
  it('nothing is handled; the service raises an alarm and is not ready, and alive anyway', async () => {
    const service = await started();
    moveBack(service);
    assert.equal(await service.deliver(), 503);
    assert.deepEqual(service.alarms(), []);
    later(service);
    assert.equal(await service.deliver(), 503);
    const [alarm, ...more] = service.alarms();
    assert.deepEqual([alarm?.kind, alarm?.severity, more], ['IntakeStalled', 'page', []]);
    assert.equal(alarm?.since?.slice(0, 19), new Date(nowMs).toISOString().slice(0, 19));
    assert.match(alarm?.message ?? '', /handled for 1 min: BranchRewritten/);
    // Without the policy there is nothing to compare the Stripe account with.
    const failing = { repository: 'failing', stripe: 'failing', intake: 'failing' };
    assert.deepEqual(await service.ready(), [503, failing]);
    assert.equal((await service.app.inject({ url: '/healthz' })).statusCode, 200);
  });

  it('and restored by a new commit: the service continues by itself', async () => {
    const service = await started();
    const { world } = service;
    const { path, text } = moveBack(service);
    assert.equal(await service.deliver(), 503);
    later(service);
    const own = agentPath(idNo(1));
    world.git.commit('brings the files back', { [path]: text, [own]: fileOf(service, 1) });
    assert.equal(await service.deliver(), 200);
    assert.deepEqual(service.alarms(), []);
    const well = { repository: 'ok', stripe: 'ok', intake: 'ok' };
    assert.deepEqual(await service.ready(), [200, well]);
    const said = world.logs.filter(({ message }) =>
      message.startsWith('a rewritten branch was accepted'),
    );
    assert.equal(said.length, 1);
  });

  it('and restored, with a file that no run has seen yet: after the next run', async () => {
    const service = await started();
    const { world } = service;
    const texts = [1, 2].map((n) => [agentPath(idNo(n)), fileOf(service, n)] as const);
    moveBack(service);
    world.git.commit('brings them back', Object.fromEntries(texts));
    edit(world, 2, { power: 'stopped' });
    later(service);
    assert.equal(await service.deliver(), 503);
    observe(world, 2);
    later(service);
    assert.equal(await service.deliver(), 200);
  });

  it('and restored in part: it is not followed', async () => {
    const service = await started();
    const { path, text } = moveBack(service);
    service.world.git.commit('one of two', { [path]: text });
    later(service);
    assert.equal(await service.deliver(), 503);
    service.world.git.commit('and an older text', { [agentPath(idNo(1))]: text });
    later(service);
    assert.equal(await service.deliver(), 503);
  });

  it('and an existing stop is lifted: a person has confirmed the branch', async () => {
    const service = await started();
    const { world } = service;
    const { path, text } = moveBack(service);
    world.git.halt('main was rewritten');
    later(service);
    assert.equal(await service.deliver(), 503);
    world.git.commit('another text than before', { [path]: `${text}# restored by hand\n` });
    later(service);
    assert.equal(await service.deliver(), 503, 'the stop still stands');
    world.git.resume();
    later(service);
    assert.equal(await service.deliver(), 200);
  });

  it('and a push detects it: decided again on the content of main now', async () => {
    const service = await started();
    const { world } = service;
    const texts = [1, 2].map((n) => [agentPath(idNo(n)), fileOf(service, n)] as const);
    moveBack(service);
    world.git.commit('brings the files back', Object.fromEntries(texts));
    world.stripe.subscriptions.set('sub_Test1', {
      ...(world.stripe.subscriptions.get('sub_Test1') ?? assert.fail()),
      cancelAt: nowMs / 1000 + 864_000,
    });
    later(service);
    assert.equal(await service.deliver(), 200);
    assert.match(fileText(world, 1) ?? '', /until: /);
  });

  it('and status too: both are followed', async () => {
    const service = await started();
    const { world } = service;
    const texts = [1, 2].map((n) => [agentPath(idNo(n)), fileOf(service, n)] as const);
    const records = [1, 2].map((n) => {
      const path = agentPath(idNo(n));
      return [path, world.git.text(path, 'status') ?? ''] as const;
    });
    await world.ports.state.fetch('status');
    moveBack(service);
    world.git.rewind('status', 2);
    const edits = Object.fromEntries(records);
    world.git.add('status', { subject: 'from the bundle', edits });
    world.git.commit('brings the files back', Object.fromEntries(texts));
    later(service);
    assert.equal(await service.deliver(), 200);
    await world.ports.state.fetch('status');
  });

  it('and with it the commit of a request: the request was not carried out', async () => {
    const { world } = await started();
    const { ports } = world;
    const state = followRewritten(ports);
    const commands = createCommands({ ...ports, state });
    const command = { command: 'stop', reason: null } as const;
    const ask = { agent: idNo(1), command, by: 'the platform', request: 'req-1' };
    assert.equal((await commands.carryOut(ask)).kind, 'committed');
    const known = await commands.carryOut(ask);
    assert.ok(known.kind === 'committed' && known.repeated);
    world.git.rewind('main', 1);
    world.git.commit('another history', { 'NOTES.md': 'x' });
    const again = await commands.carryOut(ask);
    assert.ok(again.kind === 'committed' && !again.repeated);
    assert.match(fileText(world, 1) ?? '', /power: stopped/);
  });
});

function fileOf({ world }: Started, n: number): string {
  const path = agentPath(idNo(n));
  const onMain = world.git.made.filter(({ branch }) => branch === 'main');
  const commit = onMain.findLast((one) => one.commit.tree.has(path))?.commit;
  return commit?.tree.get(path) ?? assert.fail(`no file ${n}`);
}
