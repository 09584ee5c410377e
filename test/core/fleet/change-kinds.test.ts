/** The table of kinds, repeated as lists of kinds: a wrong cell fails here. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ChangeKind, changeKinds } from '../../../reconciler/core/fleet/change-kinds.ts';

function kindsThat(trait: string): readonly string[] {
  return Object.entries(changeKinds)
    .filter(([, { traits }]) => (traits as readonly string[]).includes(trait))
    .map(([kind]) => kind)
    .sort();
}

const expected: Readonly<Record<string, readonly ChangeKind[]>> = {
  makes: ['create', 'replace'],
  ends: ['destroyOrphan', 'replace', 'retire', 'rollback'],
  needsApproval: ['replace', 'retire'],
  disturbs: ['configure', 'power', 'resize'],
  keepsUp: ['configure', 'power', 'repair', 'resize'],
  needsWholeReading: [
    'adopt',
    'create',
    'destroyOrphan',
    'giveUp',
    'replace',
    'retire',
    'rollback',
  ],
  countsAsAttempt: ['adopt', 'create', 'resume'],
  bringsUp: ['create', 'resume'],
  opensPort22: ['configure', 'create', 'repair', 'resume'],
};

test('each trait holds for these kinds', () => {
  const traits = new Set(Object.values(changeKinds).flatMap((kind) => [...kind.traits]));
  assert.deepEqual([...traits].sort(), Object.keys(expected).sort());
  for (const [trait, kinds] of Object.entries(expected))
    assert.deepEqual(kindsThat(trait), kinds, trait);
});
