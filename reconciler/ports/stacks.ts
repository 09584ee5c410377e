/** Terraform, for one stack at a time. Every method throws `Failure`. */
import type { GateExpectation, PlannedResource } from '../core/stack/gate.ts';
import type { Refreshed } from '../core/stack/refreshed.ts';
import type { StackSpec } from '../core/stack/stack-spec.ts';
import type { StateLock } from './states.ts';

export type StackRequest = {
  readonly spec: StackSpec;
  readonly expect: GateExpectation;
  /** resources to import before the plan: Terraform's address and Hetzner's id */
  readonly imports: readonly { readonly address: string; readonly id: string }[];
};

export type StackOutcome =
  | {
      readonly kind: 'applied';
      readonly effects: readonly PlannedResource[];
      readonly outputs: Readonly<Record<string, unknown>>;
    }
  | { readonly kind: 'unchanged' }
  /** the gate: the plan would do more than was asked for */
  | { readonly kind: 'refused'; readonly reasons: readonly string[] };

export type Stacks = {
  /** Plans, reads the plan, holds it against `expect`, applies exactly that plan. */
  apply(request: StackRequest): Promise<StackOutcome>;
  /** The same without the apply. */
  plan(request: StackRequest): Promise<StackOutcome>;
  /** What Terraform finds of the server that a state remembers. Writes nothing and takes no lock. */
  refresh(stateKey: string): Promise<Refreshed>;
  lock(stateKey: string): Promise<StateLock | null>;
  unlock(stateKey: string, lockId: string): Promise<void>;
};
