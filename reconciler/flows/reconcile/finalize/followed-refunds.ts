/**
 * Follows refunds for as long as a bank may return them. One that failed is not repeated: a person
 * gives the money back otherwise, which Stripe then shows as another refund or as a credit note.
 */
import type { AgentRecord, RecordFile } from '../../../core/fleet/recorded.ts';
import {
  failedRefunds,
  followedRefunds,
  type MadeRefund,
  type RecordedRefund,
  refundAsShown,
  withRefundChanged,
} from '../../../core/fleet/refunds.ts';
import { timeMs } from '../../../core/text/time.ts';
import type { Ports } from '../../../ports/ports.ts';

type FollowPorts = Pick<Ports, 'journal' | 'cloud' | 'log' | 'billing'>;
type Valid = RecordFile & { readonly kind: 'valid' };

/** Agents with a refund whose state changed, sorted. */
export async function followRefunds(
  ports: FollowPorts,
  records: readonly RecordFile[],
): Promise<readonly string[]> {
  const valid = records.filter((one): one is Valid => one.kind === 'valid');
  const nowMs = await ports.cloud.now();
  const followed = valid.flatMap((one) =>
    followedRefunds(one.record, nowMs).map((refund) => ({ one, refund })),
  );
  const shown = await shownRefunds(
    ports,
    followed.map(({ refund }) => refund),
  );
  const changed: { readonly one: Valid; before: RecordedRefund; after: RecordedRefund }[] = [];
  for (const { one, refund } of followed)
    changed.push({ one, before: refund, after: refundAsShown(refund, shown) });
  for (const one of valid)
    for (const refund of failedRefunds(one.record))
      if (await isHandled(ports, refund))
        changed.push({ one, before: refund, after: { ...refund, state: 'handled' } });
  const news = changed.filter(({ before, after }) => before.state !== after.state);
  for (const { one, before, after } of news) await note(ports, one, { before, after });
  return [...new Set(news.map(({ one }) => one.id))].sort();
}

async function shownRefunds(
  { billing }: FollowPorts,
  followed: readonly RecordedRefund[],
): Promise<ReadonlyMap<string, MadeRefund>> {
  if (followed.length === 0) return new Map();
  const oldestMs = Math.min(...followed.map(({ asked }) => timeMs(asked)));
  const shown = await billing.refundsSince(secondOf(oldestMs));
  return new Map(shown.map((one) => [one.id, one]));
}

/** Whether as much was given back after it was asked for. */
async function isHandled(
  { billing }: FollowPorts,
  { invoice, amount, asked }: RecordedRefund,
): Promise<boolean> {
  if (invoice === undefined || amount === undefined) return false;
  return (await billing.returnedSince(invoice, secondOf(timeMs(asked)))) >= amount;
}

/** The clocks of Hetzner and Stripe may differ by minutes. */
function secondOf(ms: number): number {
  return Math.floor(ms / 1000) - 600;
}

async function note(
  { journal, log }: FollowPorts,
  { id }: Valid,
  { before, after }: { readonly before: RecordedRefund; readonly after: RecordedRefund },
): Promise<void> {
  if (after.state === 'failed')
    log.error({ agent: id, reason: after.reason }, 'a bank returned a refund');
  const decide = (current: AgentRecord | null) =>
    current === null ? null : withRefundChanged(current, before, after);
  await journal.update(id, decide, 'now');
}
