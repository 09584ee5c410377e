/**
 * Handles signals for a verb with effects: a signal counts as a stop of this process only. The
 * current step ends (Terraform cancels its call and releases its lock; waits end at once), no other
 * step begins, and the results are recorded. A second SIGINT, or the end of `patienceMs`, ends the
 * process at once.
 *
 * GitHub's runner sends SIGINT to a step that is canceled, SIGTERM 7.5 seconds later, and SIGKILL
 * 2.5 seconds after that. On SIGTERM Terraform is asked to end; it gets most of what is left to
 * write its state and release its lock, and the attempt to record its outcome.
 */
import { Failure } from '../../../core/failure.ts';
import type { Journal } from '../../../ports/journal.ts';
import type { Ports } from '../../../ports/ports.ts';
import type { Output } from '../text/output.ts';
import { type ExitCode, exitCodes } from './exit.ts';

export type Interruption = {
  /** Throws `Stopped` once a signal has come. */
  check(): void;
  /** the verb's own exit code, or the one of an interrupted process */
  code(code: ExitCode): ExitCode;
  close(): void;
};

/** Long enough to cancel a call of Terraform and to write a record. */
const patienceMs = 60_000;
/** Of the 2.5 seconds between SIGTERM and SIGKILL. */
const beforeKillMs = 1_800;
const flushMs = 5_000;
const signals = ['SIGINT', 'SIGTERM'] as const;

/**
 * The ports whose reading of the stop also reports signals, and the handler of the signals. Their
 * clock's waits throw `Stopped`: they are looks at something that goes on without us, and can take
 * longer than GitHub leaves to a step that is canceled.
 */
export function interruptible<Some extends Pick<Ports, 'state' | 'journal' | 'clock'>>(
  ports: Some,
  out: Output,
): { readonly ports: Some; readonly interruption: Interruption } {
  let came: NodeJS.Signals | null = null;
  let timer: NodeJS.Timeout | undefined;
  const asked = Promise.withResolvers<never>();
  // Without a wait nothing awaits it.
  asked.promise.catch(() => {});
  const onSignal = (signal: NodeJS.Signals) => {
    if (came !== null) {
      if (signal === 'SIGINT') return void endNow(ports.journal);
      clearTimeout(timer);
      timer = setTimeout(() => void endNow(ports.journal), beforeKillMs);
      return;
    }
    came = signal;
    asked.reject(new Failure('Stopped', reason()));
    out.note(`aura: ${signal}: the current step is finished; a second signal ends it at once`);
    timer = setTimeout(() => void endNow(ports.journal), patienceMs);
    timer.unref();
  };
  const reason = () => `this process was asked to end (${came ?? 'no signal'})`;
  for (const signal of signals) process.on(signal, onSignal);
  const { state, clock } = ports;
  const wait = (ms: number) =>
    came === null ? Promise.race([asked.promise, clock.wait(ms)]) : asked.promise;
  const stop = async () => (came === null ? state.stop() : reason());
  // Each effect is preceded by one of these two.
  const mainAndStop = async () => {
    const read = await state.mainAndStop();
    return came === null ? read : { ...read, stop: reason() };
  };
  return {
    ports: { ...ports, state: { ...state, stop, mainAndStop }, clock: { ...clock, wait } },
    interruption: {
      check() {
        if (came !== null) throw new Failure('Stopped', reason());
      },
      code: (code) => (came === null ? code : exitCodes.interrupted),
      close() {
        clearTimeout(timer);
        for (const signal of signals) process.off(signal, onSignal);
      },
    },
  };
}

async function endNow(journal: Journal): Promise<void> {
  const patience = new Promise<void>((resolve) => setTimeout(resolve, flushMs).unref());
  await Promise.race([journal.flush().catch(() => {}), patience]);
  process.exit(exitCodes.interrupted);
}
