import assert from 'node:assert/strict';
import { test } from 'node:test';
import { agreedTime } from '../../../reconciler/core/fleet/agreed-time.ts';

const minuteMs = 60_000;
const t = Date.parse('2026-11-22T12:00:00Z');
const years = 10 * 365 * 86_400_000;

test('Hetzner’s time is trusted where one other clock agrees with it', () => {
  const cases: readonly (readonly [cloud: number, wall: number, forge: number | null])[] = [
    [t, t, null],
    [t, t + 5 * minuteMs, null],
    [t, t - 5 * minuteMs, null],
    // The machine's own clock is wrong, or world time runs faster than wall time.
    [t, t + years, t],
    [t, t - years, t + 4 * minuteMs],
    // The Forge's is.
    [t, t, t - years],
  ];
  for (const [cloudMs, wallMs, forgeMs] of cases)
    assert.deepEqual(agreedTime({ cloudMs, wallMs, forgeMs }), { nowMs: t, doubt: null });
});

test('where the two others agree their time counts, and Hetzner’s is in doubt', () => {
  for (const cloudMs of [t + years, t - years, t + 5 * minuteMs + 1, t - 5 * minuteMs - 1]) {
    const { nowMs, doubt } = agreedTime({ cloudMs, wallMs: t, forgeMs: t });
    assert.equal(nowMs, t);
    assert.match(
      doubt ?? '',
      /^Hetzner says .*, this machine 2026-11-22T12:00:00\.000Z, the Forge 2/,
    );
  }
});

test('where none agree, or the Forge cannot be asked, the earliest ends nothing too soon', () => {
  const six = 6 * minuteMs;
  for (const [cloudMs, wallMs, forgeMs] of [
    [t + six, t, t + 2 * six],
    [t, t + six, t - six],
    [t + six, t, null],
    [t, t + six, null],
  ] as const) {
    const { nowMs, doubt } = agreedTime({ cloudMs, wallMs, forgeMs });
    assert.equal(nowMs, Math.min(cloudMs, wallMs, forgeMs ?? cloudMs));
    assert.notEqual(doubt, null);
  }
});
