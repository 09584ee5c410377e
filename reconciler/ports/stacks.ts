/** Terraform, for one stack at a time. Every method throws `Failure`. */
import type { PlannedResource } from '../core/stack/gate.ts';
import type { Refreshed } from '../core/stack/refreshed.ts';
import type { StackSpec } from '../core/stack/stack-spec.ts';
import type { StateLock } from './states.ts';

export type StackRequest = {
  readonly spec: StackSpec;
  /** resources to import before the plan: Terraform's address and Hetzner's id */
  readonly imports: readonly { readonly address: string; readonly id: string }[];
};

/** What Terraform means to do with each resource. The saved plan behind it goes with its disposal. */
export type PlannedStack = AsyncDisposable & { readonly resources: readonly PlannedResource[] };

export type Stacks = {
  /** Imports, and saves a plan. Whether that may be applied is for the caller to judge. */
  plan(request: StackRequest): Promise<PlannedStack>;
  /** Applies exactly that saved plan. What a failed one did is found out by looking. */
  apply(planned: PlannedStack): Promise<void>;
  /** What Terraform finds of the server that a state remembers. Writes nothing and takes no lock. */
  refresh(stateKey: string): Promise<Refreshed>;
  lock(stateKey: string): Promise<StateLock | null>;
  unlock(stateKey: string, lockId: string): Promise<void>;
};
