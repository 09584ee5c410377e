/**
 * Runs a benchmark by name. Progress goes to stderr; the last line of the output is one JSON
 * object.
 *
 *   npm run -s bench -- intake --agents 10000 --events 100 --remote-delay-ms 300 --json
 */
import process from 'node:process';

type Benchmark = (args: readonly string[]) => Promise<object>;

const benchmarks: Readonly<Record<string, () => Promise<Benchmark>>> = {
  actions: async () => (await import('./actions.ts')).benchActions,
  cloud: async () => (await import('./cloud.ts')).benchCloud,
  heartbeats: async () => (await import('./heartbeats.ts')).benchHeartbeats,
  intake: async () => (await import('./intake.ts')).benchIntake,
  soak: async () => (await import('./soak.ts')).benchSoak,
  apply: async () => (await import('./apply.ts')).benchApply,
  provision: async () => (await import('./provision.ts')).benchProvision,
  reconcile: async () => (await import('./reconcile.ts')).benchReconcile,
  status: async () => (await import('./status.ts')).benchStatus,
};
const usage = 64;

async function main([name = '', ...args]: readonly string[]): Promise<void> {
  const load = benchmarks[name];
  if (load === undefined) {
    const known = Object.keys(benchmarks).join(', ');
    process.stderr.write(`bench: there is no benchmark ${JSON.stringify(name)}, only ${known}\n`);
    process.exitCode = usage;
    return;
  }
  try {
    const figures = await (await load())(args.filter((arg) => arg !== '--json'));
    process.stdout.write(`${JSON.stringify(figures)}\n`);
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    const misused = 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
    const said = misused
      ? `${error.message}. The options are in docs/guide/benchmarks.md.`
      : (error.stack ?? error.message);
    process.stderr.write(`bench ${name}: ${said}\n`);
    process.exitCode = misused ? usage : 1;
  }
}

await main(process.argv.slice(2));
