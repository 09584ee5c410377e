/** The reconcile benchmark's end of the channel to its world. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createAsker } from './asker.ts';
import type { Calls, FleetAddresses, FleetOptions, FleetRequest } from './reconcile-messages.ts';

export type FleetProcess = {
  start(): Promise<FleetAddresses>;
  hurry(on: boolean): Promise<void>;
  fill(options: FleetOptions): Promise<void>;
  change(agents: number): Promise<void>;
  nextHour(): Promise<void>;
  calls(): Promise<Calls>;
  close(): Promise<void>;
};

/** What a hundred thousand servers with all their labels take. */
const heapMb = 8192;

export function startFleetProcess(): FleetProcess {
  const child = fork(join(import.meta.dirname, 'reconcile-world.ts'), [], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv: [`--max-old-space-size=${heapMb}`],
  });
  const ask = createAsker<FleetRequest>(child);
  const tell = async (request: FleetRequest) => void (await ask(request));
  return {
    start: async () => (await ask({ ask: 'start' })) as FleetAddresses,
    hurry: (on) => tell({ ask: 'hurry', on }),
    fill: (options) => tell({ ask: 'fill', options }),
    change: (agents) => tell({ ask: 'change', agents }),
    nextHour: () => tell({ ask: 'nextHour' }),
    calls: async () => (await ask({ ask: 'calls' })) as Calls,
    async close() {
      if (child.exitCode !== null) return;
      await ask({ ask: 'close' });
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    },
  };
}
