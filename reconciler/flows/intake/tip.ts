/**
 * Reads the tip of `main` that the next push is based on, with catalog and policy. It is the one
 * that the server confirmed last: the push itself shows whether it is still the tip.
 */
import { agentIdOf, agentPath } from '../../core/agent/agent.ts';
import { asFailure, Failure } from '../../core/failure.ts';
import type { DesiredState, PushOutcome, Snapshot } from '../../ports/desired-state.ts';
import type { Ports } from '../../ports/ports.ts';
import { tipOf } from '../../ports/tip.ts';
import { createTipReader, type Tip } from '../shared/subscription-file.ts';
import type { Reader } from './reader.ts';

/** A tip on which nothing can be decided, and the reason. */
export type BadTip = { readonly snapshot: Snapshot; readonly failure: TipFailure };
export type Tips = ReturnType<typeof createTips>;
type Options = Pick<Ports, 'clock' | 'billing'> & {
  readonly state: Pick<DesiredState, 'fetch' | 'confirmed' | 'walk'>;
  readonly reader: Pick<Reader, 'subscriptions' | 'drop'>;
};

/**
 * No event can be decided: the tip cannot be fetched, its catalog or policy cannot be read, or our
 * Stripe key is of another account. Failures of a single agent are not among these.
 */
export class TipFailure extends Failure {
  constructor(thrown: unknown) {
    const cause = asFailure(thrown);
    const { errorClass, httpStatus, retryAfterSeconds } = cause;
    super(cause.reason, cause.message, {
      cause,
      errorClass,
      scope: 'fleet',
      ...(httpStatus === null ? {} : { httpStatus }),
      ...(retryAfterSeconds === null ? {} : { retryAfterSeconds }),
    });
  }
}

/** A push may fail on a rewritten branch too. */
export function isOfTip(failure: Failure): boolean {
  return failure instanceof TipFailure || failure.reason === 'BranchRewritten';
}

export function createTips({ state, clock, reader, billing }: Options) {
  const readTip = createTipReader({ billing, clock, state });
  /** readings of Stripe are at least as new as the files of this tip */
  let base: Snapshot | null = null;
  let own: string | null = null;

  /** Drops answers where another writer changed the file, maybe after a later reading. */
  async function dropChanged(from: Snapshot, to: Snapshot): Promise<void> {
    for (const id of reader.subscriptions()) {
      const path = agentPath(agentIdOf(id));
      const [before, after] = await Promise.all([from.read(path), to.read(path)]);
      if (before?.oid !== after?.oid) reader.drop(id);
    }
  }

  async function fetch(): Promise<Snapshot> {
    try {
      return await tipOf({ state }, 'main');
    } catch (thrown) {
      throw new TipFailure(thrown);
    }
  }

  async function newest(): Promise<Tip | BadTip> {
    const snapshot = (await state.confirmed('main')) ?? (await fetch());
    if (base !== null && snapshot.commit !== base.commit && snapshot.commit !== own)
      await dropChanged(base, snapshot);
    base = snapshot;
    try {
      return await readTip(snapshot);
    } catch (thrown) {
      return { snapshot, failure: new TipFailure(thrown) };
    }
  }

  return {
    /** Fetches the server's current tip. Throws a `TipFailure`. */
    fetch,
    newest,
    /** Fetches the tip; throws a `TipFailure` where no event can be decided on it. */
    async check(): Promise<void> {
      await fetch();
      const tip = await newest();
      if ('failure' in tip) throw tip.failure;
    },
    /** Notes our own push, which no other writer changed. */
    pushed(outcome: PushOutcome): void {
      if (outcome.kind === 'pushed') own = outcome.commits.at(-1) ?? own;
    },
    /** After a push on `from` that failed. */
    async follow(from: Snapshot): Promise<void> {
      if ((await state.confirmed('main'))?.commit === from.commit) await fetch();
    },
  };
}
