/**
 * Receipts of sent notices: objects of the bucket below `<fleet>/alarms/`, never in git. Their keys
 * say what was sent; their content is what a notice says once the alarm is over.
 *
 * An object beside the receipt, written again by each reading, says that a service still finds an
 * alarm that only services raise. Where it is no longer written, another process may end the alarm.
 *
 * A process whose credentials only read the bucket remembers what it could not store.
 */

import { alarmKinds } from '../../core/agent/alarm-kinds.ts';
import type { Alarm } from '../../core/alarms/alarm.ts';
import type { Receipt, ReceiptKey, Way } from '../../core/alarms/notices.ts';
import { asFailure } from '../../core/failure.ts';
import { timeMs } from '../../core/text/time.ts';
import type { Archive } from '../../ports/archive.ts';

/** What a receipt holds of its alarm. */
export type AlarmSummary = Pick<Alarm, 'kind' | 'severity' | 'scope' | 'since' | 'message'>;

/** What a process remembers from one reading to the next, by the receipt's key. */
export type NoticeMemory = {
  /** what it sent */
  readonly sent: Map<
    string,
    { readonly receipt: Receipt; readonly summary: AlarmSummary; readonly isStored: boolean }
  >;
  /** since when, by its own readings, no process has confirmed that the alarm lasts */
  readonly unconfirmed: Map<string, { readonly confirmed: string; readonly sinceMs: number }>;
  /** those whose alarm it found itself */
  readonly found: Set<string>;
};

export function newMemory(): NoticeMemory {
  return { sent: new Map(), unconfirmed: new Map(), found: new Set() };
}

export type Receipts = {
  /** the newest state of each, of the bucket and of this process */
  readonly all: readonly Receipt[];
  isOwn(receipt: Receipt): boolean;
  /** whether this process found the alarm itself, also if another one sent it */
  isFound(receipt: Receipt): boolean;
  /** how long this process has seen no confirmation of the alarm */
  unconfirmedMs(receipt: Receipt): number;
  /** Writes for other processes that the alarm lasts. */
  confirm(receipt: Receipt): Promise<void>;
  /** null if its content cannot be read */
  summaryOf(receipt: Receipt): Promise<AlarmSummary | null>;
  /** After a notice was sent. Throws if it could not be stored. */
  sent(key: ReceiptKey, summary: AlarmSummary, nowMs: number): Promise<void>;
  over(receipt: Receipt, summary: AlarmSummary, nowMs: number): Promise<void>;
  forget(receipts: readonly Receipt[]): Promise<void>;
};

const overEnding = '.over';
const lastsEnding = '.lasts';

export async function openReceipts(
  archive: Archive,
  { prefix, nowMs }: { readonly prefix: string; readonly nowMs: number },
  { sent: own, unconfirmed, found }: NoticeMemory,
): Promise<Receipts> {
  const objects = await archive.list(prefix);
  const stored = storedIn(objects, prefix);
  const confirmed = endings(objects, lastsEnding);
  const keyOf = ({ day, by, kind, name, identity }: ReceiptKey) =>
    `${prefix}${day}/${by}-${kind}-${name}-${identity}`;
  const all = new Map(stored.map((receipt) => [keyOf(receipt), receipt]));
  for (const [key, { receipt, isStored }] of own) if (!isStored) all.set(key, receipt);

  async function keep(receipt: Receipt, summary: AlarmSummary, store: () => Promise<unknown>) {
    const key = keyOf(receipt);
    own.set(key, { receipt, summary, isStored: false });
    await store();
    own.set(key, { receipt, summary, isStored: true });
  }

  return {
    all: [...all.values()],
    isOwn: (receipt) => own.has(keyOf(receipt)),
    isFound: (receipt) => found.has(keyOf(receipt)),
    unconfirmedMs(receipt) {
      const key = keyOf(receipt);
      const last = `${receipt.sentMs} ${confirmed.get(key) ?? ''}`;
      const before = unconfirmed.get(key);
      const seen = before?.confirmed === last ? before : { confirmed: last, sinceMs: nowMs };
      unconfirmed.set(key, seen);
      return nowMs - seen.sinceMs;
    },
    async confirm(receipt) {
      found.add(keyOf(receipt));
      await archive.put(`${keyOf(receipt)}${lastsEnding}`, Buffer.from(''));
    },
    async summaryOf(receipt) {
      const summary = own.get(keyOf(receipt))?.summary;
      return summary ?? summaryIn(await archive.get(keyOf(receipt)), receipt);
    },
    async sent(key, summary, nowMs) {
      const content = Buffer.from(JSON.stringify(summary));
      const put = () => archive.put(keyOf(key), content);
      await keep({ ...key, sentMs: nowMs, overMs: null }, summary, put);
    },
    async over(receipt, summary, nowMs) {
      const put = () => archive.put(`${keyOf(receipt)}${overEnding}`, Buffer.from(''));
      await keep({ ...receipt, overMs: nowMs }, summary, put);
    },
    async forget(receipts) {
      for (const receipt of receipts) {
        const key = keyOf(receipt);
        own.delete(key);
        unconfirmed.delete(key);
        found.delete(key);
        for (const ending of [overEnding, lastsEnding, ''])
          await archive.remove(`${key}${ending}`).catch(asFailure);
      }
    },
  };
}

const keyPattern =
  /^(\d{4}-\d\d-\d\d)\/(chat|mail|webhook)-([A-Za-z]+)-([0-9a-f]{16})-([0-9a-f]{16})$/;

function storedIn(
  objects: Awaited<ReturnType<Archive['list']>>,
  prefix: string,
): readonly Receipt[] {
  const ends = endings(objects, overEnding);
  return objects.flatMap(({ key, modified }) => {
    const [, day, by, word, name, identity] = keyPattern.exec(key.slice(prefix.length)) ?? [];
    const kind = alarmKinds.find((one) => one === word);
    if (day === undefined || name === undefined || identity === undefined) return [];
    if (kind === undefined) return [];
    const end = ends.get(key);
    const [sentMs, endMs] = [timeMs(modified), end === undefined ? 0 : timeMs(end)];
    // An alarm that came again was sent after its end.
    const overMs = endMs >= sentMs ? endMs : null;
    return [{ by: by as Way, kind, name, identity, day, sentMs, overMs }];
  });
}

/** When the objects beside the receipts were written, by the receipt's key. */
function endings(
  objects: Awaited<ReturnType<Archive['list']>>,
  ending: string,
): ReadonlyMap<string, string> {
  return new Map(
    objects
      .filter(({ key }) => key.endsWith(ending))
      .map(({ key, modified }) => [key.slice(0, -ending.length), modified]),
  );
}

function summaryIn(content: Buffer | null, { kind }: Receipt): AlarmSummary | null {
  if (content === null) return null;
  try {
    const summary: unknown = JSON.parse(content.toString('utf8'));
    const isSummary = typeof summary === 'object' && summary !== null && 'message' in summary;
    // This program alone writes below the prefix.
    return isSummary ? { ...(summary as AlarmSummary), kind } : null;
  } catch {
    return null;
  }
}
