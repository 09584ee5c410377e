/** Makes the table of docs/guide/minutes.md from the lengths of the workflows' jobs. */
import { idleMinutesPerMonth } from './idle-minutes.ts';

/**
 * Seconds of these jobs on a hosted runner with warm caches, from the first step to the last. They
 * are estimates on the safe side: `bench -- actions` measures some ten for a small fleet, without the
 * network of a hosted runner.
 */
const idleJobs = [
  { agents: 100, runSeconds: 40, driftSeconds: 50 },
  { agents: 1000, runSeconds: 45, driftSeconds: 60 },
  { agents: 10_000, runSeconds: 75, driftSeconds: 150 },
] as const;

/**
 * Linux with 2 cores, x64; without the minutes that a plan of GitHub includes.
 * https://docs.github.com/en/billing/reference/actions-runner-pricing
 */
const hostedUsdPerMinute = 0.006;
const intervals = [60, 30, 15, 5] as const;

export function minutesTable(): string {
  const head = ['agents', 'schedule', 'minutes a month', 'hosted runner', 'own runner'];
  const rows = idleJobs.flatMap(({ agents, ...seconds }) =>
    intervals.map((everyMinutes) => {
      const minutes = idleMinutesPerMonth({ everyMinutes, ...seconds });
      const usd = (minutes * hostedUsdPerMinute).toFixed(2);
      const schedule = everyMinutes === 60 ? 'hourly, as in the template' : `${everyMinutes} min`;
      return [grouped(agents), schedule, grouped(minutes), `USD ${usd}`, '0'];
    }),
  );
  const lines = [head, head.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function grouped(count: number): string {
  return count.toLocaleString('en');
}
