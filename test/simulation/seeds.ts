/** Some seeds as tests, one each: a failure prints its story. */
import assert from 'node:assert/strict';
import { simulate } from './simulate.ts';

const linesMax = 60;

type SeedTest = { readonly name: string; readonly play: () => Promise<void> };

export function seedTests(from: number, count: number): readonly SeedTest[] {
  return Array.from({ length: count }, (_, place) => ({
    name: `seed ${from + place}: the invariants hold after every step, and calm brings convergence`,
    play: () => holds(from + place),
  }));
}

async function holds(seed: number): Promise<void> {
  const { narrative, violations, unconverged } = await simulate(seed);
  const wrong = [...violations, ...unconverged];
  const again = `npm run -s simulate -- --from ${seed} --seeds 1`;
  assert.equal(wrong.length, 0, [again, ...narrative.slice(-linesMax), ...wrong].join('\n'));
}
