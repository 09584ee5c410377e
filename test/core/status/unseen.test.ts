import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type Listed,
  missingOf,
  namedBy,
  nothingSeen,
} from '../../../reconciler/core/status/unseen.ts';
import { at, fileNo, idNo, recordNo, without } from '../../builders/world.ts';

const on = (part: Partial<Listed>): Listed => ({
  noun: 'devices',
  place: 'in this tailnet',
  setting: 'TAILSCALE_TAILNET',
  otherwise: 'If it is, they were deleted.',
  recorded: ['n1', 'n2'],
  seen: ['n1', 'n2'],
  ...part,
});

test('a listing without any recorded resource is no empty fleet', () => {
  for (const seen of [[], ['n7']]) {
    const problem = nothingSeen(on({ seen }));
    assert.equal(problem?.message, 'none of 2 recorded devices is in this tailnet: another one?');
    assert.match(
      problem?.todo ?? '',
      /^Look whether TAILSCALE_TAILNET is the fleet’s own\. If it is/,
    );
  }
});

test('one with some of them, or where nothing is recorded, is trusted', () => {
  assert.equal(nothingSeen(on({ seen: ['n2'] })), null);
  assert.equal(missingOf(on({ seen: ['n2', 'n9'] })), 1);
  assert.equal(nothingSeen(on({ recorded: [], seen: [] })), null);
});

test('a gone record names no resource, and one that never ran no state', () => {
  const records = [
    recordNo(1),
    recordNo(2, { gone: at(-5) }),
    without(recordNo(3, { everRunning: false }), 'tailnet'),
    without(recordNo(4), 'server'),
  ];
  const { devices, states, files } = namedBy(records, 'aura');
  assert.deepEqual(states, [`aura/agents/${idNo(1)}/terraform.tfstate`]);
  assert.deepEqual(
    devices,
    [recordNo(1), recordNo(4)].map(({ tailnet }) => tailnet?.nodeId),
  );
  assert.deepEqual(
    files,
    [1, 3, 4].map((n) => fileNo(n).path),
  );
});
