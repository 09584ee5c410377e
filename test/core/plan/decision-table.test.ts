/** The guide prints the decision table: where they differ, the guide is to be corrected. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import {
  busy,
  converged,
  frozen,
  gone,
  orphan,
  removedFile,
  rows,
} from '../../../reconciler/core/plan/decision-table.ts';

const page = new URL('../../../docs/guide/decision-table.md', import.meta.url);

test('the guide has every row of the table, in its order and words', () => {
  const table = [frozen, busy, ...rows, converged, removedFile, orphan, gone].map(
    ({ name, file, recordedAndObserved }) => `| ${name} | ${file} | ${recordedAndObserved} |`,
  );
  const printed = readFileSync(page, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| '));
  assert.deepEqual(printed.slice(1), table);
});
