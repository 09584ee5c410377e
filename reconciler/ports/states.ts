/** Terraform's states, looked at without Terraform. Every method throws `Failure`. */
import type { ObservedLock } from '../core/fleet/fleet-resources.ts';
import type { ObservedState } from '../core/fleet/observed.ts';
import type { StoredState } from '../core/stack/state-check.ts';
import type { Listing } from './listing.ts';

export type States = {
  list(prefix: string): Promise<Listing<ObservedState>>;
  /** what Terraform remembers; null where there is no such state */
  read(key: string): Promise<StoredState | null>;
  /** the lock beside a state; null without one */
  lock(stateKey: string): Promise<StateLock | null>;
  /** keys of the states under a prefix that are locked, whether the states are there or not */
  lockedKeys(prefix: string): Promise<readonly string[]>;
  remove(key: string): Promise<void>;
};

export type StateLock = Omit<ObservedLock, 'key'>;
