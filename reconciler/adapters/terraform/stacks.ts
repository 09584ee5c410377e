/**
 * Stacks by Terraform: plan, read the plan, apply exactly that plan. Each call works in a folder of its
 * own (0700, removed afterwards), because the stack and its plan hold user data in clear.
 */
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StateBackend } from '../../../cdktf/synthesise.ts';
import { asFailure, Failure, type FailureReason } from '../../core/failure.ts';
import { gate } from '../../core/stack/gate.ts';
import type { Refreshed } from '../../core/stack/refreshed.ts';
import type { StackSpec } from '../../core/stack/stack-spec.ts';
import { takenMessage } from '../../core/stack/taken.ts';
import type { Log } from '../../ports/log.ts';
import type { StackOutcome, StackRequest, Stacks } from '../../ports/stacks.ts';
import type { StateLock } from '../../ports/states.ts';
import { causeIn } from './causes.ts';
import { overdueFailure } from './overdue.ts';
import { diagnosticsOf, plannedResources, reasonOf, saysTaken } from './planned.ts';
import { type ProgramEnvironment, type ProgramResult, runTerraform } from './program.ts';
import { refreshedServer } from './refreshed.ts';

export type StacksOptions = ProgramEnvironment & {
  readonly backend: StateBackend;
  /** reads the lock beside a state; null where there is none */
  readonly readLock: (stateKey: string) => Promise<StateLock | null>;
  /** looks whether a state can be read, and throws why it cannot */
  readonly readState: (stateKey: string) => Promise<unknown>;
  readonly log: Log;
};

type Workplace = {
  readonly folder: string;
  readonly spec: StackSpec;
  run(args: readonly string[]): Promise<ProgramResult>;
};
type Planned = { readonly file: string; readonly outcome: StackOutcome };
export function createStacks(options: StacksOptions): Stacks {
  return {
    apply: (request) =>
      inFolder(options, request.spec, async (place) => {
        const planned = await planAndJudge(options, place, request);
        if (planned.outcome.kind !== 'applied') return planned.outcome;
        await applyPlanFile(options, place, planned.file);
        return planned.outcome;
      }),
    plan: (request) =>
      inFolder(
        options,
        request.spec,
        async (place) => (await planAndJudge(options, place, request)).outcome,
      ),
    refresh: (stateKey) =>
      inFolder(options, { kind: 'empty', stateKey, pollIntervalMs: 1000 }, (place) =>
        refresh(options, place),
      ),
    lock: options.readLock,
    unlock: (stateKey, lockId) =>
      inFolder(options, { kind: 'empty', stateKey, pollIntervalMs: 1000 }, async (place) => {
        const result = await place.run(['force-unlock', '-force', lockId]);
        if (result.code !== 0 && (await options.readLock(stateKey)) !== null) {
          throw new Failure(
            'StateLocked',
            `the lock of ${stateKey} could not be released: ${lastLine(result.stderr)}`,
          );
        }
      }),
  };
}

