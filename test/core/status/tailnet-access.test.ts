/** What the tailnet's policy has to allow, and what it must not. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  type Access,
  accessesOf,
  policyFinding,
} from '../../../reconciler/core/status/tailnet-access.ts';

const [agents, runs] = ['tag:aura', 'tag:aura-ci'];
const found = (allows: (access: Access) => boolean) =>
  policyFinding(
    'aura',
    accessesOf('aura').map((access) => ({ ...access, allowed: allows(access) })),
  );

describe('the policy of a tailnet', () => {
  test('lets runs reach agents, and agents nothing', () => {
    assert.deepEqual(
      found(({ from }) => from === runs),
      { kind: 'asMeant' },
    );
  });

  for (const port of [443, 80])
    test(`may open only port ${port} of the gateway`, () => {
      const allows = (one: Access) => one.from === runs && [22, port].includes(one.port);
      assert.deepEqual(found(allows), { kind: 'asMeant' });
    });

  test('that lets agents reach an agent or a run is open', () => {
    assert.deepEqual(
      found(() => true),
      {
        kind: 'open',
        which:
          'tag:aura to tag:aura:22, tag:aura to tag:aura:443, tag:aura to tag:aura:80, tag:aura to tag:aura-ci:22',
      },
    );
    const one = found(({ from, to, port }) => from === runs || (to === agents && port === 443));
    assert.deepEqual(one, { kind: 'open', which: 'tag:aura to tag:aura:443' });
  });

  test('that keeps runs from sshd, or from the gateway, is narrow', () => {
    assert.deepEqual(
      found(({ from, port }) => from === runs && port !== 22),
      { kind: 'narrow', which: 'tag:aura-ci to tag:aura:22' },
    );
    assert.deepEqual(
      found(({ from, port }) => from === runs && port === 22),
      { kind: 'narrow', which: 'tag:aura-ci to tag:aura:443, tag:aura-ci to tag:aura:80' },
    );
  });
});
