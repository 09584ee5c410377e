/**
 * Sends alarms by mail, webhook and chat: each once a day while it lasts, and once more when it is
 * over, at most `noticesPerHourMax` in an hour. Receipts in the bucket record what was sent; mails
 * also have an idempotency key. Nothing is written to git. A notice whose receipt could not be
 * written is sent again, but not by the same process.
 */

import type { AlarmKind } from '../../core/agent/alarm-kinds.ts';
import { digest } from '../../core/agent/digest.ts';
import { minuteMs } from '../../core/alarms/alarm.ts';
import {
  alarmName,
  type Decided,
  decideNotices,
  outdatedReceipts,
  type Way,
} from '../../core/alarms/notices.ts';
import type { JudgedAfter } from '../../core/alarms/service-alarms.ts';
import type { HeardAlarm } from '../../core/alarms/silenced.ts';
import { asFailure } from '../../core/failure.ts';
import type { Archive } from '../../ports/archive.ts';
import type { Mail } from '../../ports/mail.ts';
import type { Webhook } from '../../ports/webhook.ts';
import { chatNotice, type NoticeContent, noticeText, webhookNotice } from './notice-text.ts';
import {
  type AlarmSummary,
  type NoticeMemory,
  newMemory,
  openReceipts,
  type Receipts,
} from './receipts.ts';

export type NoticeResult = {
  readonly by: Way;
  readonly alarm: string;
  readonly state: 'raised' | 'over';
  readonly outcome: 'sent' | 'before' | 'silenced' | 'deferred' | 'failed';
  readonly why?: string;
};
/** A reading of alarms. */
export type Heard = {
  readonly fleet: string;
  readonly nowMs: number;
  readonly alarms: readonly HeardAlarm[];
  /** the kinds of which every alarm is among these */
  readonly judged: ReadonlySet<AlarmKind>;
  /** the kinds that each process knows of itself alone */
  readonly ownKinds: JudgedAfter;
};

/** After so long without a confirmation, no other process finds the alarm: each reads every 5 minutes. */
const quietMs = 15 * minuteMs;

/** null disables that way of sending. */
type NoticePorts = {
  readonly archive: Archive;
  readonly mail: { readonly port: Mail; readonly to: string } | null;
  readonly webhook: Webhook | null;
  readonly chat: Webhook | null;
};

/**
 * Does not throw where one notice fails: the others are sent.
 *
 * @param memory of the earlier readings of this process
 */
export async function notify(
  ports: NoticePorts,
  heard: Heard,
  memory: NoticeMemory = newMemory(),
): Promise<readonly NoticeResult[]> {
  const { fleet, nowMs, alarms, judged, ownKinds } = heard;
  const receipts = await openReceipts(ports.archive, { prefix: `${fleet}/alarms/`, nowMs }, memory);
  const ways = (['mail', 'webhook', 'chat'] as const).filter((way) => ports[way] !== null);
  const decided = decideNotices({
    nowMs,
    ways,
    alarms,
    receipts: receipts.all,
    isJudged(receipt) {
      if (!judged.has(receipt.kind)) return false;
      const afterMs = ownKinds.get(receipt.kind);
      if (afterMs === undefined || receipts.isOwn(receipt)) return true;
      // Sent by another process, which may have ended.
      const waitMs = receipts.isFound(receipt) ? quietMs : afterMs;
      return receipts.unconfirmedMs(receipt) >= waitMs;
    },
  });
  const results: NoticeResult[] = [];
  for (const one of decided) {
    const content = await contentOf(one, receipts);
    if (content === null) continue;
    const { state, key } = one;
    const about = { by: key.by, alarm: alarmName(content.alarm), state };
    if (one.outcome !== 'due') results.push({ ...about, outcome: one.outcome });
    else results.push({ ...about, ...(await send(ports, { heard, one, content, receipts })) });
  }
  await confirmOwn(receipts, decided, ownKinds);
  await receipts.forget(outdatedReceipts(receipts.all, nowMs));
  return results;
}

/** What this process finds is not ended by another one. */
async function confirmOwn(
  receipts: Receipts,
  decided: readonly Decided[],
  ownKinds: JudgedAfter,
): Promise<void> {
  const raised = new Set(
    decided.filter(({ state }) => state === 'raised').map(({ key: { by, name } }) => by + name),
  );
  for (const receipt of receipts.all) {
    const lasts = receipt.overMs === null && raised.has(receipt.by + receipt.name);
    if (lasts && ownKinds.has(receipt.kind)) await receipts.confirm(receipt).catch(asFailure);
  }
}

/** null if its receipt cannot be read: nothing can be said of the alarm. */
async function contentOf(one: Decided, receipts: Receipts): Promise<NoticeContent | null> {
  if (one.state === 'raised') return { state: 'raised', alarm: one.alarm };
  const alarm = await receipts.summaryOf(one.receipt).catch(() => null);
  return alarm === null ? null : { state: 'over', alarm };
}

type Sending = {
  readonly heard: Heard;
  readonly one: Decided;
  readonly content: NoticeContent;
  readonly receipts: Receipts;
};

async function send(
  ports: NoticePorts,
  sending: Sending,
): Promise<Pick<NoticeResult, 'outcome' | 'why'>> {
  const { heard, one, content, receipts } = sending;
  try {
    await deliver(ports, sending);
    const { kind, severity, scope, since, message } = content.alarm;
    const kept: AlarmSummary = { kind, severity, scope, since, message };
    if (one.state === 'raised') await receipts.sent(one.key, kept, heard.nowMs);
    else await receipts.over(one.receipt, kept, heard.nowMs);
    return { outcome: 'sent' };
  } catch (thrown) {
    return { outcome: 'failed', why: asFailure(thrown).message };
  }
}

async function deliver(
  { mail, webhook, chat }: NoticePorts,
  { heard: { fleet }, one: { key, state }, content, receipts }: Sending,
): Promise<void> {
  if (key.by === 'webhook') return webhook?.post(webhookNotice(fleet, content));
  if (key.by === 'chat') return chat?.post(chatNotice(fleet, content));
  const title = state === 'over' ? 'over' : content.alarm.severity;
  // Without the agents, which may change within a day. An alarm that came again is another mail.
  const again = receipts.all.find(({ identity, name, by, day }) => {
    return by === 'mail' && day === key.day && name === key.name && identity === key.identity;
  })?.overMs;
  const hash = digest([key.name, key.identity, state, ...(again == null ? [] : [again])], 16);
  return mail?.port.send({
    to: mail.to,
    subject: `[aura ${fleet}] ${title}: ${alarmName(content.alarm)}`,
    text: noticeText(fleet, content),
    idempotencyKey: `alarm/${fleet}/${key.day}/${hash}`,
  });
}
