import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  afterRefusal,
  cursorAt,
  nextDueMs,
  parseCursor,
  soonerIfDown,
  waitingOf,
} from '../../../reconciler/core/webhooks/cursor.ts';
import { idNo, nowMs } from '../../builders/world.ts';

const event = { id: `evt_${'a'.repeat(32)}`, agent: idNo(1), body: '{}' };
const waiting = waitingOf(event, nowMs);
const refusal = { why: 'it answers 500', isDown: true, retryAfterMs: null };
const minuteMs = 60_000;

test('an event that failed for the endpoint alone becomes due after another one was accepted', () => {
  const failed = { ...waiting, tries: 5, dueMs: nowMs + 60 * minuteMs, isDown: true };
  assert.equal(soonerIfDown(failed, nowMs + 5 * minuteMs).dueMs, nowMs + 5 * minuteMs);
  assert.equal(soonerIfDown(failed, nowMs).dueMs, nowMs + minuteMs, 'not at once again');
  const early = { ...failed, dueMs: nowMs + 1000 };
  assert.equal(soonerIfDown(early, nowMs).dueMs, nowMs + 1000);
  const own = { ...failed, isDown: false };
  assert.equal(soonerIfDown(own, nowMs + 5 * minuteMs), own);
});

test('the last try is a day after the first, whatever the endpoint asks for', () => {
  const late = { ...waiting, tries: 9 };
  const endMs = nowMs + 24 * 60 * minuteMs;
  const asks = { ...refusal, retryAfterMs: 60 * minuteMs };
  assert.equal(afterRefusal(late, asks, endMs - 1000)?.dueMs, endMs);
  assert.equal(afterRefusal(late, asks, endMs), null);
});

test('a cursor is read as it was written, and nothing else is one', () => {
  const cursor = { ...cursorAt('a'.repeat(40)), waiting: [waiting] };
  assert.deepEqual(parseCursor(JSON.stringify(cursor)), cursor);
  assert.equal(nextDueMs(cursor), nowMs);
  for (const text of ['', '{}', '[]', JSON.stringify({ ...cursor, commit: 'main' })])
    assert.equal(parseCursor(text), null, text);
});
