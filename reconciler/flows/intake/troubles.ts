/**
 * Keeps failures of events in memory: since when none succeeded, which old events are still not
 * handled, and which accounts foreign events are of.
 */

import { agentIdOf } from '../../core/agent/agent.ts';
import {
  type ForeignEvents,
  foreignKeptMs,
  type IntakeTroubles,
  type OverdueEvent,
  overdueAfterMs,
  overdueKeptMs,
  stalledKeptMs,
} from '../../core/alarms/intake-alarms.ts';
import type { VerifiedEvent } from '../../core/billing/billing.ts';
import type { Failure } from '../../core/failure.ts';
import type { Clock } from '../../ports/clock.ts';
import { isOfTip } from './tip.ts';

type Troubles = {
  handled(event: VerifiedEvent): void;
  failed(event: VerifiedEvent, failure: Failure): void;
  /** The result of a check of files and Stripe's account without an event. */
  looked(failure: Failure | null): void;
  /** True once an alarm had time to be sent: then the event need not be delivered again. */
  foreign(event: VerifiedEvent): boolean;
  now(): IntakeTroubles;
};

const eventsMax = 1000;
const foreignMax = 100;
/** Twice the interval at which the service looks for alarms. */
const tellMs = 10 * 60_000;

type Stall = NonNullable<IntakeTroubles['stalled']> & { readonly ofTip: boolean };
type Kept<Value> = Value & { readonly lastMs: number };

export function createTroubles({ now }: Pick<Clock, 'now'>): Troubles {
  const overdue = new Map<string, Kept<OverdueEvent>>();
  const foreign = new Map<string, Kept<ForeignEvents>>();
  let stalled: Stall | null = null;

  function stall(failure: Failure): void {
    const nowMs = now();
    const sinceMs = stalled?.sinceMs ?? nowMs;
    const why = `${failure.reason}, ${failure.message}`;
    stalled = { sinceMs, lastMs: nowMs, why, ofTip: isOfTip(failure) };
  }

  return {
    handled(event) {
      overdue.delete(event.id);
      stalled = null;
    },
    failed(event, failure) {
      if (failure.scope === 'fleet') stall(failure);
      const [nowMs, createdMs] = [now(), event.created * 1000];
      if (nowMs - createdMs < overdueAfterMs) return;
      const agents = event.subscriptionIds.map(agentIdOf);
      const why = failure.reason;
      keep(overdue, eventsMax, event.id, {
        event: event.id,
        createdMs,
        why,
        agents,
        lastMs: nowMs,
      });
    },
    looked(failure) {
      if (failure !== null) stall(failure);
      else if (stalled?.ofTip === true) stalled = null;
    },
    foreign({ account, livemode }) {
      const whose = `${account ?? 'our account'} in ${livemode ? 'live' : 'test'} mode`;
      const nowMs = now();
      const sinceMs = foreign.get(whose)?.sinceMs ?? nowMs;
      keep(foreign, foreignMax, whose, { whose, sinceMs, lastMs: nowMs });
      return nowMs - sinceMs >= tellMs;
    },
    now() {
      const nowMs = now();
      if (stalled !== null && nowMs - stalled.lastMs > stalledKeptMs) stalled = null;
      drop(overdue, nowMs - overdueKeptMs);
      drop(foreign, nowMs - foreignKeptMs);
      return { stalled, overdue: [...overdue.values()], foreign: [...foreign.values()] };
    },
  };
}

function keep<Value>(kept: Map<string, Value>, max: number, key: string, value: Value): void {
  kept.delete(key);
  kept.set(key, value);
  for (const oldest of kept.keys()) {
    if (kept.size <= max) break;
    kept.delete(oldest);
  }
}

function drop(kept: Map<string, { readonly lastMs: number }>, beforeMs: number): void {
  for (const [key, { lastMs }] of kept) if (lastMs < beforeMs) kept.delete(key);
}
