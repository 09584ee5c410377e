/** `aura doctor`: whether everything is there that the other verbs need, and what to do if not. */
import { readConfig } from '../config.ts';
import { Failure, type FailureReason } from '../core/failure.ts';
import { apiChecks, type Policed, repositoryChecks, toolChecks } from './doctor-checks.ts';
import { type ExitCode, exitCodes, explain } from './exit.ts';
import { type Output, plain } from './output.ts';
import type { VerbContext } from './verbs.ts';

/** One thing to look at. `look` resolves to what was found, and throws what is wrong. */
export type Check = { readonly name: string; look(): Promise<string> };

/** What is not as it should be, where the check itself knows what to do about it. */
export class Amiss extends Failure {
  readonly todo: string;
  constructor(reason: FailureReason, message: string, todo: string) {
    super(reason, message);
    this.todo = todo;
  }
}

export type Finding = {
  readonly name: string;
  readonly ok: boolean;
  readonly message: string;
  readonly todo?: string;
};

/** Longer than the one retry policy waits. */
const patienceMs = 60_000;

export async function doctor(context: VerbContext): Promise<ExitCode> {
  const { env, out } = context;
  const findings: Finding[] = [];
  const show = (finding: Finding) => {
    findings.push(finding);
    out.text(lineOf(finding, out));
  };
  const lookAll = async (checks: readonly Check[]) => {
    // All at once, told in their order.
    for (const finding of checks.map((check) => findingOf(check, env))) show(await finding);
  };
  await lookAll([{ name: 'configuration', look: async () => configured(env) }, ...toolChecks(env)]);
  const repository = await repositoryChecks(env);
  let policed: Policed | null;
  try {
    await lookAll(repository.checks);
    policed = repository.policed();
  } finally {
    await repository.close();
  }
  await lookAll(apiChecks(env, policed));
  const ok = findings.every((finding) => finding.ok);
  out.document({ ok, checks: findings });
  return ok ? exitCodes.fine : exitCodes.error;
}

/** Everything that is missing or wrong at once. */
function configured(env: VerbContext['env']): string {
  const needs = [
    'repository',
    'billing',
    'webhooks',
    'cloud',
    'tailnet',
    'states',
    'stacks',
    'configurator',
    'forge',
    'mail',
    'keys',
    'links',
    'deadman',
  ] as const;
  readConfig(env, needs);
  return 'every variable that is needed is set, and well-formed';
}

async function findingOf({ name, look }: Check, env: VerbContext['env']): Promise<Finding> {
  const patience = AbortSignal.timeout(patienceMs);
  const tooLong = new Promise<never>((_, reject) => {
    patience.addEventListener('abort', () =>
      reject(new Failure('NetworkUnreachable', `no answer within ${patienceMs / 1000} s`)),
    );
  });
  try {
    return { name, ok: true, message: plain(await Promise.race([look(), tooLong])) };
  } catch (thrown) {
    const { message, todo } = await explain(thrown, env);
    return { name, ok: false, message, todo: thrown instanceof Amiss ? thrown.todo : todo };
  }
}

const nameWidth = 18;

function lineOf({ name, ok, message, todo }: Finding, out: Output): string {
  const word = ok ? out.paint('green', 'ok    ') : out.paint('red', 'failed');
  const said = message.replaceAll('\n', `\n${' '.repeat(nameWidth + 8)}`);
  const doing = todo === undefined ? '' : `\n${' '.repeat(nameWidth + 8)}to do: ${todo}`;
  return `${word}  ${name.padEnd(nameWidth)}${said}${doing}`;
}
