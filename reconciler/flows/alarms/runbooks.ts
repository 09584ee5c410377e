/** Which page tells what to do about an alarm. */
import type { Alarm } from '../../core/status/alarm.ts';

/** File names in docs/runbooks. */
export const runbooks: Readonly<Record<Alarm['kind'], string>> = {
  AccessNotReread: 'access-not-reread.md',
  BreakerOpen: 'breaker-open.md',
  ClocksDisagree: 'clocks-disagree.md',
  DeepCheckDisagrees: 'deep-check-disagrees.md',
  DeviceOffline: 'device-offline.md',
  EndedButBilled: 'ended-but-billed.md',
  EntitledWithoutServer: 'entitled-without-server.md',
  EventNotHandled: 'event-not-handled.md',
  FileLost: 'file-lost.md',
  ForeignEvents: 'foreign-events.md',
  HoldBlocksRetirement: 'hold-blocks-retirement.md',
  IntakeStalled: 'intake-stalled.md',
  InvalidFile: 'invalid-file.md',
  InvalidSilences: 'invalid-silences.md',
  MailFailing: 'mail-failing.md',
  NoSuccessfulRun: 'no-successful-run.md',
  PaidButRetired: 'paid-but-retired.md',
  PortOpen: 'port-open.md',
  RecordsMissing: 'rebuild-the-records.md',
  RefusedForLong: 'refused-for-long.md',
  RefundFailed: 'refund-failed.md',
  ServerPowerUnknown: 'server-power-unknown.md',
  SpareServer: 'spare-server.md',
  SshCaOld: 'rotate-the-ssh-ca.md',
  StripeRefuses: 'stripe-refuses.md',
  UnreadableRecord: 'unreadable-record.md',
  WrongStripeAccount: 'wrong-stripe-account.md',
};
