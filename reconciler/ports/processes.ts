/** The processes of runs on this machine. */
import type { RunRef } from '../core/fleet/run.ts';

export type Processes = {
  /** From now on this process is the run's, and so is every program that ends with it. */
  enter(run: RunRef): Promise<void>;
  /** Whether a process of the run is left here, even of one that was killed. */
  remain(run: RunRef): Promise<boolean>;
};
