/** What the tailnet's policy has to allow, and what it must not. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  type Access,
  accessesOf,
  policyFinding,
} from '../../../reconciler/core/status/tailnet-access.ts';

const [agents, runs, isolated] = ['tag:aura', 'tag:aura-ci', 'tag:aura-isolated'];
const found = (allows: (access: Access) => boolean) =>
  policyFinding(
    'aura',
    accessesOf('aura').map((access) => ({ ...access, allowed: allows(access) })),
  );

describe('the policy of a tailnet', () => {
  test('lets runs reach agents, and agents nothing', () => {
    assert.deepEqual(
      found(({ from, to }) => from === runs && to === agents),
      { kind: 'asMeant' },
    );
  });

  for (const port of [443, 80])
    test(`may open only port ${port} of the gateway`, () => {
      const allows = (one: Access) =>
        one.from === runs && one.to === agents && [22, port].includes(one.port);
      assert.deepEqual(found(allows), { kind: 'asMeant' });
    });

  test('that lets agents reach an agent or a run is open', () => {
    assert.deepEqual(
      found(({ from, to }) => from !== isolated && to !== isolated),
      {
        kind: 'open',
        which:
          'tag:aura to tag:aura:22, tag:aura to tag:aura:443, tag:aura to tag:aura:80, tag:aura to tag:aura-ci:22',
      },
    );
    const one = found(
      ({ from, to, port }) =>
        (from === runs && to === agents) || (from === agents && to === agents && port === 443),
    );
    assert.deepEqual(one, { kind: 'open', which: 'tag:aura to tag:aura:443' });
  });

  test('that lets an isolated agent reach or be reached is open', () => {
    for (const [from, to] of [
      [isolated, runs],
      [isolated, agents],
      [runs, isolated],
      [agents, isolated],
    ]) {
      const grants = (one: Access) =>
        (one.from === runs && one.to === agents) || (one.from === from && one.to === to);
      assert.deepEqual(found(grants), { kind: 'open', which: `${from} to ${to}:22` });
    }
  });

  test('that keeps runs from sshd, or from the gateway, is narrow', () => {
    assert.deepEqual(
      found(({ from, to, port }) => from === runs && to === agents && port !== 22),
      { kind: 'narrow', which: 'tag:aura-ci to tag:aura:22' },
    );
    assert.deepEqual(
      found(({ from, to, port }) => from === runs && to === agents && port === 22),
      { kind: 'narrow', which: 'tag:aura-ci to tag:aura:443, tag:aura-ci to tag:aura:80' },
    );
  });
});
