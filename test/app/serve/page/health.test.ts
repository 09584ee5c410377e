/** The card about an agent's health, by heartbeats that the service has received. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { healthCard } from '../../../../reconciler/app/serve/page/health.ts';
import type { ServedStatus } from '../../../../reconciler/flows/status/read.ts';
import { at } from '../../../builders/world.ts';

type Seen = Pick<ServedStatus, 'health' | 'uptime' | 'phase'>;
const seen: Seen = {
  phase: 'running',
  health: { state: 'healthy', lastHeartbeat: at(-1), problem: null, rebootPending: false },
  uptime: {
    percent: 99.987,
    days: [
      { day: '2026-11-20', percent: null },
      { day: '2026-11-21', percent: 99.98 },
      { day: '2026-11-22', percent: 80 },
    ],
  },
};
const shown = (part: Partial<Seen> = {}) => healthCard({ ...seen, ...part })?.markup ?? null;

test('a healthy agent, its last report, and each day of its uptime', () => {
  const card = shown() ?? '';
  assert.match(card, /pill good">Healthy/);
  assert.match(card, /Last report <time/);
  assert.match(card, /Uptime of the last 30 days: 99\.98 %/);
  assert.deepEqual(card.match(/class="(none|up|part|no)"/g), [
    'class="none"',
    'class="up"',
    'class="no"',
  ]);
});

test('one that is not healthy, with the reason', () => {
  const health = { ...seen.health, state: 'unhealthy', problem: 'NoHeartbeat' } as Seen['health'];
  assert.match(shown({ health }) ?? '', /Not healthy[\s\S]*has stopped reporting/);
});

test('no uptime is shown of an agent that was never heard', () => {
  assert.doesNotMatch(shown({ uptime: { percent: null, days: [] } }) ?? '', /Uptime/);
});

test('nothing where the service hears no heartbeats, or the agent is off', () => {
  assert.equal(shown({ health: null }), null);
  assert.equal(shown({ phase: 'stopped' }), null);
});
