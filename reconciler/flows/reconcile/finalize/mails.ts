/**
 * Sends mails to customers, each once: it is begun in the record, then sent under an idempotency
 * key, then recorded as sent. A run that dies in between leaves an open entry; the next run sends the
 * same mail under the same key. The address is asked of Stripe right before and is not kept.
 */
import { type AgentFile, type AgentId, agentPath } from '../../../core/agent/agent.ts';
import type { Policy } from '../../../core/agent/policy.ts';
import { Failure } from '../../../core/failure.ts';
import { phaseOf } from '../../../core/fleet/phase.ts';
import { type AgentRecord, readableRecords, recordId } from '../../../core/fleet/recorded.ts';
import { type MailText, mailText } from '../../../core/mail/mail-text.ts';
import {
  type DueMail,
  isStillDue,
  type MailEnd,
  type Mailing,
  type MailRules,
  mailingOf,
  withMailBegun,
  withMailEnd,
} from '../../../core/mail/mailing.ts';
import type { Plan } from '../../../core/plan/plan.ts';
import { nextOf } from '../../../core/status/agent-next.ts';
import { madeRefundSentence } from '../../../core/status/refund-sentence.ts';
import { timeMs } from '../../../core/text/time.ts';
import { agentFileAt, fleetFileAt } from '../../../ports/at-snapshot.ts';
import { tipOf } from '../../../ports/tip.ts';
import { policyOnMain, readCatalogAndPolicy } from '../../shared/read-catalog.ts';
import { mainUnlessStopped } from '../../shared/read-remote.ts';
import type { FinalizePorts } from './finalize-ports.ts';
import type { Parts } from './parts.ts';

export type MailReport = {
  /** agent and kind of each mail, sorted */
  readonly sent: readonly string[];
  /** how many are due and wait for a later hour */
  readonly waiting: number;
  /** the settings for want of which mails that are due cannot be sent */
  readonly lacks: readonly string[];
};

export const noMails: MailReport = { sent: [], waiting: 0, lacks: [] };

type Sending = {
  readonly ports: FinalizePorts;
  readonly rules: MailRules;
};

export async function finalizeMails(
  ports: FinalizePorts,
  parts: Pick<Parts, 'turn'>,
  plan: Plan,
): Promise<MailReport> {
  // Records may be missing from a partial reading: what was sent is not known then.
  if (plan.reading.kind === 'partial') return noMails;
  const { mail } = await policyOnMain(ports);
  if (mail.kinds.length === 0) return noMails;
  const rules = { mail, since: await mailSince(ports), nowMs: await ports.cloud.now() };
  const { due, closed, waiting } = await mailingNow(ports, rules);
  const { lacks } = ports.customerMail;
  if (lacks.length > 0) {
    const all = due.length + waiting;
    if (all > 0) ports.log.warn({ lacks, mails: all }, 'mails to customers cannot be sent');
    return { sent: [], waiting: all, lacks: all === 0 ? [] : lacks };
  }
  const sending = { ports, rules };
  const sent: string[] = [];
  for (const one of closed) await end(sending, one, { state: 'unknown' });
  for (const one of due) {
    const mayGoOn = await parts.turn('mails', one.id, async () => {
      if (await sendOne(sending, one)) sent.push(`${one.id} ${one.kind}`);
    });
    if (!mayGoOn) break;
  }
  await ports.journal.flush();
  return { sent: sent.sort(), waiting, lacks: [] };
}

async function mailSince({ state }: FinalizePorts): Promise<MailRules['since']> {
  const file = await fleetFileAt(await state.fetch('status'));
  return file.kind === 'valid' ? (file.record.mailSince ?? {}) : {};
}

/** By the records as this run has left them. */
async function mailingNow(ports: FinalizePorts, rules: MailRules): Promise<Mailing> {
  const files = new Map<string | null, AgentFile>();
  for (const file of await ports.files.at(await tipOf(ports, 'main'))) files.set(file.id, file);
  const { records } = await ports.journal.read();
  const cases = readableRecords(records).map((record) => {
    const id = recordId(record);
    return { id, file: files.get(id) ?? null, record };
  });
  return mailingOf(cases, rules);
}

/** False where it is no longer due, or has no address. Throws what the part reports. */
async function sendOne(sending: Sending, due: DueMail): Promise<boolean> {
  const { billing, customerMail } = sending.ports;
  const main = await mainUnlessStopped(sending.ports);
  const { policy } = await readCatalogAndPolicy(main);
  const file = await agentFileAt(main, agentPath(due.id));
  const to = await billing.customerEmail(due.customer);
  const record = await begun(sending, due, file);
  if (record === null) return false;
  if (to === null) {
    await end(sending, due, { state: 'noAddress' });
    return false;
  }
  const text = textOf(sending, due, { file, record, policy });
  try {
    // The text may differ from that of an earlier try, whose key still prevents a second mail.
    const idempotencyKey = `${due.id}/mail-${due.kind}/${due.of}`;
    await customerMail.send({ to, ...text, idempotencyKey });
  } catch (thrown) {
    await noteFailure(sending, due, thrown);
    throw thrown;
  }
  await end(sending, due, { state: 'sent' });
  return true;
}

/** The record with the open entry; null where the mail is not to be sent by this run. */
async function begun(
  { ports, rules }: Sending,
  due: DueMail,
  file: AgentFile | null,
): Promise<AgentRecord | null> {
  let record: AgentRecord | null = null;
  await ports.journal.updateAmong(due.id, (current, records) => {
    const isAgain = current !== null && due.entry !== null && isStillDue(current, due, file);
    record = isAgain ? current : null;
    if (current === null || due.entry !== null) return null;
    record = withMailBegun(current, records, { due, file, rules });
    return record;
  });
  return record;
}

function textOf(
  { ports, rules }: Sending,
  due: DueMail,
  found: { readonly file: AgentFile | null; readonly record: AgentRecord; readonly policy: Policy },
): MailText {
  const { id, kind } = due;
  const { file, record } = found;
  const ofRefund = kind === 'refunded' ? madeRefundSentence(record) : null;
  if (file?.kind !== 'valid')
    return mailText({ kind, agent: id, next: ofRefund ?? '', link: null });
  const { linkEpoch: epoch = 0 } = file.agent.spec;
  // By the time of the entry, so that every try has the same link.
  const askedMs = timeMs(record.mails?.[kind]?.asked ?? '');
  const link = ports.customerMail.statusLink({ id, epoch }, askedMs);
  const input = { ...found, place: null, nowMs: rules.nowMs };
  const next = ofRefund ?? nextOf(input, phaseOf(file, record));
  return mailText({ kind, agent: id, next, link });
}

/** A refusal of the mail itself is final; anything else is tried again by the next run. */
async function noteFailure(sending: Sending, due: DueMail, thrown: unknown): Promise<void> {
  if (!(thrown instanceof Failure) || thrown.reason === 'Stopped') return;
  const { reason, errorClass, scope } = thrown;
  const isFinal = errorClass === 'stalled' && scope === 'agent';
  await end(sending, due, { state: isFinal ? 'refused' : 'failing', reason });
}

async function end(
  { ports, rules }: Sending,
  mail: { readonly id: AgentId } & Pick<DueMail, 'kind' | 'of'>,
  state: MailEnd,
): Promise<void> {
  const at = new Date(rules.nowMs).toISOString();
  const decide = (current: AgentRecord | null) =>
    current === null ? null : withMailEnd(current, mail, state, at);
  await ports.journal.update(mail.id, decide, 'soon');
}
