/**
 * Sends alarms by mail and by webhook, each once a day while it lasts. Receipts in the bucket, one
 * per day, record what was sent; mails also have an idempotency key. Nothing is written to git. A
 * notice whose receipt could not be written is sent again, but not by the same process: the service
 * may have credentials that only read the bucket.
 */
import { createHash } from 'node:crypto';
import { asFailure } from '../../core/failure.ts';
import type { Alarm } from '../../core/status/alarm.ts';
import type { Archive } from '../../ports/archive.ts';
import type { Mail } from '../../ports/mail.ts';
import type { Webhook } from '../../ports/webhook.ts';

export type NoticeResult = {
  readonly by: 'mail' | 'webhook';
  readonly alarm: string;
  readonly outcome: 'sent' | 'before' | 'failed';
  readonly why?: string;
};
export type Notices = {
  readonly fleet: string;
  readonly nowMs: number;
  readonly alarms: readonly Alarm[];
  readonly mailTo: string | null;
};

/** null disables that way of sending. */
type NoticePorts = {
  readonly archive: Archive;
  readonly mail: Mail | null;
  readonly webhook: Webhook | null;
};

/**
 * Does not throw where one notice fails: the others are sent.
 *
 * @param own receipts of what this process sent
 */
export async function notify(
  { archive, mail, webhook }: NoticePorts,
  notices: Notices,
  own: Set<string> = new Set(),
): Promise<readonly NoticeResult[]> {
  const day = new Date(notices.nowMs).toISOString().slice(0, 10);
  const prefix = `${notices.fleet}/alarms/`;
  const before = new Set((await archive.list(prefix)).map(({ key }) => key));
  const sent: NoticeResult[] = [];
  for (const alarm of notices.alarms) {
    const name = nameOf(alarm);
    for (const by of ['mail', 'webhook'] as const) {
      const send = senderOf(by, { mail, webhook, notices, alarm, day });
      if (send === null) continue;
      const receipt = `${prefix}${day}/${by}-${short(`${name} ${alarm.since ?? ''}`)}`;
      sent.push(
        before.has(receipt) || own.has(receipt)
          ? { by, alarm: name, outcome: 'before' }
          : await once(archive, { receipt, own }, { by, alarm: name, send }),
      );
    }
  }
  const today = `${prefix}${day}/`;
  for (const receipt of own) if (!receipt.startsWith(today)) own.delete(receipt);
  await forgetOld(archive, [...before], today);
  return sent;
}

async function once(
  archive: Archive,
  { receipt, own }: { readonly receipt: string; readonly own: Set<string> },
  { by, alarm, send }: Pick<NoticeResult, 'by' | 'alarm'> & { readonly send: () => Promise<void> },
): Promise<NoticeResult> {
  try {
    await send();
    own.add(receipt);
    await archive.put(receipt, Buffer.from(alarm));
    return { by, alarm, outcome: 'sent' };
  } catch (thrown) {
    return { by, alarm, outcome: 'failed', why: asFailure(thrown).message };
  }
}

type Sending = Omit<NoticePorts, 'archive'> & {
  readonly notices: Notices;
  readonly alarm: Alarm;
  readonly day: string;
};

function senderOf(by: NoticeResult['by'], sending: Sending): (() => Promise<void>) | null {
  const { mail, webhook, notices, alarm, day } = sending;
  const { mailTo, fleet } = notices;
  if (by === 'webhook') return webhook === null ? null : () => webhook.post(noticeOf(fleet, alarm));
  if (mail === null || mailTo === null) return null;
  const { text } = noticeOf(fleet, alarm);
  // Without the agents, which may change within a day.
  const idempotencyKey = `alarm/${fleet}/${day}/${short(`${nameOf(alarm)} ${alarm.since ?? ''}`)}`;
  const subject = `[aura ${fleet}] ${alarm.severity}: ${nameOf(alarm)}`;
  return () => mail.send({ to: mailTo, subject, text, idempotencyKey });
}

const agentsShown = 20;

/** `text` is shown by Slack and similar services; the rest is for programs. */
function noticeOf(fleet: string, { kind, severity, scope, since, message, agents }: Alarm) {
  const rest = agents.length - agentsShown;
  const named = agents.slice(0, agentsShown).join(', ');
  const lines = [
    `${severity === 'page' ? 'Now' : 'Today'}, fleet ${fleet}: ${message}.`,
    ...(since === null ? [] : [`Since ${since}.`]),
    ...(agents.length === 0 ? [] : [`${named}${rest > 0 ? ` and ${rest} more` : ''}`]),
    `What to do: docs/runbooks/${runbooks[kind]}`,
  ];
  return { text: lines.join('\n'), fleet, kind, severity, scope, since, agents };
}

/** File names in docs/runbooks. */
export const runbooks: Readonly<Record<Alarm['kind'], string>> = {
  AccessNotReread: 'access-not-reread.md',
  BreakerOpen: 'breaker-open.md',
  ClocksDisagree: 'clocks-disagree.md',
  DeepCheckDisagrees: 'deep-check-disagrees.md',
  DeviceOffline: 'device-offline.md',
  EndedButBilled: 'ended-but-billed.md',
  EntitledWithoutServer: 'entitled-without-server.md',
  EventNotHandled: 'event-not-handled.md',
  FileLost: 'file-lost.md',
  ForeignEvents: 'foreign-events.md',
  HoldBlocksRetirement: 'hold-blocks-retirement.md',
  IntakeStalled: 'intake-stalled.md',
  InvalidFile: 'invalid-file.md',
  NoSuccessfulRun: 'no-successful-run.md',
  PaidButRetired: 'paid-but-retired.md',
  PortOpen: 'port-open.md',
  RecordsMissing: 'rebuild-the-records.md',
  RefusedForLong: 'refused-for-long.md',
  ServerPowerUnknown: 'server-power-unknown.md',
  SpareServer: 'spare-server.md',
  SshCaOld: 'rotate-the-ssh-ca.md',
  StripeRefuses: 'stripe-refuses.md',
  UnreadableRecord: 'unreadable-record.md',
  WrongStripeAccount: 'wrong-stripe-account.md',
};

/** Removes receipts of other days. */
async function forgetOld(archive: Archive, keys: readonly string[], today: string): Promise<void> {
  for (const key of keys.filter((one) => !one.startsWith(today))) {
    await archive.remove(key).catch(() => {});
  }
}

function nameOf({ kind, scope }: Alarm): string {
  return scope === '' ? kind : `${kind} ${scope}`;
}

function short(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
