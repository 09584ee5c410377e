/**
 * `npm run -s mutate -- [--sample N] [--seed S] [--json] [PATH…]`: runs the fast tests against a
 * random sample of mutants of the guards. The last line is one JSON object.
 */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createRandomness } from '../local-cloud/randomness.ts';
import { type Mutant, mutantsOf } from './mutate/mutants.ts';
import { openTrial } from './mutate/trial.ts';
import { testGroups } from './test/files.ts';

const root = new URL('..', import.meta.url).pathname.replace(/\/$/, '');

/** Files that prevent a wrong deletion or a second create. */
const guardNames: Readonly<Record<string, string>> = {
  'core/fleet': 'attempt change-kinds plausible server-place',
  'core/orphans': 'candidates orphan verdict',
  'core/plan':
    'approval burst decision-table destroy-budget ends-limit existence granted limits restraint rollbacks starts',
  'core/stack': 'gate',
  'flows/reconcile/apply':
    'approved ask-stripe basis create destroy-server device guard lease orphan orphan-owners own-server remove ssh-access stack',
  'flows/shared': 'read-approvals',
};
const guards = Object.entries(guardNames).flatMap(([folder, names]) =>
  names.split(' ').map((name) => `reconciler/${folder}/${name}.ts`),
);
const workers = 2;
const usage = `Usage: npm run -s mutate -- [options] [PATH…]

Tries a random sample of mutants of the guards (or of these files): one operator, condition or early
exit changed in each. One that passes all fast tests that reach it has survived.

  --sample N   how many (150)
  --seed S     of the sample (1)
  --json       the last line alone
  --help

The last line: {seed, mutants, killed, survived: [{path, line, what}], percent, seconds}
Exit code 0 where at least 90 percent were killed, else 1; 64 for a misused option.
`;

type Options = { sample: number; seed: number; json: boolean; paths: readonly string[] };

/** null for a misused option */
function optionsOf(args: readonly string[]): Options | 'help' | null {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        sample: { type: 'string', default: '150' },
        seed: { type: 'string', default: '1' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) return 'help';
    const [sample, seed] = [Number(values.sample), Number(values.seed)];
    if (!Number.isInteger(sample) || sample < 1 || !Number.isInteger(seed)) return null;
    return { sample, seed, json: values.json, paths: positionals };
  } catch {
    return null;
  }
}

function allMutants(paths: readonly string[]): readonly Mutant[] {
  // A guard that was moved fails here; it is not left out.
  const asked = paths.flatMap((pattern) => globSync(pattern, { cwd: root })).sort();
  const files = paths.length > 0 ? asked : guards;
  return files.flatMap((path) => mutantsOf(path, readFileSync(join(root, path), 'utf8')));
}

function sampled(mutants: readonly Mutant[], { sample, seed }: Options): readonly Mutant[] {
  const random = createRandomness(seed);
  const left = [...mutants];
  const chosen: Mutant[] = [];
  while (chosen.length < sample && left.length > 0)
    chosen.push(...left.splice(random.below(left.length), 1));
  return chosen;
}

async function main(args: readonly string[]): Promise<number> {
  const options = optionsOf(args);
  if (options === null || options === 'help') {
    (options === null ? process.stderr : process.stdout).write(usage);
    return options === null ? 64 : 0;
  }
  const started = performance.now();
  const mutants = sampled(allMutants(options.paths), options);
  const fast = testGroups(root, []).find(({ name }) => name === 'fast tests')?.files ?? [];
  const first = openTrial(root, fast);
  const isSound = await first.isSound();
  first.close();
  if (!isSound) throw new Error('the fast tests fail without a mutant, so no mutant can be judged');
  const queue = [...mutants];
  const survived: Mutant[] = [];
  const say = (text: string) => options.json || process.stderr.write(`${text}\n`);
  await Promise.all(
    Array.from({ length: workers }, async () => {
      const trial = openTrial(root, fast);
      for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
        const killers = await trial.tryOut(mutant);
        if (killers === null) survived.push(mutant);
        const { path, line, what } = mutant;
        say(`${killers === null ? 'SURVIVED' : 'killed  '} ${path}:${line} ${what}`);
      }
      trial.close();
    }),
  );
  const killed = mutants.length - survived.length;
  const percent = mutants.length === 0 ? 0 : Math.round((killed * 1000) / mutants.length) / 10;
  const lines = survived.map(({ path, line, what }) => ({ path, line, what }));
  const seconds = Math.round((performance.now() - started) / 1000);
  const { seed } = options;
  const last = { seed, mutants: mutants.length, killed, survived: lines, percent, seconds };
  process.stdout.write(`${JSON.stringify(last)}\n`);
  return percent >= 90 ? 0 : 1;
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: Error) => {
    process.stderr.write(`mutate: ${error.message}\n`);
    process.exitCode = 1;
  },
);
