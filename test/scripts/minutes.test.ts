/** What the workflows of an idle fleet cost, and that the guide says so. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { idleMinutesPerMonth } from '../../scripts/bench/idle-minutes.ts';
import { minutesTable } from '../../scripts/bench/minutes-table.ts';

const page = readFileSync(new URL('../../docs/guide/minutes.md', import.meta.url), 'utf8');

test('the guide has the table as the script prints it', () => {
  assert.ok(page.includes(`\n${minutesTable()}\n`), 'run `node scripts/minutes.ts`');
});

test('each job is billed by whole minutes', () => {
  const hourly = (runSeconds: number) =>
    idleMinutesPerMonth({ everyMinutes: 60, runSeconds, driftSeconds: 1 }) - 31;
  assert.deepEqual([0, 1, 60, 61, 120].map(hourly), [744, 744, 744, 1488, 1488]);
  assert.equal(idleMinutesPerMonth({ everyMinutes: 15, runSeconds: 1, driftSeconds: 61 }), 3038);
});

test('the schedule of the template costs an idle fleet of 100 agents under 1,000 minutes', () => {
  const row = minutesTable()
    .split('\n')
    .find((line) => line.startsWith('| 100 | hourly'));
  const minutes = Number(row?.split('|')[3]?.replace(',', ''));
  assert.ok(minutes > 0 && minutes < 1000, row);
});
