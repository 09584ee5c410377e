/** The result of a command before it is written to the file: fields to set, or a refusal. */
import type { PeopleFields } from '../agent/agent-file.ts';
import type { Catalog } from '../agent/catalog.ts';
import type { FileText } from '../agent/document.ts';
import type { Policy } from '../agent/policy.ts';
import type { AgentRecord } from '../fleet/recorded.ts';
import type { Command, FieldProblem } from './command-request.ts';

export type CommandInput = {
  /** the file at the tip of `main` */
  readonly file: FileText;
  /** the agent's record; null if there is none */
  readonly record: AgentRecord | null;
  readonly command: Command;
  readonly catalog: Catalog;
  readonly policy: Policy;
  readonly nowMs: number;
};
type RefusalReason =
  | 'ConfirmationNeeded'
  | 'Ended'
  | 'Frozen'
  | 'InvalidInput'
  | 'MovedOn'
  | 'NotFound'
  | 'NotSold'
  | 'RequestReused'
  | 'Retired'
  | 'Finalized'
  | 'StripeOwns'
  | 'Suspended';
export type Refused = {
  readonly kind: 'refused';
  readonly reason: RefusalReason;
  readonly message: string;
  readonly problems: readonly FieldProblem[];
  /** what the command would destroy, if only the confirmation is missing */
  readonly lost: string | null;
};
export type CommandDecision =
  | {
      readonly kind: 'write';
      readonly text: string;
      /** after the agent's id and a colon */
      readonly subject: string;
      /** what is or was destroyed permanently; null if nothing is */
      readonly lost: string | null;
      /** further notes for the caller */
      readonly notes: readonly string[];
    }
  | { readonly kind: 'unchanged'; readonly why: string }
  | Refused;
export type FieldChange =
  | {
      readonly kind: 'fields';
      readonly fields: PeopleFields;
      readonly subject: string;
      readonly lost?: string | null;
      readonly notes?: readonly string[];
    }
  | Exclude<CommandDecision, { readonly kind: 'write' }>;

export function refused(
  reason: RefusalReason,
  message: string,
  part: Partial<Pick<Refused, 'problems' | 'lost'>> = {},
): Refused {
  return { kind: 'refused', reason, message, problems: [], lost: null, ...part };
}

export function unchanged(why: string): { readonly kind: 'unchanged'; readonly why: string } {
  return { kind: 'unchanged', why };
}
