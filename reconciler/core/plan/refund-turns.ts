/**
 * Which refunds have to wait for a later day, because `refund.perDayMax` limits those of a day over
 * all runs: first the agents that their customers canceled, the oldest first, then the agents that
 * were given up, by id. With `then: cancel` the end of a given up agent's subscription takes a place
 * too. Both kinds are carried out by finalize, in this order.
 */
import type { PlanDocument } from '../../../schemas/generated/plan.ts';
import type { Agent, AgentId } from '../agent/agent.ts';
import type { Policy } from '../agent/policy.ts';
import { type AgentRecord, newRecord, recordId } from '../fleet/recorded.ts';
import {
  isOpenRefund,
  placesTaken,
  type RefundCause,
  refundFor,
  takesPlace,
} from '../fleet/refunds.ts';
import type { Change } from '../fleet/situation.ts';
import { compareText, type World } from '../fleet/world.ts';
import { dayMs } from '../text/time.ts';
import { burstOf, recordedEnds } from './burst.ts';
import { endedMs, isEnding, mayBeEnding, waitsForPerson } from './cancellation.ts';
import { isCompensationDue, mayBeOwed } from './given-up.ts';

/** An agent with its file and its record. */
export type Recorded = {
  readonly id: AgentId;
  readonly agent: Agent;
  readonly record: AgentRecord;
};
/** `waits`: for a person, who approves it, or after a refusal by Stripe. */
export type Canceled = Recorded & { readonly waits: boolean };

type Basis = {
  /** of the whole fleet */
  readonly records: readonly AgentRecord[];
  readonly policy: Policy;
  readonly nowMs: number;
};

/** The canceled agents for which something is to be done at Stripe, the oldest first. */
export function canceledInTurn(
  candidates: readonly Recorded[],
  { records, policy, nowMs }: Basis,
): readonly Canceled[] {
  const basis = { records, policy, nowMs, runs: new Map(), serversSeen: 0 };
  const burst = burstOf(recordedEnds(records), new Set(), basis);
  return candidates
    .filter(({ agent, record }) => isEnding(agent, record, { policy, nowMs }))
    .map((one) => {
      return { ...one, waits: burst.of(one.id) !== null || waitsForPerson(one.record, nowMs) };
    })
    .sort((a, b) => endedMs(a.agent) - endedMs(b.agent) || compareText(a.id, b.id));
}

type RefundsOfDay = PlanDocument['refunds'];

/** @param changes those that the plan carries out */
export function refundsOfDay(world: World, changes: readonly Change[]): RefundsOfDay {
  const { policy, nowMs, records } = world;
  const { perDayMax } = policy.refund;
  const taken = placesTaken(records, nowMs);
  const queue = queueOf(world, changes).filter(({ record, cause }) => {
    const known = refundFor(record, cause);
    return known === null || (isOpenRefund(known) && !takesPlace(known, nowMs));
  });
  const waiting = queue.slice(Math.max(0, perDayMax - taken)).map(({ id }, place) => {
    if (perDayMax === 0) return { agent: id, day: null };
    const laterMs = nowMs + (1 + Math.floor(place / perDayMax)) * dayMs;
    return { agent: id, day: new Date(laterMs).toISOString().slice(0, 10) };
  });
  return { perDayMax, taken, waiting };
}

type Queued = Pick<Recorded, 'id' | 'record'> & { readonly cause: RefundCause };

/** Those that take a place, in the order of finalize. */
function queueOf(world: World, changes: readonly Change[]): readonly Queued[] {
  const { policy, nowMs, files } = world;
  const { scope, then: rest } = policy.refund;
  const newly = new Set<string>(
    changes.filter(({ kind }) => kind === 'giveUp').map(({ agent }) => agent),
  );
  const mayNeed = (record: AgentRecord) => mayBeEnding(record) || mayBeOwed(record);
  const maybe = new Set(world.records.filter(mayNeed).map(recordId));
  if (newly.size === 0 && maybe.size === 0) return [];
  const records = new Map(world.records.map((record) => [recordId(record), record]));
  const all = files.flatMap((file): readonly Recorded[] => {
    if (file.kind !== 'valid' || !(maybe.has(file.id) || newly.has(file.id))) return [];
    const { id, agent } = file;
    const { subscription, customer } = agent.spec;
    const record = records.get(id) ?? newRecord(id, subscription, customer);
    return [{ id, agent, record }];
  });
  const canceled = canceledInTurn(
    all.filter(({ record }) => mayBeEnding(record)),
    world,
  ).filter(({ waits }) => !waits && scope !== 'none');
  const givenUp = all
    .filter(
      ({ id, agent, record }) =>
        newly.has(id) ||
        (isCompensationDue(agent, record, { policy, nowMs }) && !waitsForPerson(record, nowMs)),
    )
    .filter(() => scope !== 'none' || rest === 'cancel')
    .sort((a, b) => compareText(a.id, b.id));
  const queued = (cause: RefundCause['cause']) => (one: Recorded) => {
    return { ...one, cause: { cause, revision: one.agent.spec.revision } };
  };
  return [...canceled.map(queued('canceled')), ...givenUp.map(queued('gaveUp'))];
}
