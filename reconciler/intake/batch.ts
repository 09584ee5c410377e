/**
 * Events that came while a push was under way go together in the next one: one reading of the tip,
 * one commit for each agent, one push. Where another writer came first, everything is read and
 * decided again, until each event's deadline. An event is settled only once what it led to is on the
 * server, or once a tip that was read after it came shows that there is nothing to do.
 */
import type { VerifiedEvent } from '../core/billing.ts';
import { asFailure, Failure } from '../core/failure.ts';
import type { Ports } from '../ports.ts';
import { readCatalogAndPolicy } from '../read-catalog.ts';
import { createDecider, type Decided, type Tip } from './decide.ts';
import { checkEvent, type createAccountCheck } from './doorbell.ts';
import { type AgentOutcome, type Change, draftsOf, isChange, outcomeOf } from './draft.ts';

export type Waiting = {
  readonly event: VerifiedEvent;
  /** until when a lost push is decided again */
  readonly deadlineMs: number;
  readonly resolve: (agents: readonly AgentOutcome[]) => void;
  readonly reject: (failure: Failure) => void;
};
export type BatchContext = {
  readonly ports: Pick<Ports, 'billing' | 'state' | 'clock'>;
  readonly checkAccount: ReturnType<typeof createAccountCheck>;
};

const triesMax = 100;
const pauseMs = { first: 50, longest: 1000 };
/** Stripe allows a hundred reads a second; nobody gains by taking all of them. */
const eventsAtOnce = 8;

/** Settles every one of them. */
export async function handleBatch(context: BatchContext, batch: readonly Waiting[]): Promise<void> {
  const { clock } = context.ports;
  let open = batch;
  for (let tries = 1; tries <= triesMax; tries += 1) {
    open = await handleOnce(context, open).catch((thrown: unknown) => {
      for (const one of open) one.reject(asFailure(thrown));
      return [];
    });
    if (open.length === 0) return;
    const pause = Math.min(pauseMs.first * tries, pauseMs.longest);
    const late = clock.now() + pause;
    for (const one of open) if (one.deadlineMs < late) one.reject(keptMoving());
    open = open.filter((one) => one.deadlineMs >= late);
    if (open.length === 0) return;
    await clock.wait(pause);
  }
  for (const one of open) one.reject(keptMoving());
}

/** Resolves with the events whose push was lost to another writer. */
async function handleOnce(
  context: BatchContext,
  batch: readonly Waiting[],
): Promise<readonly Waiting[]> {
  const tip = await readTip(context);
  const judged = await judgeAll(context, tip, batch);
  const changes = changesOf(judged);
  const pushed = await pushAll(context, tip, changes);
  const lost: Waiting[] = [];
  for (const { waiting, decisions, failure } of judged) {
    const needsPush = decisions.some(isChange);
    if (needsPush && pushed.kind === 'rejected') lost.push(waiting);
    else if (needsPush && pushed.kind === 'failed') waiting.reject(pushed.failure);
    else if (failure !== null) waiting.reject(failure);
    else {
      const commits = pushed.kind === 'pushed' ? pushed.commits : new Map<string, string[]>();
      waiting.resolve(decisions.map((one) => outcomeOf(one, commits.get(one.agent) ?? [])));
    }
  }
  return lost;
}

async function readTip({ ports, checkAccount }: BatchContext): Promise<Tip> {
  const snapshot = await ports.state.fetch('main');
  if (snapshot === null) throw new Failure('NotFound', 'the agents repository has no branch main');
  const { catalog, policy } = await readCatalogAndPolicy(snapshot);
  await checkAccount(policy.stripe);
  return { snapshot, catalog, policy, nowMs: ports.clock.now() };
}

type Judged = {
  readonly waiting: Waiting;
  readonly decisions: readonly Decided[];
  /** the first one; the event's other subscriptions are written all the same */
  readonly failure: Failure | null;
};

async function judgeAll(
  { ports }: BatchContext,
  tip: Tip,
  batch: readonly Waiting[],
): Promise<readonly Judged[]> {
  const decideFor = createDecider(ports, tip);
  const judge = async (waiting: Waiting): Promise<Judged> => {
    try {
      checkEvent(waiting.event, tip.policy.stripe);
      const settled = await decideFor(waiting.event);
      const failed = settled.find((one) => one.status === 'rejected');
      return {
        waiting,
        decisions: settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])),
        failure: failed === undefined ? null : asFailure(failed.reason),
      };
    } catch (thrown) {
      return { waiting, decisions: [], failure: asFailure(thrown) };
    }
  };
  const judged: Judged[] = [];
  for (let next = 0; next < batch.length; next += eventsAtOnce) {
    const some = batch.slice(next, next + eventsAtOnce);
    judged.push(...(await Promise.all(some.map(judge))));
  }
  return judged;
}

type AgentChange = { readonly change: Change; readonly events: string[] };

/** One for each agent, sorted, with the events that rang for it. */
function changesOf(judged: readonly Judged[]): readonly AgentChange[] {
  const changes = new Map<string, AgentChange>();
  for (const { waiting, decisions } of judged) {
    for (const change of decisions.filter(isChange)) {
      const known = changes.get(change.agent) ?? { change, events: [] };
      known.events.push(waiting.event.id);
      changes.set(change.agent, known);
    }
  }
  return [...changes.values()].sort((a, b) => (a.change.agent < b.change.agent ? -1 : 1));
}

type Pushed =
  | { readonly kind: 'pushed'; readonly commits: ReadonlyMap<string, readonly string[]> }
  | { readonly kind: 'rejected' }
  | { readonly kind: 'failed'; readonly failure: Failure };

async function pushAll(
  { ports }: BatchContext,
  { snapshot }: Tip,
  changes: readonly AgentChange[],
): Promise<Pushed> {
  const commits = new Map<string, readonly string[]>();
  if (changes.length === 0) return { kind: 'pushed', commits };
  const drafts = changes.map(({ change, events }) => ({
    agent: change.agent,
    drafts: draftsOf(change, events),
  }));
  try {
    const outcome = await ports.state.push(
      'main',
      snapshot,
      drafts.flatMap((one) => one.drafts),
    );
    if (outcome.kind === 'rejected') return outcome;
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

function keptMoving(): Failure {
  return new Failure('PushRejected', 'main kept moving while Stripe’s news was written');
}
