/** Terraform's states, read without Terraform. Every method throws `Failure`. */
import type { ObservedLock } from '../core/fleet/fleet-resources.ts';
import type { ObservedState } from '../core/fleet/observed.ts';
import type { StoredState } from '../core/stack/state-check.ts';
import type { Listing } from './listing.ts';

export type States = {
  list(prefix: string): Promise<Listing<ObservedState>>;
  /** the stored state; null where there is none */
  read(key: string): Promise<StoredState | null>;
  /** the lock beside a state; null without one */
  lock(stateKey: string): Promise<StateLock | null>;
  /** keys of locked states under a prefix, with or without a state */
  lockedKeys(prefix: string): Promise<readonly string[]>;
  remove(key: string): Promise<void>;
};

export type StateLock = Omit<ObservedLock, 'key'>;
