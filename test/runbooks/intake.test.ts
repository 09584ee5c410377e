/** Runbooks about Stripe's events, over a service in this process: each from its alarm to the end. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createService } from '../../reconciler/app/serve/server.ts';
import { agentPath } from '../../reconciler/core/agent/agent.ts';
import { intakeAlarms } from '../../reconciler/core/alarms/intake-alarms.ts';
import { resync } from '../../reconciler/flows/resync/resync.ts';
import { serviceConfig } from '../builders/service-config.ts';
import { idNo } from '../builders/world.ts';
import { bringUp, fileText } from '../fakes/agents.ts';
import { createFakeWorld } from '../fakes/world.ts';
import { openRunbook } from './runbook.ts';

const minuteMs = 60_000;

function started() {
  const world = createFakeWorld();
  for (const n of [1, 2]) bringUp(world, n);
  const { ports } = world;
  const { app, intake } = createService({
    ports,
    planning: null,
    config: serviceConfig,
    log: ports.log,
  });
  const born = Math.floor(world.time.now() / 1000);
  return {
    world,
    async deliver(id: string, part: object = {}) {
      const event = {
        id,
        type: 'customer.subscription.updated',
        account: null,
        livemode: false,
        created: born,
        subscriptionIds: ['sub_Test1'],
        charge: null,
        customer: 'cus_Test1',
        ...part,
      };
      const headers = { 'content-type': 'application/json', 'stripe-signature': 'valid' };
      const payload = JSON.stringify(event);
      return (await app.inject({ method: 'POST', url: '/webhooks/stripe', headers, payload }))
        .statusCode;
    },
    async ready() {
      const answer = await app.inject({ url: '/readyz' });
      return answer.json().checks as Record<string, string>;
    },
    alarms: () => intakeAlarms(intake.troubles(), world.time.now()).map(({ kind }) => kind),
    resync: () => resync(ports),
  };
}

describe('runbooks about intake', () => {
  test('no event of Stripe’s is handled', async () => {
    const book = openRunbook('intake-stalled.md');
    const service = started();
    const { world, deliver, alarms } = service;
    assert.equal(await deliver('evt_0'), 200);
    const texts = Object.fromEntries(
      [1, 2].map((n) => [agentPath(idNo(n)), fileText(world, n) ?? ''] as const),
    );
    world.git.rewind('main', world.git.history('main').length - 1);
    assert.equal(await deliver('evt_1'), 503);
    world.advance(2 * minuteMs);
    assert.equal(await deliver('evt_1'), 503);
    assert.deepEqual(alarms(), ['IntakeStalled']);

    book.row('`repository`');
    book.row('`stripe`');
    book.row('`intake`');
    const checks = await service.ready();
    assert.deepEqual(Object.keys(checks).sort(), ['intake', 'repository', 'stripe']);
    assert.equal(checks['intake'], 'failing');

    book.command('aura halt');
    world.git.halt('main was rewritten');
    book.says('Bring the files back](file-lost.md) by a new commit');
    world.git.commit('The files are back', texts);
    book.command('aura resume');
    world.git.resume();
    world.advance(2 * minuteMs);
    assert.equal(await deliver('evt_1'), 200);
    book.command('aura resync');
    await service.resync();
    assert.deepEqual(alarms(), []);
    for (const command of ['aura doctor', 'aura validate', 'aura audit --max 50'])
      book.elsewhere(command, 'test/runbooks/runs.test.ts');
    book.finish();
  });

  test('one event is delivered again and again', async () => {
    const book = openRunbook('event-not-handled.md');
    const { world, deliver, alarms, resync: resynced } = started();
    const path = agentPath(idNo(1));
    const good = fileText(world, 1) ?? '';
    world.git.commit('Typo', { [path]: good.replace('power: running', 'power: perhaps') });
    assert.equal(await deliver('evt_1'), 503);
    world.advance(61 * minuteMs);
    assert.equal(await deliver('evt_1'), 503);
    assert.deepEqual(alarms(), ['EventNotHandled']);
    book.says("**`InvalidInput`**: the agent's file cannot be read");
    world.git.commit('Mended', { [path]: good });
    book.command('aura resync');
    await resynced();
    assert.equal(await deliver('evt_1'), 200);
    assert.deepEqual(alarms(), []);
    book.elsewhere('aura explain AGENT', 'test/runbooks/files.test.ts');
    book.elsewhere('aura retire', 'test/runbooks/servers.test.ts');
    book.finish();
  });

  test('events of another account', async () => {
    const book = openRunbook('foreign-events.md');
    const { world, deliver, alarms } = started();
    const theirs = { account: 'acct_1Connected' };
    assert.equal(await deliver('evt_1', theirs), 503);
    assert.deepEqual(alarms(), ['ForeignEvents']);
    book.says('Ten minutes after the alarm was raised they are answered 200');
    world.advance(11 * minuteMs);
    assert.equal(await deliver('evt_1', theirs), 200);
    book.says('have the endpoint send events of our own account alone');
    assert.equal(await deliver('evt_2'), 200);
    world.advance(25 * 60 * minuteMs);
    assert.deepEqual(alarms(), []);
    book.finish();
  });
});
