/**
 * Decides which notices about alarms are due, by the receipts of those that were sent: each alarm
 * once a day while it lasts, and once when it is over. At most a number of them is sent in an hour
 * by each way, `page` first; the others are deferred.
 */

import type { AlarmKind } from '../agent/alarm-kinds.ts';
import { digest } from '../agent/digest.ts';
import { isoOf } from '../text/time.ts';
import { type Alarm, minuteMs } from './alarm.ts';
import type { HeardAlarm } from './silenced.ts';

export type Way = 'chat' | 'mail' | 'webhook';

/** That an alarm was sent by one way; its key names way, day and alarm. */
export type Receipt = {
  readonly by: Way;
  readonly kind: AlarmKind;
  /** hash of kind and scope */
  readonly name: string;
  /** hash of what makes it a new alarm */
  readonly identity: string;
  /** `2026-11-22` */
  readonly day: string;
  readonly sentMs: number;
  /** when it was sent that the alarm is over; null if it was not */
  readonly overMs: number | null;
};
export type ReceiptKey = Pick<Receipt, 'by' | 'kind' | 'name' | 'identity' | 'day'>;

type Notice =
  | { readonly state: 'raised'; readonly key: ReceiptKey; readonly alarm: HeardAlarm }
  | { readonly state: 'over'; readonly key: ReceiptKey; readonly receipt: Receipt };
export type Decided = Notice & {
  readonly outcome: 'due' | 'before' | 'silenced' | 'deferred';
};

type NoticeInput = {
  readonly nowMs: number;
  readonly ways: readonly Way[];
  readonly alarms: readonly HeardAlarm[];
  readonly receipts: readonly Receipt[];
  /** Whether the receipt's alarm would be among the alarms if it were still raised. */
  readonly isJudged: (receipt: Receipt) => boolean;
};

const noticesPerHourMax = 20;

export function decideNotices(input: NoticeInput): readonly Decided[] {
  const { nowMs, receipts } = input;
  return input.ways.flatMap((by) => {
    const last = lastByName(receipts.filter((receipt) => receipt.by === by));
    const decided = [...raised(input, by, last), ...over(input, last)];
    const hourAgoMs = nowMs - 60 * minuteMs;
    const sent = receipts
      .filter((receipt) => receipt.by === by)
      .flatMap(({ sentMs, overMs }) => [sentMs, overMs ?? 0])
      .filter((ms) => ms > hourAgoMs).length;
    let left = noticesPerHourMax - sent;
    return decided.map((one): Decided => {
      if (one.outcome !== 'due') return one;
      left -= 1;
      return left < 0 ? { ...one, outcome: 'deferred' } : one;
    });
  });
}

/** Pages first: they are sent if not all can be. */
function raised(
  { alarms, nowMs }: NoticeInput,
  by: Way,
  last: ReadonlyMap<string, Receipt>,
): readonly Decided[] {
  const day = isoOf(nowMs).slice(0, 10);
  return alarms
    .toSorted((a, b) => Number(b.severity === 'page') - Number(a.severity === 'page'))
    .map((alarm) => {
      const { name, identity } = hashesOf(alarm);
      const receipt = last.get(name);
      const isSent =
        receipt?.identity === identity && receipt.day === day && receipt.overMs === null;
      const outcome = alarm.silenced !== null ? 'silenced' : isSent ? 'before' : 'due';
      const key = { by, kind: alarm.kind, name, identity, day };
      return { state: 'raised', outcome, alarm, key };
    });
}

function over(
  { alarms, isJudged }: NoticeInput,
  last: ReadonlyMap<string, Receipt>,
): readonly Decided[] {
  const names = new Set(alarms.map((alarm) => hashesOf(alarm).name));
  return [...last.values()]
    .filter((receipt) => !names.has(receipt.name) && receipt.overMs === null && isJudged(receipt))
    .map((receipt) => ({ state: 'over', outcome: 'due', key: receipt, receipt }));
}

/** Receipts that say nothing any more, with those of `daysKept` days ago. */
export function outdatedReceipts(receipts: readonly Receipt[], nowMs: number): readonly Receipt[] {
  const day = isoOf(nowMs).slice(0, 10);
  const oldest = isoOf(nowMs - daysKept * 24 * 60 * minuteMs).slice(0, 10);
  return receipts.filter((receipt) => {
    if (receipt.day >= day) return false;
    const same = receipts.filter(({ by, name }) => by === receipt.by && name === receipt.name);
    const isLast = lastByName(same).get(receipt.name) === receipt;
    return receipt.day < oldest || receipt.overMs !== null || !isLast;
  });
}

/** Longer than a silence. */
const daysKept = 8;

function lastByName(receipts: readonly Receipt[]): ReadonlyMap<string, Receipt> {
  const inOrder = receipts.toSorted(
    (a, b) => a.sentMs - b.sentMs || (a.identity < b.identity ? -1 : 1),
  );
  return new Map(inOrder.map((receipt) => [receipt.name, receipt]));
}

function hashesOf({ kind, scope, since, severity, silenceEnded }: HeardAlarm): {
  readonly name: string;
  readonly identity: string;
} {
  return { name: digest([kind, scope], 16), identity: digest([since, severity, silenceEnded], 16) };
}

/** `kind scope` */
export function alarmName({ kind, scope }: Pick<Alarm, 'kind' | 'scope'>): string {
  return scope === '' ? kind : `${kind} ${scope}`;
}
