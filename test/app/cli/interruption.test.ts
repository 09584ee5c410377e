/** A signal lets the current step end, and no other begins: of whatever step it arrives in. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { interruptible } from '../../../reconciler/app/cli/run/interruption.ts';
import type { Output } from '../../../reconciler/app/cli/text/output.ts';
import type { Step } from '../../../reconciler/core/fleet/recorded.ts';
import { applyPlan } from '../../../reconciler/flows/reconcile/apply/apply.ts';
import { planFleet } from '../../../reconciler/flows/reconcile/plan-fleet.ts';
import type { Clock } from '../../../reconciler/ports/clock.ts';
import { firstAttempt, idNo } from '../../builders/world.ts';
import { askFor, isOn, recordOf } from '../../fakes/agents.ts';
import { createFakeWorld } from '../../fakes/world.ts';
import { outcomeText, reconcileOnce } from '../../flows/reconcile/apply/reconciling.ts';

const steps = ['vm', 'boot', 'configure', 'join', 'verify'] as const satisfies readonly Step[];

for (const [at, last] of steps.entries()) {
  test(`a signal in step ${last} of a create ends it there, and the next run goes on`, async () => {
    const world = createFakeWorld();
    askFor(world, 1);
    const { plan } = await planFleet(world.ports);
    const { ports, interruption } = interruptible(world.ports, silent);
    const seen: string[] = [];
    const applied = await applyPlan(ports, plan, {
      run: firstAttempt('run-a'),
      parts: 'all',
      onStep({ step }) {
        seen.push(step);
        if (step === last) process.emit('SIGINT', 'SIGINT');
      },
    });
    interruption.close();
    assert.deepEqual(seen, ['lease', ...steps.slice(0, at + 1)]);
    assert.match(
      outcomeText(applied[0]?.outcome ?? assert.fail()),
      /superseded: stopped: this process was asked to end \(SIGINT\)/,
    );
    assert.throws(() => interruption.check(), /asked to end/);
    assert.equal(interruption.code(0), 130);
    assert.equal(recordOf(world, 1)?.lease, undefined);
    await reconcileOnce(world);
    assert.equal(isOn(world, 1), true);
    assert.equal(recordOf(world, 1)?.everRunning, true, idNo(1));
  });
}

test('a signal ends a wait, and none begins after it: another run sees to what was waited for', async () => {
  const never = new Promise<void>(() => {});
  const clock: Clock = { now: Date.now, wait: () => never };
  const { ports, interruption } = interruptible({ ...createFakeWorld().ports, clock }, silent);
  const waiting = ports.clock.wait(60_000);
  process.emit('SIGINT', 'SIGINT');
  await assert.rejects(waiting, { reason: 'Stopped' });
  await assert.rejects(ports.clock.wait(1), { reason: 'Stopped' });
  interruption.close();
});

for (const [signal, leftMs] of [
  ['SIGINT', 0],
  ['SIGTERM', 1800],
] as const)
  test(`a second signal, ${signal}, ends the process after ${leftMs} ms`, async (t) => {
    const world = createFakeWorld();
    const left = Promise.withResolvers<unknown>();
    const exit = t.mock.method(process, 'exit', left.resolve);
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const { interruption } = interruptible(world.ports, silent);
    process.emit('SIGINT', 'SIGINT');
    process.emit(signal, signal);
    if (leftMs > 0) {
      t.mock.timers.tick(leftMs - 1);
      await new Promise((resolve) => setImmediate(resolve));
      assert.equal(exit.mock.callCount(), 0);
      t.mock.timers.tick(1);
    }
    assert.equal(await left.promise, 130);
    interruption.close();
  });

const silent: Output = {
  json: false,
  live: false,
  size: () => null,
  text() {},
  document() {},
  async stream() {},
  note() {},
  raw() {},
  paint: (_style, text) => text,
};
