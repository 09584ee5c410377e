/** Reads the state of runs that hold leases from the Forge. */
import { type Lease, leaseIsLive } from '../../core/fleet/recorded.ts';
import {
  type ReadRunState,
  type RunRef,
  runOf,
  runText,
  type WrittenRun,
} from '../../core/fleet/run.ts';
import type { Ports } from '../../ports/ports.ts';

type RunPorts = Pick<Ports, 'forge' | 'log'>;

/** `unanswered` where the Forge does not answer: then every lease of the run holds. */
export async function askRunState({ forge, log }: RunPorts, run: RunRef): Promise<ReadRunState> {
  try {
    return await forge.runState(run);
  } catch (error) {
    const about = { run: runText(run), error };
    log.warn(about, 'the state of a run could not be read from the Forge; its leases hold');
    return 'unanswered';
  }
}

/** Whether the run that took the lease may still act. */
export async function isLeaseLive(
  ports: RunPorts & Pick<Ports, 'cloud'>,
  lease: (Pick<Lease, 'until'> & WrittenRun) | undefined,
): Promise<boolean> {
  if (lease === undefined) return false;
  return leaseIsLive(lease, await ports.cloud.now(), await askRunState(ports, runOf(lease)));
}
