/**
 * Refunds an agent's last invoice, once for its cause. The record's entry is written first: it
 * fixes the invoice and takes a place among the refunds of the day. What Stripe did is found by
 * looking at the invoice's refunds, never by a second refund.
 */
import type { AgentId } from '../../../core/agent/agent.ts';
import type { Policy } from '../../../core/agent/policy.ts';
import { asFailure } from '../../../core/failure.ts';
import type { AgentRecord } from '../../../core/fleet/recorded.ts';
import {
  isOpenRefund,
  type RefundCause,
  refundFor,
  withRefundAsked,
  withRefundMade,
  withRefundRefused,
} from '../../../core/fleet/refunds.ts';
import type { Ports } from '../../../ports/ports.ts';

type RefundPorts = Pick<Ports, 'journal' | 'cloud' | 'log' | 'billing'>;

export type RefundOrder = RefundCause & {
  readonly id: AgentId;
  readonly subscription: string;
  /** names the refund at Stripe */
  readonly purpose: string;
  /** UNIX seconds; undefined refunds everything */
  readonly unusedSince: number | undefined;
  readonly scope: Policy['refund']['scope'];
  readonly perDayMax: number;
  /** whether another effect follows that uses the place of the day too */
  readonly usesPlace: boolean;
  /** whether the record still asks for it: another run may have done it */
  isOwed(record: AgentRecord): boolean;
  /** Whether stop, file and policy still ask for it. Throws `Stopped`. */
  stillAsked(): Promise<boolean>;
};

/** False where it has to wait, or is no longer asked for. */
export async function refundOnce(
  ports: RefundPorts,
  order: RefundOrder,
  record: AgentRecord,
): Promise<boolean> {
  const { billing, journal } = ports;
  const { id, cause, revision } = order;
  const of = { cause, revision } as const;
  const known = refundFor(record, of);
  const invoice = known === null ? await lastInvoice(ports, order) : known.invoice;
  if (invoice === undefined && !order.usesPlace) return true;
  const entry = await reserve(ports, order, invoice);
  if (entry === null) return false;
  // It was made before, or by another run meanwhile.
  if (!isOpenRefund(entry)) return true;
  // The agent may have been restored, or tried again, meanwhile.
  if (!(await order.stillAsked())) return false;
  try {
    const purpose = { agent: id, revision, purpose: order.purpose };
    const made =
      entry.invoice === undefined
        ? []
        : await billing.refundInvoice(entry.invoice, purpose, entry.unusedSince);
    const { usesPlace } = order;
    await note((current) => withRefundMade(current, of, { made, usesPlace }));
    return true;
  } catch (thrown) {
    if (asFailure(thrown).errorClass === 'stalled')
      await note((current) => withRefundRefused(current, of));
    throw thrown;
  }

  async function note(update: (current: AgentRecord) => AgentRecord): Promise<void> {
    await journal.update(id, (current) => (current === null ? null : update(current)), 'now');
  }
}

async function lastInvoice(
  { billing }: RefundPorts,
  { scope, subscription }: RefundOrder,
): Promise<string | undefined> {
  if (scope === 'none') return undefined;
  return (await billing.lastInvoice(subscription)) ?? undefined;
}

/** The record's entry; null where all refunds of the day are taken, or none is owed. */
async function reserve(ports: RefundPorts, order: RefundOrder, invoice: string | undefined) {
  const { id, cause, revision, unusedSince, perDayMax } = order;
  const refund = {
    cause,
    revision,
    ...(invoice === undefined ? {} : { invoice }),
    ...(unusedSince === undefined ? {} : { unusedSince }),
  };
  const nowMs = await ports.cloud.now();
  let isOwed = false;
  const taken = await ports.journal.updateAmong(id, (current, records) => {
    isOwed = current !== null && order.isOwed(current);
    if (current === null || !isOwed) return null;
    return withRefundAsked(current, records, { refund, nowMs, perDayMax });
  });
  if (taken === null && isOwed)
    ports.log.warn({ agent: id }, 'a refund waits until tomorrow: the daily limit is reached');
  return taken === null ? null : refundFor(taken, { cause, revision });
}
