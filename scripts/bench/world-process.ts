/** The benchmark's end of the channel to its world. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createAsker } from './asker.ts';
import type {
  Change,
  WorldAddresses,
  WorldCounts,
  WorldOptions,
  WorldRequest,
} from './intake-messages.ts';

export type WorldProcess = {
  start(options: WorldOptions): Promise<WorldAddresses>;
  delay(ms: number): Promise<void>;
  change(changes: readonly Change[]): Promise<void>;
  counts(): Promise<WorldCounts>;
  close(): Promise<void>;
};

export function startWorldProcess(): WorldProcess {
  const child = fork(join(import.meta.dirname, 'intake-world.ts'), [], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ask = createAsker<WorldRequest>(child);
  return {
    start: async (options) => (await ask({ ask: 'start', options })) as WorldAddresses,
    async delay(ms) {
      await ask({ ask: 'delay', ms });
    },
    async change(changes) {
      await ask({ ask: 'change', changes });
    },
    counts: async () => (await ask({ ask: 'counts' })) as WorldCounts,
    async close() {
      if (child.exitCode !== null) return;
      await ask({ ask: 'close' });
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    },
  };
}
