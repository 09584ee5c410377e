/** The bucket of Terraform's states in memory. */
import { Failure } from '../../reconciler/core/failure.ts';
import { unreadableState } from '../../reconciler/core/stack/unreadable-state.ts';
import type { StateLock, States } from '../../reconciler/ports/states.ts';

export type Managed = {
  readonly address: string;
  readonly id: string;
  readonly tainted: boolean;
};
type FakeState = {
  readonly managed: readonly Managed[];
  readonly modifiedMs: number;
  /** it was overwritten by something else */
  readonly garbage?: true;
};
export type FakeBucket = {
  readonly states: Map<string, FakeState>;
  readonly locks: Map<string, StateLock>;
  /** what else is in the bucket, by its key */
  readonly objects: Map<string, { readonly content: Buffer; readonly modifiedMs: number }>;
  /** it answers neither us nor Terraform */
  isDown: boolean;
};

export function createBucket(): FakeBucket {
  return { states: new Map(), locks: new Map(), objects: new Map(), isDown: false };
}

/** Throws where the state cannot be read, as Terraform and a look at the bucket both find it. */
export function checkState(bucket: FakeBucket, key: string): void {
  if (bucket.isDown) throw new Failure('StateStoreDown', 'the state bucket does not answer');
  if (bucket.states.get(key)?.garbage)
    throw unreadableState(key, 'it is not JSON, perhaps because it was truncated');
}

export function createFakeStates(bucket: FakeBucket): States {
  const states = answering(bucket);
  const whileUp =
    <Given extends unknown[], Result>(ask: (...given: Given) => Promise<Result>) =>
    async (...given: Given) => {
      checkState(bucket, '');
      return ask(...given);
    };
  return {
    list: whileUp(states.list),
    lock: whileUp(states.lock),
    lockedKeys: whileUp(states.lockedKeys),
    read: whileUp(states.read),
    remove: whileUp(states.remove),
  };
}

function answering(bucket: FakeBucket): States {
  return {
    list: async (prefix) => ({
      items: [...bucket.states]
        .filter(([key]) => key.startsWith(prefix))
        .map(([key, { modifiedMs }]) => ({
          key,
          modified: new Date(modifiedMs).toISOString(),
          locked: bucket.locks.has(key),
        }))
        .sort((a, b) => (a.key < b.key ? -1 : 1)),
      partial: [],
    }),
    lock: async (stateKey) => bucket.locks.get(stateKey) ?? null,
    lockedKeys: async (prefix) =>
      [...bucket.locks.keys()].filter((key) => key.startsWith(prefix)).sort(),
    async read(key) {
      const state = bucket.states.get(key);
      if (state === undefined) return null;
      checkState(bucket, key);
      const resources = state.managed.map(({ address, id, tainted }) => {
        // The former resources of Terraform are not kept here: only the server's id.
        return { address, id, name: null, labels: null, tainted };
      });
      return { serial: 1, resources: resources.sort((a, b) => (a.address < b.address ? -1 : 1)) };
    },
    remove: async (key) => void bucket.states.delete(key),
  };
}
