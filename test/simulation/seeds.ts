/** A test for each of some seeds: what fails tells its story. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { simulate } from './simulate.ts';

const linesMax = 60;

export function testSeeds(from: number, count: number): void {
  for (let seed = from; seed < from + count; seed += 1)
    test(`seed ${seed}: the invariants hold after every step, and calm brings convergence`, async () => {
      const { told, violations, unconverged } = await simulate(seed);
      const wrong = [...violations, ...unconverged];
      const again = `npm run -s simulate -- --from ${seed} --seeds 1`;
      assert.equal(wrong.length, 0, [again, ...told.slice(-linesMax), ...wrong].join('\n'));
    });
}
