/**
 * Writes events whose subscriptions have been read: one commit per agent, one push.
 *
 * The push is based on the tip that the server confirmed last. An accepted push proves that it is
 * still the tip, also for events without a change; without a push the tip is fetched. Only then are
 * events answered.
 */
import { asFailure, Failure } from '../../core/failure.ts';
import type {
  CommitDraft,
  DesiredState,
  PushOutcome,
  Snapshot,
} from '../../ports/desired-state.ts';
import {
  type Change,
  type Decided,
  decideFor,
  draftsOf,
  isChange,
  type Tip,
} from '../shared/subscription-file.ts';
import { foreignOf } from './events.ts';
import { outcomeOf } from './outcome.ts';
import type { Waiting } from './queue.ts';
import type { createUnconfirmed, Reader } from './reader.ts';
import type { BadTip, Tips } from './tip.ts';

type BatchContext = {
  readonly state: DesiredState;
  readonly reader: Pick<Reader, 'answer' | 'moment'>;
  readonly tips: Pick<Tips, 'fetch'>;
  readonly unconfirmed: ReturnType<typeof createUnconfirmed>;
  push(base: Snapshot, drafts: readonly CommitDraft[]): Promise<PushOutcome>;
};

/** `moved`: another writer was faster, or a push failed; unanswered events are written again. */
export async function writeBatch(
  context: BatchContext,
  tip: Tip | BadTip,
  batch: readonly Waiting[],
): Promise<'answered' | 'moved'> {
  const judged = await judgeAll(context, tip, batch);
  const changes = changesOf(judged);
  if (changes.length === 0) {
    // Rereads need no newest tip: another writer confirms its own file.
    const isForEvents = batch.some(({ event }) => event !== null);
    const now = isForEvents ? await context.tips.fetch() : tip.snapshot;
    if (now.commit !== tip.snapshot.commit) return 'moved';
    answerAll(context, judged, new Map());
    return 'answered';
  }
  const drafts = changes.map(({ change, events }) =>
    draftsOf(change, events.length === 0 ? { cause: 'reread' } : { events }),
  );
  try {
    const pushed = await context.push(tip.snapshot, drafts.flat());
    if (pushed.kind === 'rejected') return 'moved';
    const commits = new Map<string, readonly string[]>();
    let next = 0;
    for (const [place, { change }] of changes.entries()) {
      const end = next + (drafts[place]?.length ?? 0);
      commits.set(change.agent, pushed.commits.slice(next, end));
      next = end;
    }
    answerAll(context, judged, commits);
    return 'answered';
  } catch (thrown) {
    // For the others no tip is confirmed yet.
    for (const { waiting, decisions } of judged)
      if (decisions.some(isChange)) waiting.reject(asFailure(thrown));
    return 'moved';
  }
}

/** @param readAt when its reading began */
type Decision = Decided & { readonly subscription: string; readonly readAt: number };
type Judged = {
  readonly waiting: Waiting;
  readonly decisions: readonly Decision[];
  /** the first failure; the event's other subscriptions are written anyway */
  readonly failure: Failure | null;
};

/** Decides each subscription once; its failure affects only its own events. */
function judgeAll(
  { state, reader }: BatchContext,
  tip: Tip | BadTip,
  batch: readonly Waiting[],
): Promise<readonly Judged[]> {
  const decisions = new Map<string, Promise<Decision | Failure>>();

  async function decide(on: Tip, id: string): Promise<Decision | Failure> {
    const answer = reader.answer(id);
    if (answer === null) return new Failure('Bug', `${id} was not read`);
    const { found, moment } = answer;
    if (found instanceof Failure) return found;
    const decided = await decideFor(state, on, { id, subscription: found });
    return { ...decided, subscription: id, readAt: moment };
  }

  async function judge(waiting: Waiting): Promise<Judged> {
    const { event } = waiting;
    if ('failure' in tip) return { waiting, decisions: [], failure: tip.failure };
    const foreign = event === null ? null : foreignOf(event, tip.policy.stripe);
    if (foreign !== null) return { waiting, decisions: [], failure: foreign };
    const all = await Promise.all(
      (waiting.subscriptions ?? []).map((id) => {
        const decision = decisions.get(id) ?? decide(tip, id).catch(asFailure);
        decisions.set(id, decision);
        return decision;
      }),
    );
    return {
      waiting,
      decisions: all.flatMap((one) => (one instanceof Failure ? [] : [one])),
      failure: waiting.failure ?? all.find((one) => one instanceof Failure) ?? null,
    };
  }

  return Promise.all(batch.map(judge));
}

type AgentChange = { readonly change: Change; readonly events: string[] };

/** One for each agent, sorted, with the ids of the events that led to it. */
function changesOf(judged: readonly Judged[]): readonly AgentChange[] {
  const changes = new Map<string, AgentChange>();
  for (const { waiting, decisions } of judged) {
    for (const change of decisions.filter(isChange)) {
      const known = changes.get(change.agent) ?? { change, events: [] };
      if (waiting.event !== null) known.events.push(waiting.event.id);
      changes.set(change.agent, known);
    }
  }
  return [...changes.values()].sort((a, b) => (a.change.agent < b.change.agent ? -1 : 1));
}

/** @param commits what was pushed, by agent */
function answerAll(
  { reader, unconfirmed }: BatchContext,
  judged: readonly Judged[],
  commits: ReadonlyMap<string, readonly string[]>,
): void {
  const pushedAt = reader.moment();
  for (const one of new Set(judged.flatMap(({ decisions }) => decisions))) {
    if (isChange(one)) unconfirmed.wrote(one.subscription, pushedAt);
    else unconfirmed.confirmed(one.subscription, one.readAt);
  }
  for (const { waiting, decisions, failure } of judged) {
    if (failure !== null) waiting.reject(failure);
    else waiting.resolve(decisions.map((one) => outcomeOf(one, commits.get(one.agent) ?? [])));
  }
}
