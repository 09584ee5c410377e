/** What a customer reads about a try that failed: what did not work, without our terms. */
import { type FailureReason, failureReasons } from '../failure.ts';
import type { AgentRecord } from '../fleet/recorded.ts';

const serverDidNotStart = 'its server did not start as it should';
const notInstalled = 'its software could not be installed';
const notJoined = 'it could not join its private network';
const didNotRun = 'it was installed, but did not start';

/** Other reasons say nothing that a customer could use. */
const causes: Partial<Record<FailureReason, string>> = {
  BootTimeout: serverDidNotStart,
  CloudInitFailed: serverDidNotStart,
  HostUnreachable: 'its server could not be reached',
  KeyRefused: serverDidNotStart,
  ConfigureFailed: notInstalled,
  JoinFailed: notJoined,
  UnitFailed: didNotRun,
  VerifyFailed: didNotRun,
};

/** `: its server did not start as it should`, or nothing. */
export function becauseOf(record: AgentRecord | null): string {
  const cause = causes[reasonOf(record) ?? 'Bug'];
  return cause === undefined ? '' : `: ${cause}`;
}

function reasonOf(record: AgentRecord | null): FailureReason | null {
  const reason = record?.attempts.at(-1)?.reason;
  return isReason(reason) ? reason : null;
}

function isReason(text: string | undefined): text is FailureReason {
  return text !== undefined && text in failureReasons;
}