async function inFolder<Result>(
  options: StacksOptions,
  spec: StackSpec,
  work: (place: Workplace) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'aura-stack-'));
  try {
    const { synthesise } = await import('../../../cdktf/synthesise.ts');
    await writeFile(
      join(folder, 'stack.tf.json'),
      JSON.stringify(synthesise(spec, options.backend)),
      { mode: 0o600 },
    );
    const place = { folder, spec, run: runIn(options, folder, spec.stateKey) };
    const init = await place.run(['init', '-input=false', '-no-color']);
    // It reads the state and looks for the provider, and nothing else.
    if (init.code !== 0) throw await failureOf(options, place, init, 'ToolMissing');
    return await work(place);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Throws where Terraform does not end. */
function runIn(options: StacksOptions, folder: string, stateKey: string): Workplace['run'] {
  const run = (args: readonly string[]) => runTerraform(options, folder, args);
  return async (args) => {
    const about = { ...options, run, stateKey, command: args[0] ?? '', sinceMs: Date.now() };
    const result = await run(args);
    if (result.overdue) throw await overdueFailure(about);
    return result;
  };
}

async function planAndJudge(
  options: StacksOptions,
  place: Workplace,
  request: StackRequest,
): Promise<Planned> {
  for (const { address, id } of request.imports) {
    const result = await place.run([
      'import',
      '-input=false',
      '-no-color',
      '-lock-timeout=0s',
      address,
      id,
    ]);
    if (result.code !== 0) throw await failureOf(options, place, result, 'PlanFailed');
  }
  const file = join(place.folder, 'plan.bin');
  // A plan that fails leaves an earlier file in place: only this plan's own file may be applied.
  await rm(file, { force: true });
  const args = [
    'plan',
    '-input=false',
    '-json',
    '-parallelism=1',
    '-lock-timeout=0s',
    '-detailed-exitcode',
    `-out=${file}`,
  ];
  const result = await place.run(args);
  if (result.code === 0) return { file, outcome: { kind: 'unchanged' } };
  if (result.code !== 2) throw await failureOf(options, place, result, 'PlanFailed');
  const verdict = gate(request.expect, plannedResources(await shownPlan(place, file)));
  if (verdict.kind === 'refused') return { file, outcome: verdict };
  if (verdict.effects.length === 0) return { file, outcome: { kind: 'unchanged' } };
  return { file, outcome: { kind: 'applied', effects: verdict.effects, outputs: {} } };
}

/** Without a lock: it writes nothing, and nobody's work is to fail because somebody looked. */
async function refresh(options: StacksOptions, place: Workplace): Promise<Refreshed> {
  const file = join(place.folder, 'refresh.bin');
  const result = await place.run([
    'plan',
    '-refresh-only',
    '-input=false',
    '-json',
    '-parallelism=1',
    '-lock=false',
    '-detailed-exitcode',
    `-out=${file}`,
  ]);
  if (result.code !== 0 && result.code !== 2)
    throw await failureOf(options, place, result, 'PlanFailed');
  return refreshedServer(await shownPlan(place, file));
}

async function shownPlan(place: Workplace, file: string): Promise<string> {
  const shown = await place.run(['show', '-json', file]);
  if (shown.code !== 0)
    throw new Failure('PlanFailed', `terraform show failed: ${lastLine(shown.stderr)}`);
  return shown.stdout;
}

/** What a failed apply did is for the caller to find out by looking: the error's text is no proof. */
async function applyPlanFile(
  options: StacksOptions,
  place: Workplace,
  file: string,
): Promise<void> {
  const args = ['apply', '-input=false', '-json', '-parallelism=1', '-lock-timeout=0s', file];
  try {
    const result = await place.run(args);
    if (result.code === 0) return;
    throw await failureOf(options, place, result, 'ApplyFailed');
  } catch (thrown) {
    await pushErroredState(options, place);
    throw thrown;
  }
}

/** Where the bucket was lost during an apply, Terraform leaves the newest state in a file. */
async function pushErroredState(options: StacksOptions, place: Workplace): Promise<void> {
  const errored = join(place.folder, 'errored.tfstate');
  if (!existsSync(errored)) return;
  const result = await place.run(['state', 'push', errored]);
  const fields = { stateKey: place.spec.stateKey, code: result.code };
  if (result.code === 0)
    options.log.warn(fields, 'a state that could not be saved was pushed afterwards');
  else
    options.log.error(
      fields,
      'a state could not be saved; the server is found by its labels instead',
    );
}

async function failureOf(
  options: StacksOptions,
  place: Workplace,
  result: ProgramResult,
  otherwise: FailureReason,
): Promise<Failure> {
  const diagnostics = diagnosticsOf(result.stdout);
  const said = diagnostics.map((one) => `${one.summary} ${one.detail}`.trim()).join('; ');
  const message = firstCharacters(said === '' ? lastLine(result.stderr || result.stdout) : said);
  const reason = causeIn(`${said} ${result.stderr}`) ?? reasonOf(diagnostics, otherwise);
  const taken = diagnostics.find(({ detail, summary }) => saysTaken(`${summary} ${detail}`));
  if (taken !== undefined)
    return new Failure(reason, `${takenMessage(place.spec, taken.address)} (${message})`);
  if (reason !== otherwise) return new Failure(reason, message);
  // A state that is damaged, a bucket that is down and a lock that somebody else holds look like any
  // other error: look which it is.
  const broken = await brokenState(options, place.spec.stateKey);
  if (broken !== null) return broken;
  const lock = await options.readLock(place.spec.stateKey).catch(() => null);
  if (lock === null) return new Failure(otherwise, message);
  return new Failure('StateLocked', `the state is locked by ${lock.who} since ${lock.created}`);
}

/** Why the state cannot be read; null where it can. */
async function brokenState(
  { readState, log }: StacksOptions,
  stateKey: string,
): Promise<Failure | null> {
  try {
    await readState(stateKey);
    return null;
  } catch (thrown) {
    log.warn({ stateKey, error: thrown }, 'Terraform failed, and the state cannot be read');
    return asFailure(thrown);
  }
}

function lastLine(text: string): string {
  return firstCharacters(
    text
      .trim()
      .split('\n')
      .filter((line) => line.trim() !== '')
      .slice(-3)
      .join(' '),
  );
}

function firstCharacters(text: string): string {
  return text.replaceAll(/\s+/g, ' ').slice(0, 600);
}
