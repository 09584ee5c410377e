import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Drives, driveAll } from '../support/port-drives.ts';

describe('a method that is forgotten', () => {
  const nothing = { url: '', take: () => [], async close() {} };
  const port = { read: async () => 'read', write: async () => 'written' };

  it('fails, whether it has no drive or a drive that does not call it', async () => {
    const drives: Drives<typeof port> = { read: (one) => one.read(), write: (one) => one.write() };
    assert.deepEqual([...(await driveAll(port, drives, nothing)).keys()], ['read', 'write']);
    const idle = { ...drives, write: () => {} };
    await assert.rejects(driveAll(port, idle, nothing), /the drive of write does not call it/);
    const grown = { ...port, remove: async () => 'removed' };
    await assert.rejects(driveAll<typeof port>(grown, drives, nothing), /nothing drives remove/);
  });
});
