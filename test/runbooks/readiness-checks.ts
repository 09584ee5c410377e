/**
 * Checks of the doctor that `readiness.test.ts` and `mail-failing.test.ts` show failing;
 * `doctor.test.ts` shows the others.
 */
export const readinessChecks: readonly string[] = [
  'bucket private',
  'bucket encrypted',
  'bucket versioned',
  'bucket logged',
  'bucket lock',
  'quotas',
  'withdrawals',
  'Tailscale key',
  'Stripe webhook',
  'expiry',
  'customers',
];
