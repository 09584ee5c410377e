import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRecent } from '../../../reconciler/app/serve/recent.ts';

const names = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, n) => `name ${from + n}`);

test('what was used last is kept, at least as much as was asked for', () => {
  const recent = createRecent<string>(100);
  for (const name of names(0, 1000)) recent.set(name, `value of ${name}`);
  for (const name of names(900, 1000)) assert.equal(recent.get(name), `value of ${name}`);
});

test('what is used stays while others come and go', () => {
  const recent = createRecent<number>(10);
  recent.set('used', 1);
  for (const name of names(0, 1000)) {
    recent.set(name, 0);
    assert.equal(recent.get('used'), 1, name);
  }
});

test('no more than twice as much is kept', () => {
  const recent = createRecent<number>(100);
  const all = names(0, 1000);
  for (const name of all) recent.set(name, 0);
  // From the last one on: asking for a value is a use.
  const kept = all.reverse().filter((name) => recent.get(name) !== undefined);
  assert.ok(kept.length <= 200, String(kept.length));
});
