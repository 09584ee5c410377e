/**
 * Decides by `policy.abuse` whether what a bank reports of a payment isolates the agent.
 *
 * Only a report that the file did not have isolates, so that a person's release stands while the
 * same dispute goes on, and another policy concerns later reports only. The end of a report
 * releases no agent: a person does.
 */
import type { Access, AgentSpec } from '../agent/agent.ts';
import {
  isReported,
  issueOfReport,
  type PaymentReport,
  paymentReports,
} from '../agent/payment-reports.ts';
import type { Policy } from '../agent/policy.ts';
import { isoOf } from '../text/time.ts';

const reasonOf: Readonly<Record<PaymentReport, string>> = {
  dispute: 'a payment of its customer is disputed',
  fraudWarning: 'a payment of its customer is reported as fraud',
};

type Isolated = NonNullable<AgentSpec['isolated']>;
type Before = Pick<AgentSpec, 'access' | 'isolated'>;
type Followed<Was> = { readonly before: Was; readonly after: Access };

/** `before` is null where there was no file. */
export function isolationBy(
  { abuse }: Pick<Policy, 'abuse'>,
  { before, after }: Followed<Before | null>,
  nowMs: number,
): Isolated | null {
  if (before?.isolated !== undefined) return null;
  const does = { dispute: abuse.onDispute, fraudWarning: abuse.onFraudWarning };
  const known = before?.access.issues ?? [];
  const reasons = paymentReports
    .filter((report) => does[report] === 'isolate' && !known.includes(issueOfReport[report]))
    .filter((report) => after.issues?.includes(issueOfReport[report]) === true)
    .map((report) => reasonOf[report]);
  return reasons.length === 0 ? null : { reason: reasons.join('; '), since: isoOf(nowMs) };
}

export type IsolationWord = 'isolated' | 'still isolated' | null;

/** For the commit's subject: whether it isolates, or the last report is over and a person decides. */
export function isolationWord(
  { before, after }: Followed<Before>,
  isolated: Isolated | null,
): IsolationWord {
  if (isolated !== null) return 'isolated';
  const isOver = isReported(before.access) && !isReported(after);
  return isOver && before.isolated !== undefined ? 'still isolated' : null;
}

/** The same policy for an agent that must not be isolated automatically. */
export function withoutIsolation(policy: Policy): Policy {
  return { ...policy, abuse: { ...policy.abuse, onDispute: 'alarm', onFraudWarning: 'alarm' } };
}
