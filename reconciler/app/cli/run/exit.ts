/**
 * How a verb ends: its exit code, and what an error says to the person who has to do something
 * about it. Never a stack trace (but with AURA_LOG_LEVEL=debug) and never a secret.
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

/** The command itself makes no sense, whatever the world looks like. */
export class UsageError extends Failure {
  constructor(message: string) {
    super('InvalidInput', message);
  }
}

/** Says what went wrong, why, and what to do; under `--json` as a document as well. */
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

/** Anything thrown, in words, without a secret of the environment in them. */
export async function explain(thrown: unknown, env: Environment): Promise<Explained> {
  // Loaded now: a command that goes well needs neither.
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
    todo: usage ? 'Run it with --help to see how it is meant.' : advice[failure.reason],
    stack: clean((thrown instanceof Error ? thrown.stack : failure.stack) ?? ''),
  };
}

/** Short values are words that stand in messages for other reasons. */
const secretLengthMin = 12;

function valuesOf(value: string | undefined): readonly string[] {
  return [value ?? '', ...(value ?? '').split(',')]
    .map((one) => one.trim())
    .filter((one) => one.length >= secretLengthMin);
}

const again = 'Try again in a few minutes; nothing is lost.';
const advice: Readonly<Record<FailureReason, string>> = {
  Unauthorized: 'Check that the credential is right and still valid: `aura doctor` tries each.',
  Forbidden: 'Give the credential the permission it lacks: `aura doctor` tries each.',
  RateLimited: again,
  ResourceLimitExceeded: 'Ask the provider for a higher limit, or remove what is not needed.',
  ResourceUnavailable: 'Wait until it is sold again, or add a location to catalog.yaml.',
  ProviderOutage: again,
  NetworkUnreachable: 'Check the network and the address in the environment, then try again.',
  PackageMirrorDown: again,
  StateStoreDown: 'Check the state bucket (`aura doctor`), then try again.',
  ToolStuck: 'Try again; if it stays, look at what the program waits for (`aura doctor`).',
  ToolMissing: 'Run `npm run setup`, which gets what is missing.',
  MisconfiguredAccount:
    'Use the credential of the account that policy.yaml pins, and of the project that is recorded: ' +
    '`aura doctor` says which is another one.',
  FirewallMissing:
    'Run `aura doctor`: it says whether `aura init` makes the stack that the fleet shares, or the ' +
    'token is for another project.',
  BranchRewritten:
    'Find out who moved the branch: docs/runbooks/restore-the-repository.md says how to go on.',
  NotFound: 'Check the name, and that the environment is the right one.',
  Conflict: 'Look at what is there (`aura status`, `aura plan`), then try again.',
  Locked: again,
  Protected: 'Lift the protection at the provider if it is meant to go.',
  InvalidInput: 'Correct what is named above, then try again.',
  UnexpectedAnswer: 'Try again; if it stays, look at the service that answered (`aura doctor`).',
  OutcomeUnknown: 'Run `aura reconcile`: it looks at what became of it before it does anything.',
  StateUnreadable:
    'Run the command that is named above: it makes the state again from what is at Hetzner.',
  StateLocked: 'Wait for the run that holds the lock to end, then try again.',
  GateRefused: 'Nothing was applied. Find out what differs before it is tried again.',
  PlanFailed: 'Look at the message, then try again.',
  ApplyFailed: 'Run `aura reconcile`: it looks at what became of it before it does anything.',
  BootTimeout: again,
  ConfigureFailed: again,
  JoinFailed: again,
  VerifyFailed: again,
  OwnershipUnproven: 'Look at the resource: it is not, or no longer, the one that was recorded.',
  Superseded: 'Run `aura reconcile` again: it decides on what is asked for now.',
  Stopped: 'Lift the stop with `aura resume`, or `pause` in policy.yaml, once it is safe.',
  PushRejected: 'Another push came at the same time. Try again.',
  PushRefused:
    'Do what the git server asks for in its own words: a rule of the branch, a hook, a permission.',
  Crashed: 'Run `aura reconcile`: it looks at what became of it before it does anything.',
  Bug: 'This is a defect of aura. Run it with AURA_LOG_LEVEL=debug and report what it says.',
};
