/** `aura doctor`: checks everything that the other verbs need, and shows what to do. */

import { Failure } from '../../../core/failure.ts';
import { readConfig } from '../../config.ts';
import { needsOf } from '../../main.ts';
import { type ExitCode, exitCodes, explain, UsageError } from '../run/exit.ts';
import type { VerbContext } from '../run/verb.ts';
import type { Printed } from '../text/documents.ts';
import { type Output, plain } from '../text/output.ts';
import { Amiss, type Check, Unknown } from './amiss.ts';
import { accountChecks } from './doctor-accounts.ts';
import { alarmChecks } from './doctor-alarms.ts';
import { bucketChecks } from './doctor-bucket.ts';
import { apiChecks, repositoryChecks, toolChecks } from './doctor-checks.ts';
import type { Known } from './doctor-known.ts';
import { limitChecks } from './doctor-limits.ts';
import { mailChecks } from './doctor-mail.ts';
import { notForReaders, readOnlyChecks } from './doctor-read-only.ts';
import { settingChecks } from './doctor-repository.ts';
import { tailnetChecks } from './doctor-tailnet.ts';

export type Finding = Printed<'doctor'>['checks'][number];

type Options = { readonly readOnly?: boolean; readonly repository?: boolean };

/** Longer than the retry policy waits. */
const patienceMs = 60_000;

export async function doctor(
  context: VerbContext,
  { readOnly = false, repository: ofRepository = false }: Options,
): Promise<ExitCode> {
  const { env, out } = context;
  if (readOnly && ofRepository)
    throw new UsageError('--read-only is for the service, and --repository for an administrator');
  const findings: Finding[] = [];
  const show = (finding: Finding) => {
    findings.push(finding);
    out.text(lineOf(finding, out));
  };
  const lookAll = async (checks: readonly Check[]) => {
    // They run at the same time, and are shown in order.
    const wanted = checks.filter(({ name }) => !(readOnly && notForReaders.has(name)));
    for (const finding of wanted.map((check) => findingOf(check, env))) show(await finding);
  };
  const settings = { name: 'configuration', look: async () => configured(env, readOnly) };
  await lookAll([settings, ...toolChecks(env), ...(readOnly ? readOnlyChecks(env) : [])]);
  const repository = await repositoryChecks(env);
  let known: Known;
  try {
    await lookAll(repository.checks);
    known = repository.known();
  } finally {
    await repository.close();
  }
  const more = [
    ...bucketChecks(env),
    ...limitChecks(env, known),
    ...accountChecks(env, known),
    ...tailnetChecks(env, known),
    ...alarmChecks(env),
    ...mailChecks(env, known),
    ...(ofRepository ? settingChecks(env) : []),
  ];
  await lookAll([...apiChecks(env, known), ...more]);
  const wrong = findings.filter((finding) => !finding.ok);
  const printed: Printed<'doctor'> = { ok: wrong.length === 0, checks: findings };
  out.document(printed);
  if (wrong.length === 0) return exitCodes.fine;
  return wrong.every(({ unknown }) => unknown) ? exitCodes.attention : exitCodes.error;
}

/** Reports everything that is missing or wrong at once. */
function configured(env: VerbContext['env'], readOnly: boolean): string {
  const others = ['webhooks', 'endpoints', 'links', 'deadman', 'reconcile', 'alarms'] as const;
  const needs = Object.values(needsOf).flat();
  readConfig(env, [...needs.filter((need) => !(readOnly && need === 'keys')), ...others]);
  return 'every required variable is set and well-formed';
}

async function findingOf({ name, look }: Check, env: VerbContext['env']): Promise<Finding> {
  const patience = AbortSignal.timeout(patienceMs);
  const tooLong = new Promise<never>((_, reject) => {
    patience.addEventListener('abort', () =>
      reject(new Failure('NetworkUnreachable', `no answer within ${patienceMs / 1000} s`)),
    );
  });
  try {
    const found = await Promise.race([look(), tooLong]);
    if (typeof found === 'string') return { name, ok: true, message: plain(found) };
    return { name, ok: true, message: plain(found.message), todo: found.todo };
  } catch (thrown) {
    const { message, todo } = await explain(thrown, env);
    if (thrown instanceof Unknown)
      return { name, ok: false, unknown: true, message, todo: thrown.todo };
    return { name, ok: false, message, todo: thrown instanceof Amiss ? thrown.todo : todo };
  }
}

const wordWidth = 8;
const nameWidth = 18;

function lineOf({ name, ok, unknown, message, todo }: Finding, out: Output): string {
  const fine = todo === undefined ? 'ok' : 'advice';
  const word = ok ? fine : unknown === true ? 'unknown' : 'failed';
  const colour = { ok: 'green', advice: 'yellow', unknown: 'yellow', failed: 'red' } as const;
  const shown = `${out.paint(colour[word], word)}${' '.repeat(wordWidth - word.length)}`;
  const said = message.replaceAll('\n', `\n${' '.repeat(nameWidth + wordWidth)}`);
  const doing = todo === undefined ? '' : `\n${' '.repeat(nameWidth + wordWidth)}to do: ${todo}`;
  return `${shown}${name.padEnd(nameWidth)}${said}${doing}`;
}
