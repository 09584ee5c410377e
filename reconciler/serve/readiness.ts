/**
 * Whether this service can do its work: the agents repository answers, and the Stripe account is
 * the one that the policy pins. Asked again at most every few seconds: probes come often, and
 * neither Stripe nor the git server should notice them.
 */

import { parsePolicy } from '../core/desired/policy.ts';
import { Failure } from '../core/failure.ts';
import type { Log, Ports } from '../ports.ts';

export type Readiness = {
  readonly ready: boolean;
  readonly checks: { readonly repository: Check; readonly stripe: Check };
};
type Check = 'ok' | 'failing';

const answerAgeMsMax = 10_000;

export function createReadiness(
  ports: Pick<Ports, 'state' | 'billing' | 'clock'>,
  log: Log,
): () => Promise<Readiness> {
  let held: { readonly atMs: number; readonly answer: Promise<Readiness> } | null = null;
  return () => {
    const nowMs = ports.clock.now();
    if (held === null || Math.abs(nowMs - held.atMs) >= answerAgeMsMax) {
      held = { atMs: nowMs, answer: look(ports, log) };
    }
    return held.answer;
  };
}

async function look(ports: Pick<Ports, 'state' | 'billing'>, log: Log): Promise<Readiness> {
  const pin = readPin(ports);
  const [repository, stripe] = await Promise.all([
    checked(log, 'the agents repository is not ready', () => pin),
    checked(log, 'the Stripe account is not ready', async () => {
      // Without a pin there is nothing to compare with: the other check says why.
      const [account, pinned] = [await ports.billing.account(), await pin.catch(() => null)];
      if (pinned?.account === account.id && pinned.livemode === account.livemode) return;
      throw new Failure('MisconfiguredAccount', 'the key is for another account than the policy');
    }),
  ]);
  return {
    ready: repository === 'ok' && stripe === 'ok',
    checks: { repository, stripe },
  };
}

async function readPin({ state }: Pick<Ports, 'state'>) {
  const main = await state.fetch('main');
  const file = main === null ? null : await main.read('policy.yaml');
  const policy = file === null ? null : parsePolicy(file.text);
  if (policy?.ok === true) return policy.value.stripe;
  throw new Failure('NotFound', 'branch main has no policy.yaml that can be read');
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
