/**
 * Receipts of sent notices: objects of the bucket below `<fleet>/alarms/`, never in git. Their keys
 * say what was sent; their content is what a notice says once the alarm is over.
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

/** What this process sent, by key. */
export type OwnReceipts = Map<
  string,
  { readonly receipt: Receipt; readonly summary: AlarmSummary; readonly isStored: boolean }
>;

export type Receipts = {
  /** the newest state of each, of the bucket and of this process */
  readonly all: readonly Receipt[];
  isOwn(receipt: Receipt): boolean;
  /** null if its content cannot be read */
  summaryOf(receipt: Receipt): Promise<AlarmSummary | null>;
  /** After a notice was sent. Throws if it could not be stored. */
  sent(key: ReceiptKey, summary: AlarmSummary, nowMs: number): Promise<void>;
  over(receipt: Receipt, summary: AlarmSummary, nowMs: number): Promise<void>;
  forget(receipts: readonly Receipt[]): Promise<void>;
};

const overEnding = '.over';

export async function openReceipts(
  archive: Archive,
  prefix: string,
  own: OwnReceipts,
): Promise<Receipts> {
  const stored = storedIn(await archive.list(prefix), prefix);
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
        for (const one of [`${key}${overEnding}`, key]) await archive.remove(one).catch(asFailure);
      }
    },
  };
}

const keyPattern =
  /^(\d{4}-\d\d-\d\d)\/(chat|mail|webhook)-([A-Za-z]+)-([0-9a-f]{16})-([0-9a-f]{16})(\.over)?$/;

function storedIn(
  objects: Awaited<ReturnType<Archive['list']>>,
  prefix: string,
): readonly Receipt[] {
  const ends = new Map(
    objects
      .filter(({ key }) => key.endsWith(overEnding))
      .map(({ key, modified }) => [key.slice(0, -overEnding.length), timeMs(modified)]),
  );
  return objects.flatMap(({ key, modified }) => {
    const [, day, by, word, name, identity, isEnd] =
      keyPattern.exec(key.slice(prefix.length)) ?? [];
    const kind = alarmKinds.find((one) => one === word);
    if (day === undefined || name === undefined || identity === undefined) return [];
    if (kind === undefined || isEnd !== undefined) return [];
    const [sentMs, endMs] = [timeMs(modified), ends.get(key) ?? 0];
    // An alarm that came again was sent after its end.
    const overMs = endMs >= sentMs ? endMs : null;
    return [{ by: by as Way, kind, name, identity, day, sentMs, overMs }];
  });
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
