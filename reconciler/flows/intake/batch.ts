/**
 * Events whose subscriptions have been read, written together: one commit for each agent, one push.
 *
 * It is built on the tip that the server confirmed last. A push that the server takes proves that
 * this was still the tip, for those too for whom there was nothing to do; where nothing is to be
 * pushed, the tip is asked for. Only then is an event settled, in good or in bad.
 */
import { asFailure, type Failure } from '../../core/failure.ts';
import type { PushOutcome } from '../../ports/desired-state.ts';
import type { Ports } from '../../ports/ports.ts';
import { type Decided, decideFor } from './decide.ts';
import { checkEvent } from './doorbell.ts';
import { type AgentOutcome, type Change, draftsOf, isChange, outcomeOf } from './draft.ts';
import type { Readings } from './readings.ts';
import type { Subject } from './subject.ts';
import type { BadTip, Tip } from './tip.ts';
import { citedBy, type Trigger } from './trigger.ts';
import type { Unconfirmed } from './unconfirmed.ts';

export type Waiting = {
  readonly trigger: Trigger;
  readonly subjects: readonly Subject[];
  /** the moment at which it came: see `Readings` */
  readonly since: number;
  /** until when a lost push is decided again */
  readonly deadlineMs: number;
  readonly resolve: (agents: readonly AgentOutcome[]) => void;
  readonly reject: (failure: Failure) => void;
};
export type BatchContext = {
  readonly state: Ports['state'];
  readonly readings: Pick<Readings, 'answerTo' | 'subscription' | 'readAt' | 'moment'>;
  readonly unconfirmed: Pick<Unconfirmed, 'wrote' | 'confirmed'>;
  /** Around each push. */
  pushing(push: () => Promise<PushOutcome>): Promise<PushOutcome>;
};

/** `moved`: another writer came first, or a push failed; those that are left go again. */
export async function writeBatch(
  context: BatchContext,
  tip: Tip | BadTip,
  batch: readonly Waiting[],
): Promise<'settled' | 'moved'> {
  const judged = await judgeAll(context, tip, batch);
  const changes = changesOf(judged);
  if (changes.length === 0) {
    // Another writer's file is for that one to confirm: only an event waits for the newest tip.
    const now = batch.some(({ trigger }) => trigger.kind === 'event')
      ? await context.state.fetch('main')
      : tip.snapshot;
    if (now?.commit !== tip.snapshot.commit) return 'moved';
    settle(context, judged, new Map());
    return 'settled';
  }
  const pushed = await push(context, tip, changes);
  if (pushed.kind === 'failed') rejectWriters(judged, pushed.failure);
  if (pushed.kind !== 'pushed') return 'moved';
  settle(context, judged, pushed.commits);
  return 'settled';
}

type Decision = Decided & { readonly subscription: string };
type Judged = {
  readonly waiting: Waiting;
  readonly decisions: readonly Decision[];
  /** the first one; the event's other subscriptions are written all the same */
  readonly failure: Failure | null;
};

async function judgeAll(
  context: BatchContext,
  tip: Tip | BadTip,
  batch: readonly Waiting[],
): Promise<readonly Judged[]> {
  if ('failure' in tip) {
    return batch.map((waiting) => ({ waiting, decisions: [], failure: tip.failure }));
  }
  const decide = createDecider(context, tip);
  return Promise.all(
    batch.map(async (waiting) => {
      const settled = await decide(waiting);
      const failed = settled.find((one) => one.status === 'rejected');
      return {
        waiting,
        decisions: settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])),
        failure: failed === undefined ? null : asFailure(failed.reason),
      };
    }),
  );
}

/** Each subscription once, however many events rang for it; its failure is theirs alone. */
function createDecider({ state, readings }: BatchContext, tip: Tip) {
  const decisions = new Map<string, Promise<Decision>>();

  async function decided(id: string): Promise<Decision> {
    const subscription = readings.subscription(id);
    return { ...(await decideFor(state, tip, { id, subscription })), subscription: id };
  }

  function decideOnce(id: string): Promise<Decision> {
    const decision = decisions.get(id) ?? decided(id);
    decisions.set(id, decision);
    return decision;
  }

  return async ({ trigger, subjects, since }: Waiting) => {
    const decided = subjects.map(async (subject) => {
      if (trigger.kind === 'event') checkEvent(trigger.event, tip.policy.stripe);
      const answer = readings.answerTo(subject, since);
      const failed = answer?.failure == null ? [] : [Promise.reject(answer.failure)];
      return Promise.allSettled([...failed, ...(answer?.subscriptions ?? []).map(decideOnce)]);
    });
    const all = await Promise.allSettled(decided);
    return all.flatMap((one) => (one.status === 'fulfilled' ? one.value : [one]));
  };
}

type AgentChange = { readonly change: Change; readonly events: string[] };

/** One for each agent, sorted, with the events that rang for it. */
function changesOf(judged: readonly Judged[]): readonly AgentChange[] {
  const changes = new Map<string, AgentChange>();
  for (const { waiting, decisions } of judged) {
    for (const change of decisions.filter(isChange)) {
      const known = changes.get(change.agent) ?? { change, events: [] };
      known.events.push(...citedBy(waiting.trigger));
      changes.set(change.agent, known);
    }
  }
  return [...changes.values()].sort((a, b) => (a.change.agent < b.change.agent ? -1 : 1));
}

type Pushed =
  | { readonly kind: 'pushed'; readonly commits: ReadonlyMap<string, readonly string[]> }
  | { readonly kind: 'rejected' }
  | { readonly kind: 'failed'; readonly failure: Failure };

async function push(
  { state, pushing }: BatchContext,
  { snapshot }: Tip | BadTip,
  changes: readonly AgentChange[],
): Promise<Pushed> {
  const drafts = changes.map(({ change, events }) => ({
    agent: change.agent,
    drafts: draftsOf(change, events),
  }));
  const all = drafts.flatMap((one) => one.drafts);
  try {
    const outcome = await pushing(() => state.push('main', snapshot, all));
    if (outcome.kind === 'rejected') return outcome;
    const commits = new Map<string, readonly string[]>();
    let next = 0;
    for (const { agent, drafts: own } of drafts) {
      commits.set(agent, outcome.commits.slice(next, next + own.length));
      next += own.length;
    }
    return { kind: 'pushed', commits };
  } catch (thrown) {
    return { kind: 'failed', failure: asFailure(thrown) };
  }
}

function settle(
  { readings, unconfirmed }: BatchContext,
  judged: readonly Judged[],
  commits: ReadonlyMap<string, readonly string[]>,
): void {
  for (const one of new Set(judged.flatMap(({ decisions }) => decisions))) {
    const { subscription } = one;
    if (isChange(one)) unconfirmed.wrote(subscription, readings.moment());
    else unconfirmed.confirmed(subscription, readings.readAt(subscription));
  }
  for (const { waiting, decisions, failure } of judged) {
    if (failure !== null) waiting.reject(failure);
    else waiting.resolve(decisions.map((one) => outcomeOf(one, commits.get(one.agent) ?? [])));
  }
}

/** For the others no tip has been confirmed yet. */
function rejectWriters(judged: readonly Judged[], failure: Failure): void {
  for (const { waiting, decisions } of judged) {
    if (decisions.some(isChange)) waiting.reject(failure);
  }
}
