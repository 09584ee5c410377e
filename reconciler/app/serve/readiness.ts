/**
 * Whether this service is ready: the agents repository answers, the Stripe account is the one that
 * the policy pins, and events are handled. It is checked at most every few seconds, because probes
 * are frequent and must not load Stripe or the git server.
 */

import { isStalled } from '../../core/alarms/intake-alarms.ts';
import { Failure } from '../../core/failure.ts';
import type { Intake } from '../../flows/intake/intake.ts';
import { readPolicy } from '../../flows/shared/read-catalog.ts';
import { createKept } from '../../ports/kept.ts';
import type { Log } from '../../ports/log.ts';
import type { Ports } from '../../ports/ports.ts';

type Readiness = {
  readonly ready: boolean;
  readonly checks: { readonly repository: Check; readonly stripe: Check; readonly intake: Check };
};
type Check = 'ok' | 'failing';

const answerAgeMsMax = 10_000;
/** Ready again after this time: only another event can show whether intake works. */
const stallAgeMsMax = 5 * 60_000;

type ReadinessPorts = Pick<Ports, 'state' | 'billing' | 'clock'> & {
  readonly log: Log;
  readonly intake: Pick<Intake, 'look' | 'troubles'>;
};

export function createReadiness(ports: ReadinessPorts): () => Promise<Readiness> {
  return createKept(() => look(ports), { clock: ports.clock, freshMs: answerAgeMsMax }).get;
}

async function look(ports: ReadinessPorts): Promise<Readiness> {
  const { log } = ports;
  const pin = readPin(ports);
  const [repository, stripe, intake] = await Promise.all([
    checked(log, 'the agents repository is not ready', () => pin),
    checked(log, 'the Stripe account is not ready', async () => {
      // Without a pin nothing can be compared; the other check reports why.
      const [account, pinned] = [await ports.billing.account(), await pin.catch(() => null)];
      if (pinned?.account === account.id && pinned.livemode === account.livemode) return;
      throw new Failure('MisconfiguredAccount', 'the key is for another account than the policy');
    }),
    checked(log, 'events are not handled', () => lookAtIntake(ports)),
  ]);
  const checks = { repository, stripe, intake };
  return { ready: Object.values(checks).every((check) => check === 'ok'), checks };
}

async function lookAtIntake({ intake, clock }: ReadinessPorts): Promise<void> {
  await intake.look();
  const [troubles, nowMs] = [intake.troubles(), clock.now()];
  const { stalled } = troubles;
  if (stalled === null || !isStalled(troubles, nowMs)) return;
  if (nowMs - stalled.lastMs < stallAgeMsMax)
    throw new Failure('UnexpectedAnswer', stalled.why, { errorClass: 'stalled' });
}

async function readPin({ state }: Pick<Ports, 'state'>) {
  const policy = await readPolicy(await state.fetch('main'));
  if (policy !== null) return policy.stripe;
  throw new Failure('NotFound', 'branch main has no readable policy.yaml');
}

async function checked(log: Log, otherwise: string, check: () => Promise<unknown>): Promise<Check> {
  try {
    await check();
    return 'ok';
  } catch (error) {
    log.warn({ error }, otherwise);
    return 'failing';
  }
}
