/**
 * What can go wrong, and what becomes of it.
 *
 * Every error that leaves an adapter or a flow is a {@link Failure}: it states its fate, a reason
 * code and a scope where it is made, so that nobody downstream has to match message texts.
 *
 * - fate `transient`: trying again soon may help. The one retry policy (adapters/http) waits 2, 4,
 *   8 and 16 s; past that the attempt ends and the policy's delays apply.
 * - fate `stalled`: a person has to change something first; no more attempts.
 * - fate `bug`: an invariant of this program does not hold; crash rather than go on.
 *
 * - scope `agent`: the cause lies with this one agent; it uses up an attempt.
 * - scope `fleet`: the cause is not this agent (sold out, limits, 401, 429, outage, a branch that was
 *   rewritten): it uses up no attempt and refunds nobody. Most open a breaker, which holds up every
 *   create until one trial succeeds. Those marked `breaker: false` do not: a single agent could meet
 *   such a cause alone, and its trials would hold up all the others for ever.
 */
type Fate = 'transient' | 'stalled' | 'bug';
export type FailureScope = 'agent' | 'fleet';

/** Reason codes: a closed list, so that records, metrics and breakers can count them. */
export const failureReasons = {
  // shared by the whole fleet
  Unauthorized: { scope: 'fleet', fate: 'stalled' },
  Forbidden: { scope: 'fleet', fate: 'stalled' },
  RateLimited: { scope: 'fleet', fate: 'transient' },
  ResourceLimitExceeded: { scope: 'fleet', fate: 'transient' },
  ResourceUnavailable: { scope: 'fleet', fate: 'transient' },
  ProviderOutage: { scope: 'fleet', fate: 'transient' },
  NetworkUnreachable: { scope: 'fleet', fate: 'transient' },
  PackageMirrorDown: { scope: 'fleet', fate: 'transient' },
  StateStoreDown: { scope: 'fleet', fate: 'transient' },
  ToolMissing: { scope: 'fleet', fate: 'stalled' },
  MisconfiguredAccount: { scope: 'fleet', fate: 'stalled' },
  FirewallMissing: { scope: 'fleet', fate: 'transient', breaker: false },
  BranchRewritten: { scope: 'fleet', fate: 'stalled', breaker: false },
  PushRejected: { scope: 'fleet', fate: 'transient', breaker: false },
  PushRefused: { scope: 'fleet', fate: 'stalled', breaker: false },
  ToolStuck: { scope: 'fleet', fate: 'transient', breaker: false },
  UnexpectedAnswer: { scope: 'fleet', fate: 'transient', breaker: false },
  Locked: { scope: 'fleet', fate: 'transient', breaker: false },
  Stopped: { scope: 'fleet', fate: 'transient', breaker: false },
  // one agent's own
  NotFound: { scope: 'agent', fate: 'stalled' },
  Conflict: { scope: 'agent', fate: 'transient' },
  Protected: { scope: 'agent', fate: 'stalled' },
  InvalidInput: { scope: 'agent', fate: 'stalled' },
  OutcomeUnknown: { scope: 'agent', fate: 'transient' },
  StateLocked: { scope: 'agent', fate: 'transient' },
  StateUnreadable: { scope: 'agent', fate: 'stalled' },
  GateRefused: { scope: 'agent', fate: 'stalled' },
  PlanFailed: { scope: 'agent', fate: 'transient' },
  ApplyFailed: { scope: 'agent', fate: 'transient' },
  BootTimeout: { scope: 'agent', fate: 'transient' },
  ConfigureFailed: { scope: 'agent', fate: 'transient' },
  JoinFailed: { scope: 'agent', fate: 'transient' },
  VerifyFailed: { scope: 'agent', fate: 'transient' },
  WitnessMissing: { scope: 'agent', fate: 'stalled' },
  Superseded: { scope: 'agent', fate: 'transient' },
  Crashed: { scope: 'agent', fate: 'transient' },
  Bug: { scope: 'agent', fate: 'bug' },
} as const satisfies Record<string, { scope: FailureScope; fate: Fate; breaker?: false }>;

export type FailureReason = keyof typeof failureReasons;

export type FailureDetails = {
  readonly cause?: unknown;
  /** Overrides the reason's usual fate, where the place that fails knows better. */
  readonly fate?: Fate;
  /** Overrides the reason's usual scope, where the place that fails knows whose the cause is. */
  readonly scope?: FailureScope;
  /** HTTP status of the answer behind it, where there was one. */
  readonly httpStatus?: number;
  /** Seconds the other side asked us to wait (Retry-After, RateLimit-Reset). */
  readonly retryAfterSeconds?: number;
};

export class Failure extends Error {
  override readonly name = 'Failure';
  readonly reason: FailureReason;
  readonly fate: Fate;
  readonly scope: FailureScope;
  readonly httpStatus: number | null;
  readonly retryAfterSeconds: number | null;

  constructor(reason: FailureReason, message: string, details: FailureDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.reason = reason;
    this.fate = details.fate ?? failureReasons[reason].fate;
    this.scope = details.scope ?? failureReasons[reason].scope;
    this.httpStatus = details.httpStatus ?? null;
    this.retryAfterSeconds = details.retryAfterSeconds ?? null;
  }
}

/** Anything thrown, as a Failure: what nobody classified is a bug. */
export function asFailure(thrown: unknown): Failure {
  if (thrown instanceof Failure) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new Failure('Bug', message, { cause: thrown });
}

export function isFailure(thrown: unknown, reason: FailureReason): thrown is Failure {
  return thrown instanceof Failure && thrown.reason === reason;
}

/** Whether failures of this reason hold up every create: see the table's `breaker`. */
export function opensBreaker(reason: FailureReason): boolean {
  return failureReasons[reason].scope === 'fleet' && !('breaker' in failureReasons[reason]);
}

/** For `default` branches: a value that the types say cannot be. */
export function impossible(value: never): never {
  throw new Failure('Bug', `impossible value ${JSON.stringify(value)}`);
}
