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

/** What Terraform plans for each resource. Disposing it deletes the saved plan. */
export type PlannedStack = AsyncDisposable & { readonly resources: readonly PlannedResource[] };

export type Stacks = {
  /** Throws `ToolMissing` where there is no Terraform: every method but `lock` would. */
  ready(): Promise<void>;
  /** Imports, and saves a plan. The caller judges it. */
  plan(request: StackRequest): Promise<PlannedStack>;
  /** Applies exactly that saved plan. After a failure the caller reads what was done. */
  apply(planned: PlannedStack): Promise<void>;
  /** What Terraform reads of the server in a state. Writes nothing and takes no lock. */
  refresh(stateKey: string): Promise<Refreshed>;
  lock(stateKey: string): Promise<StateLock | null>;
  unlock(stateKey: string, lockId: string): Promise<void>;
};
