/** Runs the tiers of the tests in order, and prints the outcome and duration of each. */
import { testGroups } from './files.ts';
import { runTestFiles } from './node-tests.ts';
import { added, nothingRan, type Outcome, requiredKinds, requiring, summary } from './outcome.ts';
import { generatedBindings, generatedFromSchemas, lint, types } from './programs.ts';
import { runTogether } from './together.ts';

type Tier = { readonly name: string; run(): Promise<Outcome> };

const root = new URL('../..', import.meta.url).pathname.replace(/\/$/, '');

export const programTiers: readonly Tier[] = [
  { name: 'lint', run: () => lint(root) },
  { name: 'types', run: () => types(root) },
  { name: 'types, validators', run: () => generatedFromSchemas(root) },
];
export const bindingsTier: Tier = {
  name: 'generated bindings',
  run: () => generatedBindings(root),
};

/** Each file in a process of its own. */
export function nodeTiers(filters: readonly string[]): readonly Tier[] {
  return testGroups(root, filters).map(({ name, files }) => ({
    name,
    run: () => runTestFiles(root, files),
  }));
}

/** Those that start no program, several in a process. */
export function fastTier(): Tier {
  const name = 'fast tests';
  const files = testGroups(root, []).find((group) => group.name === name)?.files ?? [];
  return { name, run: () => runTogether(root, files) };
}

/** Prints as it goes; the last line is the summary. Resolves to whether all is well. */
export async function runTiers(tiers: readonly Tier[]): Promise<boolean> {
  const required = requiredKinds(process.env['AURA_REQUIRE'] ?? '');
  let total = nothingRan;
  for (const tier of tiers) {
    const started = performance.now();
    const outcome = requiring(await tier.run(), required);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    print(`${tier.name.padEnd(20)}${seconds.padStart(6)} s  ${counts(outcome)}`);
    for (const { where, name, text } of outcome.failed)
      print(`\n✖ ${where} › ${name}\n${text.replaceAll(/^/gm, '    ')}\n`);
    total = added(total, outcome);
  }
  if (total.passed + total.failed.length + total.skipped.length === 0)
    total = { ...total, failed: [{ where: 'test', name: 'no test was found', text: '' }] };
  print(`\n${summary(total)}`);
  return total.failed.length === 0;
}

function counts({ passed, failed, skipped }: Outcome): string {
  const parts = [`${passed} passed`];
  if (failed.length > 0) parts.push(`${failed.length} failed`);
  if (skipped.length > 0) parts.push(`${skipped.length} skipped`);
  return parts.join(', ');
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
