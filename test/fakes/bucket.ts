/** The bucket of Terraform's states in memory. */
import type { StateLock, States } from '../../reconciler/ports.ts';

export type Managed = {
  readonly address: string;
  readonly type: string;
  readonly id: string;
  readonly tainted: boolean;
};
export type FakeState = { readonly managed: readonly Managed[]; readonly modifiedMs: number };
export type FakeBucket = {
  readonly states: Map<string, FakeState>;
  readonly locks: Map<string, StateLock>;
};

export function createBucket(): FakeBucket {
  return { states: new Map(), locks: new Map() };
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
    remove: async (key) => void bucket.states.delete(key),
  };
}
