/** Releases the lock of a Terraform that did not end and was killed, and returns the failure. */
import { hostname } from 'node:os';
import { Failure } from '../../core/failure.ts';
import { timeMs } from '../../core/text/time.ts';
import type { Log } from '../../ports/log.ts';
import type { StateLock } from '../../ports/states.ts';
import type { ProgramResult } from './program.ts';

type Overdue = {
  readonly stateKey: string;
  /** of Terraform: `plan`, `apply`, … */
  readonly command: string;
  /** when it was started, by this machine's clock */
  readonly sinceMs: number;
  readLock(stateKey: string): Promise<StateLock | null>;
  run(args: readonly string[]): Promise<ProgramResult>;
  readonly log: Log;
};

export async function overdueFailure(overdue: Overdue): Promise<Failure> {
  const { command, stateKey, log } = overdue;
  log.error({ stateKey, command }, 'terraform did not end and was stopped');
  try {
    await releaseOwnLock(overdue);
  } catch (error) {
    log.error(
      { stateKey, error },
      'the lock of a terraform that was stopped could not be released',
    );
  }
  const reason = command === 'apply' ? 'OutcomeUnknown' : 'ToolStuck';
  return new Failure(reason, `terraform ${command} of ${stateKey} did not end and was stopped`);
}

/** Only a lock that this machine made since then: any other lock stays. */
async function releaseOwnLock({ stateKey, sinceMs, readLock, run }: Overdue): Promise<void> {
  const lock = await readLock(stateKey);
  if (lock === null) return;
  const isOurs = lock.who.endsWith(`@${hostname()}`) && timeMs(lock.created) >= sinceMs - 1000;
  if (isOurs) await run(['force-unlock', '-force', lock.id]);
}
