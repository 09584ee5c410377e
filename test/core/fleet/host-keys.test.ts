/** Which host keys a record accepts for its server, while the seeded one is replaced and later. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { AgentRecord } from '../../../reconciler/core/fleet/recorded.ts';
import {
  beginning,
  withHostKeyReplaced,
  withNextHostKey,
  withoutServer,
  withServer,
} from '../../../reconciler/core/fleet/server-facts.ts';
import { at, nonce, recordNo, serverNo } from '../../builders/world.ts';

const [seededKey, ownKey] = ['ssh-ed25519 AAAASeeded', 'ssh-ed25519 AAAAOwn'];
const chosen = recordNo(1).chosen ?? assert.fail();
const earlier = { nonce: `${nonce.slice(0, 15)}9`, hostKey: 'ssh-ed25519 AAAAEarlier', chosen };
const created = recordNo(1, {
  hostKey: seededKey,
  creates: [earlier, { nonce, hostKey: seededKey, chosen }],
});

const keysIn = ({ hostKey, nextHostKey, creates }: AgentRecord) => ({
  hostKey,
  nextHostKey,
  creates: creates?.map((one) => [one.hostKey, one.nextHostKey]),
});

describe('the host keys of a record', () => {
  const both = withNextHostKey(created, ownKey);
  const replaced = withHostKeyReplaced(both);
  const ofEarlier = [earlier.hostKey, undefined];

  test('are both in it, and in what its create seeded, until the new one was shown', () => {
    assert.deepEqual(keysIn(both), {
      hostKey: seededKey,
      nextHostKey: ownKey,
      creates: [ofEarlier, [seededKey, ownKey]],
    });
    assert.deepEqual(keysIn(replaced), {
      hostKey: ownKey,
      nextHostKey: undefined,
      creates: [ofEarlier, [ownKey, undefined]],
    });
    assert.deepEqual(withHostKeyReplaced(replaced), replaced);
    assert.deepEqual(withHostKeyReplaced(created), created, 'without another key');
  });

  test('stay those of the server where it is read again, or was lost and is found again', () => {
    for (const record of [both, replaced]) {
      const again = withServer(record, serverNo(1), { nonce, at: at(1) });
      assert.deepEqual(keysIn(again), keysIn(record));
      const lost = withoutServer(record, { at: at(1), server: '1001', kind: 'retire' });
      assert.deepEqual([lost.hostKey, lost.nextHostKey], [undefined, undefined]);
      const found = withServer(lost, serverNo(1), { nonce, at: at(2) });
      assert.deepEqual(keysIn(found), keysIn(record));
    }
  });

  test('of a server without a recorded create stay with it alone', () => {
    const { creates: _none, ...adopted } = both;
    const again = withServer(adopted, serverNo(1), { nonce, at: at(1) });
    assert.deepEqual([again.hostKey, again.nextHostKey], [seededKey, ownKey]);
    const another = withServer(adopted, serverNo(2), { nonce, at: at(1) });
    assert.deepEqual([another.hostKey, another.nextHostKey], [undefined, undefined]);
    const next = beginning(adopted, chosen, 'ssh-ed25519 AAAANew');
    assert.deepEqual([next.hostKey, next.nextHostKey], ['ssh-ed25519 AAAANew', undefined]);
  });
});
