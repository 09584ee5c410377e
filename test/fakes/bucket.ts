/** The bucket of Terraform's states in memory. */
import { unreadableState } from '../../reconciler/core/stack/unreadable-state.ts';
import type { StateLock, States } from '../../reconciler/ports.ts';

export type Managed = {
  readonly address: string;
  readonly type: string;
  readonly id: string;
  readonly tainted: boolean;
};
export type FakeState = {
  readonly managed: readonly Managed[];
  readonly modifiedMs: number;
  /** something else has been written over it */
  readonly garbage?: true;
};
export type FakeBucket = {
  readonly states: Map<string, FakeState>;
  readonly locks: Map<string, StateLock>;
  /** what else is in the bucket, by its key */
  readonly objects: Map<string, { readonly content: Buffer; readonly modifiedMs: number }>;
};

export function createBucket(): FakeBucket {
  return { states: new Map(), locks: new Map(), objects: new Map() };
}

export function createFakeStates(bucket: FakeBucket): States {
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
      if (state.garbage)
        throw unreadableState(key, 'it is no JSON, perhaps because it was cut off');
      const resources = state.managed.map(({ address, id, tainted }) => {
        // What Terraform knew of it is not kept here: only which it was.
        return { address, id, name: null, labels: null, tainted };
      });
      return { serial: 1, resources: resources.sort((a, b) => (a.address < b.address ? -1 : 1)) };
    },
    remove: async (key) => void bucket.states.delete(key),
  };
}
