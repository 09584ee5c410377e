/**
 * The kinds of mail to customers, and what a record keeps of each.
 *
 * The kinds are closed: those of `mails` in a record's schema, which are those of `mail.kinds` in the
 * policy's. Missing secrets and hibernation are facts that no agent can have yet, so there is no kind
 * about them. A further kind is added to both schemas; the compiler then asks for its subject
 * (mail-text), and `newsOf` (news) says while it is true. What is mailed is the page's sentence, so a
 * snapshot that a deletion leaves is named there first (core/status/agent-next).
 */
import type { AgentRecord } from '../fleet/recorded.ts';
import { timeMs } from '../text/time.ts';

type Mails = NonNullable<AgentRecord['mails']>;
export type MailKind = keyof Mails;
/** What a record keeps of the last mail of a kind. */
export type MailEntry = NonNullable<Mails[MailKind]>;

/** A mail is tried again while its entry is open. */
export function isOpen({ state }: MailEntry): boolean {
  return state === 'asked' || state === 'failing';
}

/** Whether the customer may have read it. */
export function mayHaveArrived({ state }: MailEntry): boolean {
  return state === 'sent' || state === 'unknown';
}

/** A mail that was certainly sent. */
export type Mailed = { readonly kind: MailKind; readonly at: string };

/** The last one; null without one. */
export function lastMailed(record: Pick<AgentRecord, 'mails'> | null): Mailed | null {
  const entries = Object.entries(record?.mails ?? {}) as [MailKind, MailEntry][];
  const sent = entries.flatMap(([kind, { state, at }]) => (state === 'sent' ? [{ kind, at }] : []));
  return sent.reduce<Mailed | null>(
    (last, one) => (last === null || timeMs(one.at) > timeMs(last.at) ? one : last),
    null,
  );
}

export function withMail(record: AgentRecord, kind: MailKind, entry: MailEntry): AgentRecord {
  return { ...record, mails: { ...record.mails, [kind]: entry } };
}
