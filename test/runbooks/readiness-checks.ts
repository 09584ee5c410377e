/** Checks of the doctor that `readiness.test.ts` shows failing. */
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
  'prices',
  'expiry',
];

/** `mail-failing.test.ts` shows it failing, and `doctor.test.ts` all others. */
export const mailCheck = 'customers';
