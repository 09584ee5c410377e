/** A thread that plays the seeds it is sent, one at a time; null ends it. */
import { parentPort, workerData } from 'node:worker_threads';
import type { BehaviourName } from '../../test/simulation/behaviours.ts';
import { simulate } from '../../test/simulation/simulate.ts';

const port = parentPort;
if (port === null) throw new Error('this is a thread of `simulate`');

port.on('message', async (seed: number | null) => {
  if (seed === null) {
    port.close();
    return;
  }
  const played = await simulate(seed, workerData as ReadonlySet<BehaviourName>);
  const fine = played.violations.length + played.unconverged.length === 0;
  // Only failed seeds get a story.
  port.postMessage(fine ? { ...played, narrative: [] } : played);
});
port.postMessage('ready');
