/** The commit message of a changed agent file: what changed, why, and Stripe's state. */
import type { Access, Retired } from '../agent/agent.ts';
import { isoOf, timeMs } from '../text/time.ts';
import type { BilledSubscription } from './billing.ts';
import type { IsolationWord } from './isolation-by.ts';

type Fields = { readonly plan: string; readonly access: Access };
type Said = {
  readonly cause: 'ended' | 'lifted' | 'isolated' | 'access' | 'plan' | 'issues';
  readonly words: readonly string[];
};
/** How the tombstone changes. */
export type TombstoneChange = { readonly kind: 'added' | 'lifted'; readonly retired: Retired };

type PeoplesPart = {
  readonly tombstone: TombstoneChange | null;
  readonly isolation: IsolationWord;
};

export function subjectOf(
  before: Fields,
  after: Fields,
  { tombstone, isolation }: PeoplesPart,
): Said {
  const access = accessWords(before.access, after.access);
  const plan = before.plan === after.plan ? [] : [`plan ${after.plan} instead of ${before.plan}`];
  const ended = after.access.state === 'ended' && before.access.state !== 'ended';
  const lifted = tombstone?.kind === 'lifted';
  const tomb = tombstone === null ? [] : [lifted ? 'not retired any more' : 'retired'];
  const issues = issueWords(before.access, after.access);
  const said = [...access, ...tomb, ...plan, ...issues, ...(isolation === null ? [] : [isolation])];
  // A change of `owedSince` is mentioned only if nothing else changed.
  const words = said.length > 0 ? said : owedWords(after.access);
  if (ended) return { cause: 'ended', words };
  if (lifted) return { cause: 'lifted', words };
  if (isolation === 'isolated') return { cause: 'isolated', words };
  if (access.length > 0) return { cause: 'access', words };
  if (plan.length > 0) return { cause: 'plan', words };
  return { cause: said.length > 0 ? 'issues' : 'access', words };
}

function accessWords(before: Access, after: Access): readonly string[] {
  const until = after.until === undefined ? '' : ` until ${after.until}`;
  if (before.state !== after.state) return [`access ${after.state}${until}`];
  const time = (text: string | undefined) => (text === undefined ? null : timeMs(text));
  if (time(before.until) !== time(after.until))
    return [until === '' ? `access ${after.state}, its end withdrawn` : `access ends${until}`];
  if (time(before.since) !== time(after.since)) return [`access ${after.state} at ${after.since}`];
  return [];
}

function owedWords({ owedSince }: Access): readonly string[] {
  return [owedSince === undefined ? 'no payment is owed' : `a payment is owed since ${owedSince}`];
}

function issueWords(before: Access, after: Access): readonly string[] {
  const [was, is] = [before.issues ?? [], after.issues ?? []];
  const raised = is.filter((issue) => !was.includes(issue)).map((issue) => `${issue} raised`);
  const cleared = was.filter((issue) => !is.includes(issue)).map((issue) => `${issue} cleared`);
  return [...raised, ...cleared];
}

/** Stripe's state, for readers of the history: only ids, states and times. */
export function bodyOf(
  subscription: BilledSubscription,
  tombstone: TombstoneChange | null = null,
): string {
  const { id, status, pausedCollection, cancelAt, cancelAtPeriodEnd, endedAt } = subscription;
  const more = [
    ...(pausedCollection === null ? [] : [`collection paused (${pausedCollection})`]),
    ...(cancelAtPeriodEnd ? ['cancels at the end of the period'] : []),
    ...(cancelAt === null ? [] : [`cancels at ${isoOf(cancelAt * 1000)}`]),
    ...(endedAt === null ? [] : [`ended at ${isoOf(endedAt * 1000)}`]),
  ];
  const said = `Stripe has ${[`${id} as ${status}`, ...more].join(', ')}.`;
  if (tombstone?.kind !== 'lifted') return said;
  const { by, at } = tombstone.retired;
  return `${said}\nThe tombstone by ${by} at ${at} has lost its cause. What was destroyed under it stays destroyed.`;
}
