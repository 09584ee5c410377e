/**
 * How a verb ends: its exit code, and an error's message with what to do about it. The message
 * contains no secret, and a stack trace only with AURA_LOG_LEVEL=debug.
 */

import { asFailure, Failure, type FailureReason } from '../../../core/failure.ts';
import type { Environment } from '../../config.ts';
import { type Output, plain } from '../text/output.ts';

export const exitCodes = {
  fine: 0,
  error: 1,
  /** `plan` only */
  changes: 2,
  /** done, but something is refused, partial or frozen, or an attempt failed */
  attention: 3,
  usage: 64,
  interrupted: 130,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** The command line itself is invalid. */
export class UsageError extends Failure {
  constructor(message: string) {
    super('InvalidInput', message);
  }
}

/** Prints the message, the reason and what to do; with `--json` as a document too. */
export async function endWithError(
  thrown: unknown,
  { out, env }: { readonly out: Output; readonly env: Environment },
): Promise<ExitCode> {
  const { reason, message, todo, stack } = await explain(thrown, env);
  const usage = thrown instanceof UsageError;
  out.note(out.paint('red', `aura: ${message}`));
  out.note(usage ? `  ${todo}` : `  reason: ${reason}\n  to do:  ${todo}`);
  if (['debug', 'trace'].includes(env['AURA_LOG_LEVEL'] ?? '')) out.note(stack);
  out.document({ ok: false, error: { reason, message, todo } });
  return usage ? exitCodes.usage : exitCodes.error;
}

type Explained = {
  readonly reason: string;
  readonly message: string;
  /** what to do about it */
  readonly todo: string;
  readonly stack: string;
};

/** Describes anything thrown, without secrets of the environment. */
export async function explain(thrown: unknown, env: Environment): Promise<Explained> {
  // Loaded only here: a command that succeeds needs neither.
  const [{ withoutSecrets }, { variables }] = await Promise.all([
    import('../../../core/text/secret-shapes.ts'),
    import('../../config/variables.ts'),
  ]);
  const secrets = Object.entries(variables).flatMap(([name, { secret }]) =>
    secret && name !== 'AURA_REPOSITORY_URL' ? valuesOf(env[name]) : [],
  );
  const clean = (text: string) =>
    secrets.reduce((so, one) => so.replaceAll(one, '[secret]'), withoutSecrets(plain(text)));
  const failure = asFailure(thrown);
  const usage = thrown instanceof UsageError;
  return {
    reason: usage ? 'Usage' : failure.reason,
    message: clean(failure.message),
    todo: usage ? 'Run it with --help for its usage.' : advice[failure.reason],
    stack: clean((thrown instanceof Error ? thrown.stack : failure.stack) ?? ''),
  };
}

/** Short values may also occur as plain words in messages. */
const secretLengthMin = 12;

function valuesOf(value: string | undefined): readonly string[] {
  return [value ?? '', ...(value ?? '').split(',')]
    .map((one) => one.trim())
    .filter((one) => one.length >= secretLengthMin);
}

const again = 'Try again in a few minutes; nothing is lost.';
const outcome = 'Run `aura reconcile`: it observes the outcome before it changes anything.';
const advice: Readonly<Record<FailureReason, string>> = {
  Unauthorized: 'Check that the credential is right and still valid: `aura doctor` tries each.',
  Forbidden: 'Give the credential the permission it lacks: `aura doctor` tries each.',
  RateLimited: again,
  ResourceLimitExceeded: 'Request a higher limit from the provider, or remove unused resources.',
  ResourceUnavailable: 'Wait until it is sold again, or add a location to catalog.yaml.',
  ProviderOutage: again,
  NetworkUnreachable: 'Check the network and the address in the environment, then try again.',
  PackageMirrorDown: again,
  StateStoreDown: 'Check the state bucket (`aura doctor`), then try again.',
  ToolStuck: 'Try again; if it persists, check what the program waits for (`aura doctor`).',
  ToolMissing: 'Run `npm run setup`, which installs what is missing.',
  MisconfiguredAccount:
    'Use the credential of the account that policy.yaml pins, and of the project that is recorded: ' +
    '`aura doctor` shows which one differs.',
  FirewallMissing:
    'Run `aura doctor`: it shows whether `aura init` creates the shared stack, or whether the ' +
    'token is for another project.',
  BranchRewritten:
    'Find out who moved the branch: docs/runbooks/restore-the-repository.md describes the next steps.',
  NotFound: 'Check the name, and that the environment is the right one.',
  Conflict: 'Look at what is there (`aura status`, `aura plan`), then try again.',
  Locked: again,
  Protected: 'Remove the protection at the provider if it should be deleted.',
  InvalidInput: 'Correct what is named above, then try again.',
  RecordsMissing: 'Run `aura doctor`: it tells a new installation from lost records.',
  UnexpectedAnswer: 'Try again; if it persists, check the service that answered (`aura doctor`).',
  OutcomeUnknown: outcome,
  StateUnreadable:
    'Run the command that is named above: it rebuilds the state from the resources at Hetzner.',
  StateLocked: 'Wait for the run that holds the lock to end, then try again.',
  GateRefused: 'Nothing was applied. Find out what differs before you try again.',
  PlanFailed: 'Look at the message, then try again.',
  ApplyFailed: outcome,
  BootTimeout: again,
  CloudInitFailed: 'Check the image that catalog.yaml names; the next try makes another server.',
  HostUnreachable: again,
  KeyRefused: 'Check that AURA_SSH_CA_KEY is the CA that the server was created with.',
  ConfigureFailed: again,
  JoinFailed: again,
  UnitFailed: 'Read the end of its log in the message; the next run configures the agent again.',
  VerifyFailed: again,
  OwnershipUnproven: 'Check the resource: it is not the one that was recorded.',
  Superseded: 'Run `aura reconcile` again: it decides on the current files.',
  Stopped: 'Lift the stop with `aura resume`, or `pause` in policy.yaml, once it is safe.',
  PushRejected: 'Another push came at the same time. Try again.',
  PushRefused:
    'Read the message of the git server: a branch rule, a hook or a permission refuses the push.',
  Crashed: outcome,
  Bug: 'This is a defect of aura. Run it with AURA_LOG_LEVEL=debug and report its output.',
};
