/** Builds the sentence about a refund that a customer reads. */
import { isPausedByUs } from '../fleet/receipts.ts';
import type { AgentRecord } from '../fleet/recorded.ts';
import type { RecordedRefund } from '../fleet/refunds.ts';
import { moneyText } from '../text/money.ts';

/** For an agent that was given up; empty where nothing was refunded or paused. */
export function refundSentence(record: AgentRecord | null): string {
  if (record === null) return '';
  const refund = record.refunds?.findLast(({ cause }) => cause === 'gaveUp');
  const said = refund === undefined ? [] : sentenceOf(refund);
  const paused = isPausedByUs(record) ? ['You are not charged until it runs.'] : [];
  return [...said, ...paused].join(' ');
}

/** For a mail about the last refund that was made; empty without one. */
export function madeRefundSentence({ refunds = [] }: AgentRecord): string {
  const last = refunds.findLast(({ state }) => state === 'pending' || state === 'succeeded');
  return last === undefined ? '' : sentenceOf(last).join(' ');
}

function sentenceOf({ state, amount, currency }: RecordedRefund): readonly string[] {
  const what = amount === undefined ? 'Your last payment' : moneyText(amount, currency ?? '');
  switch (state) {
    case 'none':
      return [];
    case 'asked':
    case 'refused':
      return ['Your last payment is going to be refunded.'];
    case 'pending':
      return [`${what} is being refunded.`];
    case 'succeeded':
    case 'handled':
      return [`${what} was refunded.`];
    case 'failed':
      return ['Your bank returned our refund; our team takes care of it.'];
  }
}
