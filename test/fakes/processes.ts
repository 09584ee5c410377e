/** The port `Processes`: programs of killed runs that have not ended yet. */
import { type RunText, runText } from '../../reconciler/core/fleet/run.ts';
import type { Processes } from '../../reconciler/ports/processes.ts';
import type { FakeTime } from './time.ts';

/** Until when, ms, a program of the run is left on this machine. */
export type FakeProcesses = Map<RunText, number>;

export function createFakeProcesses(left: FakeProcesses, time: FakeTime): Processes {
  return {
    enter: async () => {},
    remain: async (run) => (left.get(runText(run)) ?? 0) > time.now(),
  };
}
