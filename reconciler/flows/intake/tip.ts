/**
 * The tip of `main` that the next push is built on, with what every decision needs of it. It is the
 * one that the server confirmed last: nobody asks again, because the push itself says whether it
 * still is the tip.
 */
import { agentIdOf, agentPath } from '../../core/agent/agent.ts';
import { Failure } from '../../core/failure.ts';
import type { Clock } from '../../ports/clock.ts';
import type { PushOutcome, Snapshot } from '../../ports/desired-state.ts';
import type { Ports } from '../../ports/ports.ts';
import { type CatalogAndPolicy, readCatalogAndPolicy } from '../shared/read-catalog.ts';
import { createAccountCheck } from './doorbell.ts';
import type { Readings } from './readings.ts';
import { TipFailure } from './tip-failure.ts';

export type Tip = CatalogAndPolicy & {
  readonly snapshot: Snapshot;
  readonly nowMs: number;
};
/** A tip on which nothing can be decided, and why. */
export type BadTip = { readonly snapshot: Snapshot; readonly failure: TipFailure };

type Tips = {
  newest(): Promise<Tip | BadTip>;
  /** What a push of ours made of it: no other writer was there. */
  pushed(outcome: PushOutcome): void;
  /** After a push that did not land on `from`. */
  follow(from: Snapshot): Promise<void>;
};
type Options = {
  readonly state: Pick<Ports['state'], 'fetch' | 'confirmed'>;
  readonly clock: Clock;
  readonly readings: Pick<Readings, 'subscriptionsAsked' | 'drop'>;
  readonly billing: Pick<Ports['billing'], 'account'>;
};

export function createTips({ state, clock, readings, billing }: Options): Tips {
  const checkAccount = createAccountCheck(billing);
  const parsed = createParser();
  /** our readings of Stripe are at least as new as its files */
  let base: Snapshot | null = null;
  let own: string | null = null;

  /** Another writer's file may come from a later reading than ours. */
  async function dropChanged(from: Snapshot, to: Snapshot): Promise<void> {
    const changed: string[] = [];
    for (const id of readings.subscriptionsAsked()) {
      const path = agentPath(agentIdOf(id));
      const [before, after] = await Promise.all([from.read(path), to.read(path)]);
      if (before?.oid !== after?.oid) changed.push(id);
    }
    readings.drop(changed);
  }

  return {
    async newest() {
      const snapshot = (await state.confirmed('main')) ?? (await state.fetch('main'));
      if (snapshot === null)
        throw new Failure('NotFound', 'the agents repository has no branch main');
      if (base !== null && snapshot.commit !== base.commit && snapshot.commit !== own)
        await dropChanged(base, snapshot);
      base = snapshot;
      try {
        const read = await parsed(snapshot);
        await checkAccount(read.policy.stripe);
        return { ...read, snapshot, nowMs: clock.now() };
      } catch (thrown) {
        return { snapshot, failure: new TipFailure(thrown) };
      }
    },
    pushed(outcome) {
      if (outcome.kind === 'pushed') own = outcome.commits.at(-1) ?? own;
    },
    async follow(from) {
      if ((await state.confirmed('main'))?.commit === from.commit) await state.fetch('main');
    },
  };
}

/** Both files change once a month, and tips many times a minute. */
function createParser(): (snapshot: Snapshot) => Promise<CatalogAndPolicy> {
  let last: { readonly oids: string; readonly read: CatalogAndPolicy } | null = null;
  return async (snapshot) => {
    const files = await Promise.all(['catalog.yaml', 'policy.yaml'].map(snapshot.read));
    const oids = files.map((file) => file?.oid ?? 'missing').join(' ');
    if (last?.oids !== oids) last = { oids, read: await readCatalogAndPolicy(snapshot) };
    return last.read;
  };
}
