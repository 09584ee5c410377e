/** Threads that play seeds: each takes the next one when it is done with the last. */
import { Worker } from 'node:worker_threads';
import type { Simulation } from '../../test/simulation/simulate.ts';
import type { Options } from './options.ts';

/** Large enough that a played world is collected before it counts as long-lived. */
const youngMb = 64;

/** Resolves when all are played. A thread that ends early is an error. */
export async function playSeeds(
  { seeds, from, workers, behaviours }: Options,
  { ready, took }: { ready(): void; took(played: Simulation): void },
): Promise<void> {
  let next = from;
  const end = from + seeds;
  const play = () =>
    new Promise<void>((resolve, reject) => {
      const worker = new Worker(new URL('./worker.ts', import.meta.url), {
        workerData: behaviours,
        resourceLimits: { maxYoungGenerationSizeMb: youngMb },
      });
      const go = () => {
        worker.postMessage(next < end ? next : null);
        next += 1;
      };
      worker.on('message', (played: Simulation | 'ready') => {
        if (played === 'ready') ready();
        else took(played);
        go();
      });
      worker.on('error', reject);
      worker.on('exit', (code) =>
        code === 0 ? resolve() : reject(new Error(`a thread ended with ${code}`)),
      );
    });
  await Promise.all(Array.from({ length: Math.min(workers, seeds) }, play));
}
