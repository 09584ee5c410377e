/**
 * Plays simulated worlds, a seed each, and says which of them broke an invariant or did not converge.
 * Progress and the stories of failed seeds go to stderr; the last line of the output is one JSON
 * object.
 *
 *   npm run -s simulate -- --seeds 400 --from 1 --json
 *   npm run -s simulate -- --churn --json
 */
import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { simulateChurn } from './simulate/churn.ts';
import { parseOptions, usage } from './simulate/options.ts';
import { playSeeds } from './simulate/pool.ts';
import { createReport } from './simulate/report.ts';

const misuse = 64;

async function main(args: readonly string[]): Promise<void> {
  const parsed = parseOptions(args);
  if (parsed.kind === 'help') {
    process.stdout.write(usage);
    return;
  }
  if (parsed.kind === 'wrong') {
    process.stderr.write(`simulate: ${parsed.message}\n\n${usage}`);
    process.exitCode = misuse;
    return;
  }
  if (parsed.kind === 'churn') {
    process.exitCode = simulateChurn(parsed.options) ? 0 : 1;
    return;
  }
  const { options } = parsed;
  const report = createReport(options, (text) => void process.stderr.write(text));
  await playSeeds(options, report);
  const figures = report.end(commit());
  process.stdout.write(`${JSON.stringify(figures)}\n`);
  process.exitCode = figures.violations + figures.unconverged > 0 ? 1 : 0;
}

/** The commit that was simulated, with a suffix where the work tree differs from it. */
function commit(): string {
  const git = (...args: string[]) =>
    spawnSync('git', args, { cwd: import.meta.dirname, encoding: 'utf8' });
  const head = git('rev-parse', 'HEAD');
  if (head.status !== 0) return 'unknown';
  const changed = git('status', '--porcelain', '--untracked-files=no').stdout.trim() !== '';
  return `${head.stdout.trim()}${changed ? '-dirty' : ''}`;
}

await main(process.argv.slice(2));
