/** Sums up what was played, and reports progress. */
import type { Simulation } from '../../test/simulation/simulate.ts';
import type { Options } from './options.ts';

type Figures = {
  readonly seeds: number;
  /** how often the invariants were checked */
  readonly steps: number;
  readonly violations: number;
  /** seeds whose world did not converge */
  readonly unconverged: number;
  readonly seedsPerSecond: number;
  readonly commit: string;
};

const linesMax = 60;
const progressEveryMs = 5000;

export function createReport({ seeds }: Options, say: (text: string) => void) {
  let started = Number.NaN;
  let said = performance.now();
  let played = 0;
  let steps = 0;
  let violations = 0;
  let unconverged = 0;
  const rate = () => Math.round((played * 10_000) / (performance.now() - started)) / 10;
  return {
    /** A thread has started: its start-up time does not count. */
    ready(): void {
      if (Number.isNaN(started)) started = performance.now();
    },
    took(one: Simulation): void {
      played += 1;
      steps += one.steps;
      violations += one.violations.length;
      unconverged += one.unconverged.length > 0 ? 1 : 0;
      if (one.violations.length + one.unconverged.length > 0) say(storyOf(one));
      if (performance.now() - said < progressEveryMs) return;
      said = performance.now();
      const wrong = `${violations} violations, ${unconverged} unconverged`;
      say(`simulate: ${played} of ${seeds} seeds, ${rate()} a second, ${wrong}\n`);
    },
    end: (commit: string): Figures => ({
      seeds: played,
      steps,
      violations,
      unconverged,
      seedsPerSecond: rate(),
      commit,
    }),
  };
}

function storyOf({ seed, narrative, violations, unconverged }: Simulation): string {
  const earlier =
    narrative.length > linesMax ? [`… ${narrative.length - linesMax} lines before`] : [];
  const wrong = [
    ...violations.map((one) => `violation: ${one}`),
    ...unconverged.map((one) => `unconverged: ${one}`),
  ];
  return `${[`seed ${seed}:`, ...earlier, ...narrative.slice(-linesMax), ...wrong].join('\n')}\n\n`;
}
