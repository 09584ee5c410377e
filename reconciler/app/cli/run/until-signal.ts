/** Waits until the process is asked to end. A second signal ends it at once. */
import { exitCodes } from './exit.ts';

export function untilSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let signalled = false;
    const onSignal = (signal: NodeJS.Signals) => {
      if (signalled) process.exit(exitCodes.interrupted);
      signalled = true;
      resolve(signal);
    };
    process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  });
}
