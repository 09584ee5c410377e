/** A subscription that cannot be read ends no resync: it is reported, the others are written. */
import assert from 'node:assert/strict';
import { beforeEach, it } from 'node:test';
import { agentPath } from '../../../reconciler/core/agent/agent.ts';
import { Failure } from '../../../reconciler/core/failure.ts';
import { resync } from '../../../reconciler/flows/resync/resync.ts';
import { idNo, subscriptionNo } from '../../builders/world.ts';
import { askFor } from '../../fakes/agents.ts';
import { canceled, createIntakeStage, type IntakeStage } from '../intake/intake-stage.ts';

let stage: IntakeStage;

beforeEach(() => {
  stage = createIntakeStage();
  for (const n of [1, 3]) askFor(stage.world, n);
  for (const n of [1, 3]) stage.stripeHas(n, canceled);
});

const odd = { agent: idNo(2), path: agentPath(idNo(2)), reason: 'UnexpectedAnswer' };

it('that makes no valid file', async () => {
  stage.stripeHas(2, { customer: 'bell\u0007' });
  const report = await resync(stage.world.ports);
  assert.deepEqual([report.complete, report.stopped], [true, null]);
  assert.deepEqual(
    report.failed.map(({ agent, path, reason }) => ({ agent, path, reason })),
    [odd],
  );
  for (const n of [1, 3]) assert.equal(stage.specOf(n).access.state, 'ended');
  const rejected = stage.intake.handle(stage.eventFor(2));
  await assert.rejects(rejected, {
    reason: 'UnexpectedAnswer',
    errorClass: 'stalled',
    scope: 'agent',
  });
  const logged = stage.world.logs.filter(({ level }) => level === 'error');
  assert.match(JSON.stringify(logged), /no valid agent file: spec\.customer/);
});

it('that the listing shows and that cannot be parsed', async () => {
  const { ports } = stage.world;
  const unread = new Failure('UnexpectedAnswer', 'unknown status', {
    scope: 'agent',
    errorClass: 'stalled',
  });
  const billing = {
    ...ports.billing,
    async *allSubscriptions() {
      yield { id: subscriptionNo(2), unread };
      yield* ports.billing.allSubscriptions();
    },
  };
  askFor(stage.world, 2);
  stage.world.stripe.subscriptions.delete(subscriptionNo(2));
  const report = await resync({ ...ports, billing });
  assert.deepEqual([report.complete, report.unknown], [true, []]);
  assert.deepEqual(
    report.failed.map(({ agent, path, reason }) => ({ agent, path, reason })),
    [odd],
  );
  for (const n of [1, 3]) assert.equal(stage.specOf(n).access.state, 'ended');
  assert.equal(stage.specOf(2).access.state, 'granted');
});

it('that is not listed, and whose own reading fails: it is not reported as unknown', async () => {
  const { ports } = stage.world;
  const failure = new Failure('UnexpectedAnswer', 'odd', { scope: 'agent', errorClass: 'stalled' });
  const billing = {
    ...ports.billing,
    async subscription(id: string) {
      if (id === subscriptionNo(2)) throw failure;
      return ports.billing.subscription(id);
    },
  };
  askFor(stage.world, 2);
  stage.world.stripe.subscriptions.delete(subscriptionNo(2));
  const report = await resync({ ...ports, billing });
  assert.deepEqual([report.complete, report.unlisted, report.unknown], [true, [idNo(2)], []]);
  assert.deepEqual(
    report.failed.map(({ agent, path, reason }) => ({ agent, path, reason })),
    [odd],
  );
});
