/**
 * What holds back a decision that a row of the table has made: a stop, a pause, a hold, a reading that
 * is not whole, or that the same failed a moment ago. The decision then becomes a word on why.
 */
import { holdText } from '../agent/hold.ts';
import { retryOf } from '../fleet/attempt.ts';
import { isChangeThat } from '../fleet/change-kinds.ts';
import { type Decision, idle, type Situation } from '../fleet/situation.ts';
import { timeMs } from '../text/time.ts';

/** What a stop, a pause, a hold or a partial reading forbids becomes a word on why. */
export function permitted(situation: Situation, decision: Decision): Decision | null {
  if (decision.kind === 'idle') return heldAnyway(situation) ?? decision;
  if (decision.kind === 'unread') return decision;
  const { world } = situation;
  const what = decision.kind === 'settled' ? 'settle' : decision.change.kind;
  if (world.stop !== null) return idle(situation, 'Stopped', `${what} waits: ${world.stop}`);
  const pause = world.policy.pause;
  if (pause !== undefined) return idle(situation, 'Paused', `${what} waits: ${pause.reason}`);
  const held = heldBack(situation, decision);
  if (held !== null) return held;
  const needsWhole =
    decision.kind !== 'change' || isChangeThat(decision.change, 'needsWholeReading');
  if (!situation.complete && needsWhole) {
    if (isMerelyUnseen(situation, decision)) return null;
    return idle(situation, 'PartialReading', `${what} waits for a complete reading`);
  }
  return decision;
}

/**
 * Its server was recorded and is not in the part that was read: very likely it runs. The reading
 * says once, for all of them, that it is partial; a word for each would be a record written for
 * each, in every outage.
 */
function isMerelyUnseen({ view }: Situation, decision: Decision): boolean {
  const made = decision.kind === 'change' && decision.change.kind === 'create';
  return made && view.record?.server !== undefined;
}

function heldBack(situation: Situation, decision: Decision): Decision | null {
  const { heldUntilMs, view, world } = situation;
  if (heldUntilMs === null || decision.kind !== 'change') return heldAnyway(situation);
  const { change } = decision;
  const { spec } = view.agent;
  if (change.kind === 'power' && change.to === 'off' && spec.access.state !== 'granted')
    return null;
  if (change.kind !== 'retire') return heldAnyway(situation);
  const message = `a hold keeps it from being retired: ${holdText(spec, world.policy)}`;
  return idle(situation, 'HoldBlocksRetirement', message, heldUntilMs);
}

export function heldAnyway(situation: Situation): Decision | null {
  const { heldUntilMs, view, world } = situation;
  if (heldUntilMs === null) return null;
  const message = `hands off: ${holdText(view.agent.spec, world.policy)}`;
  return idle(situation, 'Held', message, heldUntilMs);
}

/** A change that has failed waits before it is made again, but for one to a file that has changed. */
export function waitsAfterFailure(situation: Situation, decision: Decision): Decision | null {
  if (decision.kind !== 'change') return null;
  const { view, world } = situation;
  const { change } = decision;
  // Attempts have a rule of their own, and cutting off who has no access cannot wait.
  if (isChangeThat(change, 'bringsUp') || (change.kind === 'power' && change.to === 'off'))
    return null;
  if (view.record?.observedOid !== view.oid) return null;
  const retry = retryOf(view.record, change.kind, world.policy);
  if (retry === null || retry.dueMs <= world.nowMs) return null;
  const { failures, last, dueMs } = retry;
  const message = `${change.kind} failed ${failures} times, last at step ${last.step}: ${last.reason ?? 'unknown'}`;
  return idle(situation, 'RetryLater', message, dueMs);
}

/**
 * Of two reasons to wait the first is the agent's. Where the other ends at a time, and the first does
 * not end before, that time and its message come along: the plan has to be made again by then.
 */
export function dueWith(first: Decision, other: Decision): Decision {
  if (first.kind !== 'idle' || other.kind !== 'idle') return first;
  const { until } = other.idle;
  const sooner = first.idle.until;
  if (until === undefined || (sooner !== undefined && timeMs(sooner) <= timeMs(until)))
    return first;
  const message = `${first.idle.message}; ${other.idle.message}`;
  return { kind: 'idle', idle: { ...first.idle, message, until } };
}
