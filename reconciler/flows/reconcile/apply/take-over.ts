/** Ends what a dead run left, whose lease was taken over, before anything else is done. */
import { Failure } from '../../../core/failure.ts';
import { agentStateKey } from '../../../core/fleet/observed.ts';
import { type RunRef, runText } from '../../../core/fleet/run.ts';
import type { Attempt, Run } from './attempt.ts';
import { tryToRevokeLeftKeys } from './join.ts';
import { releaseDeadLock } from './stack.ts';

/**
 * Its lock is released and its unused keys are revoked once no process of it is left on this
 * machine. Its job may have been killed, and Terraform needs a while to end.
 */
export async function endDeadRun(attempt: Attempt, dead: RunRef): Promise<void> {
  const { run, id } = attempt;
  await processesGone(run, dead);
  await releaseDeadLock(run, agentStateKey(run.policy.fleet, id), true);
  await tryToRevokeLeftKeys(attempt);
}

/** A little more than Terraform has to end before it is killed. */
const endMs = 150_000;
const lookMs = 500;

/** Throws `Superseded` where they do not end: no attempt is used up, and the next run looks again. */
async function processesGone({ ports }: Run, dead: RunRef): Promise<void> {
  const { processes, clock, log } = ports;
  for (let waitedMs = 0; await processes.remain(dead); waitedMs += lookMs) {
    if (waitedMs === 0)
      log.warn({ run: runText(dead) }, 'waits for processes of a dead run to end');
    if (waitedMs >= endMs) {
      const message = `processes of run ${runText(dead)} have not ended on this machine`;
      throw new Failure('Superseded', message);
    }
    await clock.wait(lookMs);
  }
}
