/** Past the end of an access that a file announces, the service reads Stripe again by itself. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { createService } from '../../../reconciler/app/serve/server.ts';
import { serviceConfig } from '../../builders/service-config.ts';
import { createIntakeStage } from '../../flows/intake/intake-stage.ts';

it('a subscription is read again at the end of its access, without an event', async () => {
  const stage = createIntakeStage();
  const { ports } = stage.world;
  const { clock } = ports;
  const endMs = Math.floor(clock.now() / 1000) * 1000 + 600_000;
  stage.stripeHas(1, { cancelAt: endMs / 1000 });
  await stage.intake.handle(stage.eventFor(1));
  const { watches } = createService({
    ports,
    planning: null,
    config: serviceConfig,
    log: ports.log,
  });
  for (const watch of Object.values(watches)) void watch.run();
  await clock.wait(endMs - clock.now() - 1);
  stage.stripeHas(1, { status: 'canceled', endedAt: endMs / 1000 });
  assert.equal(stage.specOf(1).access.state, 'granted');
  await clock.wait(10_000);
  assert.equal(stage.specOf(1).access.state, 'ended');
  for (const watch of Object.values(watches)) watch.end();
});
