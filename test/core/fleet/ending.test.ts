import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withEnding } from '../../../reconciler/core/fleet/ending.ts';
import { agentNo, at, attempt, nowMs, recordNo } from '../../builders/world.ts';

test('a tombstone over a replacement that may have ended the server is first seen once', () => {
  const failed = { change: 'replace', step: 'server', ended: at(-5) } as const;
  const ending = { change: 'replace', of: '2', seen: at(-30) } as const;
  const record = recordNo(1, { ending, attempts: [attempt(failed)] });
  const { spec } = agentNo(1, { retired: { at: at(-600), by: 'stripe', reason: 'canceled' } });
  const seen = withEnding(record, spec, nowMs);
  assert.deepEqual(seen.ending, { change: 'retire', of: at(-600), seen: at(0) });
  assert.equal(withEnding(seen, spec, nowMs + 3_600_000), seen);
});
