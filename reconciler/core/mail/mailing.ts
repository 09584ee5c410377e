/**
 * Decides which mails to customers are due. Each is begun by an entry in the record, then sent under
 * an idempotency key, then recorded as sent.
 *
 * | entry of the kind | the fact is | then |
 * |---|---|---|
 * | none, or of another fact | true | due: begun, and sent |
 * | open, begun less than `keyMsMax` ago | true | sent again under the same key |
 * | open | no longer true, or begun earlier | closed as `unknown`: never sent again |
 * | sent, refused, no address, unknown | any | nothing |
 *
 * Resend knows a key for 24 hours. After that a mail whose answer was lost could arrive twice, and
 * nothing but the key proves that it was not sent; one mail too few is the lesser harm.
 *
 * What happened before its kind was switched on, or longer ago than `newsMsMax`, is not mailed: a fleet
 * that exists gets no mails at an upgrade, and none where the records were lost.
 */
import type { AgentFile, AgentId } from '../agent/agent.ts';
import type { Policy } from '../agent/policy.ts';
import type { FleetRecord } from '../fleet/fleet-record.ts';
import type { AgentRecord } from '../fleet/recorded.ts';
import { compareText } from '../fleet/world.ts';
import { dayMs, hourMs, timeMs } from '../text/time.ts';
import { isOpen, type MailEntry, type MailKind, withMail } from './mail-kind.ts';
import { type News, newsOf } from './news.ts';

const keyMsMax = 23 * hourMs;
const newsMsMax = 3 * dayMs;

type MailCase = {
  readonly id: AgentId;
  /** null if there is none on `main` */
  readonly file: AgentFile | null;
  readonly record: AgentRecord;
};
export type MailRules = {
  readonly mail: Policy['mail'];
  /** since when each kind is sent */
  readonly since: NonNullable<FleetRecord['mailSince']>;
  readonly nowMs: number;
};
export type DueMail = News & {
  readonly id: AgentId;
  /** Stripe's id */
  readonly customer: string;
  /** of an earlier run that began it; null where none did */
  readonly entry: MailEntry | null;
};
export type Mailing = {
  /** those that were begun before first, then the oldest */
  readonly due: readonly DueMail[];
  readonly closed: readonly ({ readonly id: AgentId } & Pick<News, 'kind' | 'of'>)[];
  /** how many are true and wait for a later hour */
  readonly waiting: number;
};

export function mailingOf(cases: readonly MailCase[], rules: MailRules): Mailing {
  const begun: DueMail[] = [];
  const fresh: DueMail[] = [];
  const closed: Mailing['closed'][number][] = [];
  for (const { id, file, record } of cases) {
    const { customer } = record;
    const news = newsOf(file, record);
    for (const [kind, entry] of openMails(record)) {
      const one = news.find((some) => some.kind === kind && some.of === entry.of);
      const isLate = rules.nowMs - timeMs(entry.asked) >= keyMsMax;
      if (one === undefined || isLate || !rules.mail.kinds.includes(kind))
        closed.push({ id, kind, of: entry.of });
      else begun.push({ id, customer, entry, ...one });
    }
    for (const one of news)
      if (isUnsent(one, record, rules)) fresh.push({ id, customer, entry: null, ...one });
  }
  const places = Math.max(0, rules.mail.perHourMax - begunLately(cases, rules.nowMs));
  const waiting = Math.max(0, fresh.length - places);
  return { due: [...begun.sort(older), ...fresh.sort(older).slice(0, places)], closed, waiting };
}

/** Whether no mail was begun for it, and it is news by these rules. */
function isUnsent(news: News, record: AgentRecord, { mail, since, nowMs }: MailRules): boolean {
  const { kind, of, sinceMs } = news;
  const onSince = since[kind];
  if (!mail.kinds.includes(kind) || onSince === undefined) return false;
  if (sinceMs < timeMs(onSince) || nowMs - sinceMs > newsMsMax) return false;
  const entry = record.mails?.[kind];
  // A kind is sent at most once an hour to an agent, so that its entry counts for the hour.
  return entry === undefined || (entry.of !== of && nowMs - timeMs(entry.asked) >= hourMs);
}

/**
 * The record with the mail begun; null if that is no longer due, or no place is left in this hour.
 * Decided on the tip that is pushed to.
 */
export function withMailBegun(
  current: AgentRecord,
  records: readonly AgentRecord[],
  { due, file, rules }: { due: DueMail; file: AgentFile | null; rules: MailRules },
): AgentRecord | null {
  const { kind, of } = due;
  const news = newsOf(file, current).find((one) => one.kind === kind && one.of === of);
  if (news === undefined || !isUnsent(news, current, rules)) return null;
  const cases = records.map((record) => ({ record }));
  if (begunLately(cases, rules.nowMs) >= rules.mail.perHourMax) return null;
  const asked = new Date(rules.nowMs).toISOString();
  return withMail(current, kind, { of, asked, state: 'asked', at: asked });
}

/** Whether a mail that an earlier run began is open, and still true. */
export function isStillDue(current: AgentRecord, due: DueMail, file: AgentFile | null): boolean {
  const { kind, of } = due;
  const entry = current.mails?.[kind];
  if (entry === undefined || entry.of !== of || !isOpen(entry)) return false;
  return newsOf(file, current).some((one) => one.kind === kind && one.of === of);
}

export type MailEnd = Pick<MailEntry, 'state' | 'reason'>;

/** The record with the mail in this state, since `at` unless it is already; null if not open. */
export function withMailEnd(
  current: AgentRecord,
  { kind, of }: Pick<DueMail, 'kind' | 'of'>,
  { state, reason }: MailEnd,
  at: string,
): AgentRecord | null {
  const entry = current.mails?.[kind];
  if (entry === undefined || entry.of !== of || !isOpen(entry)) return null;
  const since = entry.state === state ? entry.at : at;
  const why = reason === undefined ? {} : { reason };
  return withMail(current, kind, { of, asked: entry.asked, state, at: since, ...why });
}

/** Mails whose sending began within the last hour. */
function begunLately(cases: readonly Pick<MailCase, 'record'>[], nowMs: number): number {
  let count = 0;
  for (const { record } of cases)
    for (const entry of Object.values(record.mails ?? {}))
      if (nowMs - timeMs(entry.asked) < hourMs) count += 1;
  return count;
}

function openMails({ mails = {} }: AgentRecord): readonly (readonly [MailKind, MailEntry])[] {
  const entries = Object.entries(mails) as [MailKind, MailEntry][];
  return entries.filter(([, entry]) => isOpen(entry)).sort(([a], [b]) => compareText(a, b));
}

function older(a: DueMail, b: DueMail): number {
  return a.sinceMs - b.sinceMs || compareText(a.id, b.id) || compareText(a.kind, b.kind);
}
