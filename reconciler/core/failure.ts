/**
 * Failures: reason codes, and the class and scope that decide how a failure is handled.
 *
 * Every error that leaves an adapter or a flow is a {@link Failure} with a class, a reason code and
 * a scope, so that no caller has to match message texts.
 *
 * - class `transient`: a retry may help. adapters/http retries after 2, 4, 8 and 16 s; after that
 *   the attempt ends and the policy's delays apply.
 * - class `stalled`: a person has to change something first; no more attempts.
 * - class `bug`: an invariant of this program does not hold; the program crashes.
 *
 * - scope `agent`: the cause is this agent's; the failure uses up an attempt.
 * - scope `fleet`: the cause is not this agent's (sold out, limits, 401, 429, outage, a rewritten
 *   branch); the failure uses up no attempt and causes no refund. Most reasons open a breaker,
 *   which defers every create until one trial succeeds. Reasons with `breaker: false` do not,
 *   because one agent could fail by such a cause alone and defer all other creates.
 */
type ErrorClass = 'transient' | 'stalled' | 'bug';
export type FailureScope = 'agent' | 'fleet';

/** The closed list of reason codes, which records, metrics and breakers count. */
export const failureReasons = {
  // shared by the whole fleet
  Unauthorized: { scope: 'fleet', errorClass: 'stalled' },
  Forbidden: { scope: 'fleet', errorClass: 'stalled' },
  RateLimited: { scope: 'fleet', errorClass: 'transient' },
  ResourceLimitExceeded: { scope: 'fleet', errorClass: 'transient' },
  ResourceUnavailable: { scope: 'fleet', errorClass: 'transient' },
  ProviderOutage: { scope: 'fleet', errorClass: 'transient' },
  NetworkUnreachable: { scope: 'fleet', errorClass: 'transient' },
  PackageMirrorDown: { scope: 'fleet', errorClass: 'transient' },
  StateStoreDown: { scope: 'fleet', errorClass: 'transient' },
  ToolMissing: { scope: 'fleet', errorClass: 'stalled' },
  MisconfiguredAccount: { scope: 'fleet', errorClass: 'stalled' },
  FirewallMissing: { scope: 'fleet', errorClass: 'transient', breaker: false },
  BranchRewritten: { scope: 'fleet', errorClass: 'stalled', breaker: false },
  PushRejected: { scope: 'fleet', errorClass: 'transient', breaker: false },
  PushRefused: { scope: 'fleet', errorClass: 'stalled', breaker: false },
  ToolStuck: { scope: 'fleet', errorClass: 'transient', breaker: false },
  RecordsMissing: { scope: 'fleet', errorClass: 'stalled', breaker: false },
  UnexpectedAnswer: { scope: 'fleet', errorClass: 'transient', breaker: false },
  Locked: { scope: 'fleet', errorClass: 'transient', breaker: false },
  Stopped: { scope: 'fleet', errorClass: 'transient', breaker: false },
  // one agent's own
  NotFound: { scope: 'agent', errorClass: 'stalled' },
  Conflict: { scope: 'agent', errorClass: 'transient' },
  Protected: { scope: 'agent', errorClass: 'stalled' },
  InvalidInput: { scope: 'agent', errorClass: 'stalled' },
  OutcomeUnknown: { scope: 'agent', errorClass: 'transient' },
  StateLocked: { scope: 'agent', errorClass: 'transient' },
  StateUnreadable: { scope: 'agent', errorClass: 'stalled' },
  GateRefused: { scope: 'agent', errorClass: 'stalled' },
  PlanFailed: { scope: 'agent', errorClass: 'transient' },
  ApplyFailed: { scope: 'agent', errorClass: 'transient' },
  BootTimeout: { scope: 'agent', errorClass: 'transient' },
  CloudInitFailed: { scope: 'agent', errorClass: 'transient' },
  HostUnreachable: { scope: 'agent', errorClass: 'transient' },
  KeyRefused: { scope: 'agent', errorClass: 'transient' },
  ConfigureFailed: { scope: 'agent', errorClass: 'transient' },
  JoinFailed: { scope: 'agent', errorClass: 'transient' },
  UnitFailed: { scope: 'agent', errorClass: 'transient' },
  VerifyFailed: { scope: 'agent', errorClass: 'transient' },
  OwnershipUnproven: { scope: 'agent', errorClass: 'stalled' },
  Superseded: { scope: 'agent', errorClass: 'transient' },
  Crashed: { scope: 'agent', errorClass: 'transient' },
  Bug: { scope: 'agent', errorClass: 'bug' },
} as const satisfies Record<
  string,
  { scope: FailureScope; errorClass: ErrorClass; breaker?: false }
>;

export type FailureReason = keyof typeof failureReasons;

export type FailureDetails = {
  readonly cause?: unknown;
  /** Overrides the reason's usual class. */
  readonly errorClass?: ErrorClass;
  /** Overrides the reason's usual scope. */
  readonly scope?: FailureScope;
  /** HTTP status of the response, if there was one. */
  readonly httpStatus?: number;
  /** Seconds to wait, as the response requests (Retry-After, RateLimit-Reset). */
  readonly retryAfterSeconds?: number;
};

export class Failure extends Error {
  override readonly name = 'Failure';
  readonly reason: FailureReason;
  readonly errorClass: ErrorClass;
  readonly scope: FailureScope;
  readonly httpStatus: number | null;
  readonly retryAfterSeconds: number | null;

  constructor(reason: FailureReason, message: string, details: FailureDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.reason = reason;
    this.errorClass = details.errorClass ?? failureReasons[reason].errorClass;
    this.scope = details.scope ?? failureReasons[reason].scope;
    this.httpStatus = details.httpStatus ?? null;
    this.retryAfterSeconds = details.retryAfterSeconds ?? null;
  }
}

/** A thrown value as a Failure; an unclassified one is a bug. */
export function asFailure(thrown: unknown): Failure {
  if (thrown instanceof Failure) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new Failure('Bug', message, { cause: thrown });
}

export function isFailure(thrown: unknown, reason: FailureReason): thrown is Failure {
  return thrown instanceof Failure && thrown.reason === reason;
}

/** Whether failures of this reason open a breaker. */
export function opensBreaker(reason: FailureReason): boolean {
  return failureReasons[reason].scope === 'fleet' && !('breaker' in failureReasons[reason]);
}

/** For `default` branches that the types exclude. */
export function impossible(value: never): never {
  throw new Failure('Bug', `impossible value ${JSON.stringify(value)}`);
}
