/**
 * Holds back a decision of the table because of a stop, a pause, a hold, a partial reading or a
 * recent failure of the same change. The decision is then replaced by the reason.
 */
import { holdText } from '../agent/hold.ts';
import { type Retry, retryOf } from '../fleet/attempt.ts';
import { type ChangeKind, isKindThat } from '../fleet/change-kinds.ts';
import { pricesAreKnown } from '../fleet/observed.ts';
import { type Decision, idle, type Situation } from '../fleet/situation.ts';
import { timeMs } from '../text/time.ts';

/** @param decision null if there is nothing to do or report */
export function permitted(situation: Situation, decision: Decision | null): Decision | null {
  const held = heldBack(situation, decision);
  if (decision === null) return held;
  if (decision.kind === 'idle') return held ?? exceptUnpriced(situation, decision);
  const { world } = situation;
  const what = decision.kind === 'finished' ? 'finalize' : decision.change.kind;
  if (world.stop !== null) return idle(situation, 'Stopped', `${what} waits: ${world.stop}`);
  const { pause } = world.policy;
  if (pause !== undefined) return idle(situation, 'Paused', `${what} waits: ${pause.reason}`);
  if (held !== null) return held;
  const needsWhole = what === 'finalize' || isKindThat(what, 'needsWholeReading');
  return situation.complete || !needsWhole ? decision : waitsForReading(situation, what);
}

function waitsForReading(situation: Situation, what: ChangeKind | 'finalize'): Decision | null {
  // Its server is recorded and probably runs, unread. The plan reports the partial reading once; a
  // reason for each such agent would write a record for each.
  if (what === 'create' && situation.view.record?.server !== undefined) return null;
  return idle(situation, 'PartialReading', `${what} waits for a complete reading`);
}

/** A price list that was not read does not show what is sold: decisions based on it wait. */
function exceptUnpriced(
  situation: Situation,
  decision: Decision & { readonly kind: 'idle' },
): Decision | null {
  const { reason } = decision.idle;
  const isByPrices = reason === 'NoSuchOffer' || reason === 'ResizeImpossible';
  if (!isByPrices || pricesAreKnown(situation.world.offers)) return decision;
  const make = situation.server === null ? 'create' : 'replace';
  return waitsForReading(situation, reason === 'ResizeImpossible' ? 'resize' : make);
}

/** A hold blocks every change but the power-off of an agent without access. */
function heldBack(situation: Situation, decision: Decision | null): Decision | null {
  const { heldUntilMs, view, world } = situation;
  if (heldUntilMs === null) return null;
  const { spec } = view.agent;
  const change = decision?.kind === 'change' ? decision.change : null;
  if (change?.kind === 'power' && change.to === 'off' && spec.access.state !== 'granted')
    return null;
  const text = holdText(spec, world.policy);
  if (change?.kind !== 'retire') return idle(situation, 'Held', `hands off: ${text}`, heldUntilMs);
  const message = `a hold keeps it from being retired: ${text}`;
  return idle(situation, 'HoldBlocksRetirement', message, heldUntilMs);
}

/** The failures for which a change of this kind has to wait; null once its file has changed. */
export function retryThatWaits({ view, world }: Situation, kind: ChangeKind): Retry | null {
  if (view.record?.observedOid !== view.oid) return null;
  const retry = retryOf(view.record, kind, world.policy);
  return retry === null || retry.dueMs <= world.nowMs ? null : retry;
}

/** Why a change that failed has to wait before its next attempt; null if it need not. */
export function waitsAfterFailure(situation: Situation, decision: Decision): Decision | null {
  if (decision.kind !== 'change') return null;
  const { kind } = decision.change;
  const retry = retryThatWaits(situation, kind);
  if (retry === null) return null;
  const { failures, last, dueMs } = retry;
  const message = `${kind} failed ${failures} times, last at step ${last.step}: ${last.reason ?? 'unknown'}`;
  return idle(situation, 'RetryLater', message, dueMs);
}

/**
 * Combines two reasons to wait: the first is reported. If the other one ends earlier, its time and
 * message are added, because the plan has to be made again by then.
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
