/** What banks report of a customer's payments, and the issue that each is in the agent's file. */
import type { Access, AccessIssue } from './agent.ts';

/** An open dispute, and an early fraud warning that neither a dispute nor a refund has followed. */
export const paymentReports = ['dispute', 'fraudWarning'] as const;
export type PaymentReport = (typeof paymentReports)[number];

export const issueOfReport = {
  dispute: 'PaymentDisputed',
  fraudWarning: 'FraudWarning',
} as const satisfies Readonly<Record<PaymentReport, AccessIssue>>;

/** Whether a file, as text, may have the issue of a report. */
export function mayHaveReport(text: string): boolean {
  return Object.values(issueOfReport).some((issue) => text.includes(issue));
}

export function isReported({ issues = [] }: Access): boolean {
  return Object.values(issueOfReport).some((issue) => issues.includes(issue));
}
