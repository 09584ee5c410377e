/**
 * Runs that trigger runs, without time between them and with permanent faults: the chain ends by
 * itself, long before it could become a storm.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Failure } from '../../reconciler/core/failure.ts';
import { followUp } from '../../reconciler/flows/reconcile/follow-up.ts';
import { reconcile } from '../../reconciler/flows/reconcile/reconcile.ts';
import { firstAttempt } from '../builders/world.ts';
import { effectful, type FaultRequest } from '../fakes/process.ts';
import type { FakeWorld } from '../fakes/world.ts';
import { type Case, cases } from '../flows/reconcile/apply/cases.ts';

/** All attempts of one agent, if each were followed by another one. */
const chainMax = 4;

async function chainOf(world: FakeWorld): Promise<readonly string[]> {
  const asked: string[] = [];
  for (let n = 1; n <= 3 * chainMax; n += 1) {
    const run = `chain-${n}`;
    world.forge.runs.set(run, 'running');
    const because = await askAfterRun(world, run);
    world.forge.runs.set(run, 'over');
    if (because === null) return asked;
    asked.push(because);
  }
  return asked;
}

/** null too where the run itself failed: such a run triggers nothing. */
async function askAfterRun(world: FakeWorld, run: string): Promise<string | null> {
  try {
    const { plan } = await reconcile(world.ports, { run: firstAttempt(run) });
    return await followUp(world.ports, plan, firstAttempt(run));
  } catch (thrown) {
    if (thrown instanceof Failure) return null;
    throw thrown;
  }
}

const looks = ['cloud.server', 'cloud.serverByName', 'configurator.healthy', 'tailnet.devices'];
const boots = ['configurator.waitForBoot'];
const methods = [...effectful, ...looks, ...boots].filter(
  (one) => !/^(?:mail|archive|journal|forge)\./.test(one),
);
const failures = [
  new Failure('ProviderOutage', 'a bad gateway'),
  new Failure('BootTimeout', 'it never came up'),
  new Failure('OutcomeUnknown', 'unknown'),
];

async function chainWhere(
  one: Case,
  method: string,
  fault: { readonly kind: 'fail' | 'lost'; readonly failure: Failure },
): Promise<number> {
  const world = await one.world();
  const [port, name] = method.split('.');
  world.fault({ port, method: name, times: 1000, ...fault } as FaultRequest);
  const chain = await chainOf(world);
  assert.ok(chain.length <= chainMax, `${method} ${fault.failure.reason}: ${chain.join(', ')}`);
  return chain.length;
}

describe('a chain of runs ends', () => {
  for (const one of cases.filter(({ name }) => name === 'create' || name === 'resume')) {
    test(`${one.name}, whatever fails permanently`, async () => {
      let longest = 0;
      for (const method of methods)
        for (const kind of ['fail', 'lost'] as const)
          for (const failure of failures)
            longest = Math.max(longest, await chainWhere(one, method, { kind, failure }));
      assert.notEqual(longest, 0, 'nothing was ever asked for');
    });
  }
});
