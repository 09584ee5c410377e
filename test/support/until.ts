/**
 * Waits for a program, a socket or another part of this process. Every loop of a test that waits is
 * this one: it ends with a failure that names what is missing.
 */
import assert from 'node:assert/strict';

const patienceMs = 60_000;

/** `pause` passes between two looks; without one the other side only gets its turn. */
export async function until(
  what: string,
  isSo: () => boolean | Promise<boolean>,
  pause: () => Promise<unknown> = turn,
): Promise<void> {
  const endMs = performance.now() + patienceMs;
  for (let nowMs = 0; nowMs < endMs; nowMs = performance.now()) {
    if (await isSo()) return;
    await pause();
  }
  assert.fail(`waited ${patienceMs / 1000} s, and it is still not so: ${what}`);
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
