/**
 * The port `Stacks` with Terraform: saves a plan and reads it, and applies exactly that plan. Each
 * plan has a private folder, which is removed with the plan: it contains user data in clear text.
 */
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StateBackend } from '../../../cdktf/synthesise.ts';
import { asFailure, Failure, type FailureReason } from '../../core/failure.ts';
import type { PlannedResource } from '../../core/stack/gate.ts';
import type { Refreshed } from '../../core/stack/refreshed.ts';
import type { StackSpec } from '../../core/stack/stack-spec.ts';
import { takenMessage } from '../../core/stack/taken.ts';
import type { PlannedStack, StackRequest, Stacks } from '../../ports/stacks.ts';
import type { Fields } from '../http/answer.ts';
import { causeIn, codeIn, diagnosticsOf, saysTaken } from './causes.ts';
import { planIn, plannedResources } from './planned.ts';
import { createProgram, type ProgramOptions, type ProgramResult } from './program.ts';
import { refreshedServer } from './refreshed.ts';

export type StacksOptions = ProgramOptions & {
  readonly backend: StateBackend;
  /** throws if a state cannot be read */
  readonly readState: (stateKey: string) => Promise<unknown>;
};

type Workplace = AsyncDisposable & {
  readonly folder: string;
  readonly planFile: string;
  readonly spec: StackSpec;
  run(args: readonly string[]): Promise<ProgramResult>;
};

export function createStacks(options: StacksOptions): Stacks {
  const places = new WeakMap<PlannedStack, Workplace>();
  const placeFor = (stateKey: string) =>
    openPlace(options, { kind: 'empty', stateKey, pollIntervalMs: 1000 });
  return {
    ready: async () => {},
    async plan(request) {
      await using opened = new AsyncDisposableStack();
      const place = opened.use(await openPlace(options, request.spec));
      const resources = await plan(options, place, request.imports);
      const kept = opened.move();
      const planned = { resources, [Symbol.asyncDispose]: () => kept.disposeAsync() };
      places.set(planned, place);
      return planned;
    },
    async apply(planned) {
      const place = places.get(planned);
      if (place === undefined) throw new Failure('Bug', 'a plan that was not saved here');
      await applyPlanFile(options, place);
    },
    async refresh(stateKey) {
      await using place = await placeFor(stateKey);
      return await refresh(options, place);
    },
    lock: options.readLock,
    async unlock(stateKey, lockId) {
      await using place = await placeFor(stateKey);
      const result = await place.run(['force-unlock', '-force', lockId]);
      if (result.code === 0 || (await options.readLock(stateKey)) === null) return;
      throw new Failure(
        'StateLocked',
        `the lock of ${stateKey} could not be released: ${lastLine(result.stderr)}`,
      );
    },
  };
}

async function openPlace(options: StacksOptions, spec: StackSpec): Promise<Workplace> {
  const folder = await mkdtemp(join(tmpdir(), 'aura-stack-'));
  const dispose = () => rm(folder, { recursive: true, force: true });
  try {
    const { synthesise } = await import('../../../cdktf/synthesise.ts');
    await writeFile(
      join(folder, 'stack.tf.json'),
      JSON.stringify(synthesise(spec, options.backend)),
      { mode: 0o600 },
    );
    const run = createProgram(options, folder, spec.stateKey);
    const planFile = join(folder, 'plan.bin');
    const place = { folder, planFile, spec, run, [Symbol.asyncDispose]: dispose };
    const initialise = () => run(['init', '-input=false', '-no-color']);
    // `init` only reads the state and finds the provider: it can be repeated.
    let init = await initialise();
    if (init.keysRefused) init = await initialise();
    if (init.code !== 0) throw await failureOf(options, place, init, 'ToolMissing');
    return place;
  } catch (thrown) {
    await dispose();
    throw thrown;
  }
}

async function plan(
  options: StacksOptions,
  place: Workplace,
  imports: StackRequest['imports'],
): Promise<readonly PlannedResource[]> {
  for (const { address, id } of imports) {
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
  const args = [
    'plan',
    '-input=false',
    '-json',
    '-parallelism=1',
    '-lock-timeout=0s',
    '-detailed-exitcode',
    `-out=${place.planFile}`,
  ];
  const result = await place.run(args);
  if (result.code === 0) return [];
  if (result.code !== 2) throw await failureOf(options, place, result, 'PlanFailed');
  return plannedResources(await shownPlan(place));
}

/** Without a lock: it writes nothing, and must not make a run fail. */
async function refresh(options: StacksOptions, place: Workplace): Promise<Refreshed> {
  const result = await place.run([
    'plan',
    '-refresh-only',
    '-input=false',
    '-json',
    '-parallelism=1',
    '-lock=false',
    '-detailed-exitcode',
    `-out=${place.planFile}`,
  ]);
  if (result.code !== 0 && result.code !== 2)
    throw await failureOf(options, place, result, 'PlanFailed');
  return refreshedServer(await shownPlan(place));
}

async function shownPlan(place: Workplace): Promise<Fields> {
  const shown = await place.run(['show', '-json', place.planFile]);
  if (shown.code !== 0)
    throw new Failure('PlanFailed', `terraform show failed: ${lastLine(shown.stderr)}`);
  return planIn(shown.stdout);
}

/** The caller has to observe what a failed apply did: the error's text is no proof. */
async function applyPlanFile(options: StacksOptions, place: Workplace): Promise<void> {
  const args = ['apply', '-input=false', '-json', '-parallelism=1', '-lock-timeout=0s'];
  try {
    const result = await place.run([...args, place.planFile]);
    if (result.code === 0) return;
    throw await failureOf(options, place, result, 'ApplyFailed');
  } catch (thrown) {
    await pushErroredState(options, place);
    throw thrown;
  }
}

/** If the state cannot be written during an apply, Terraform leaves it in a file. */
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
  const said = diagnostics.map(({ text }) => text).join('; ');
  const message = firstCharacters(said === '' ? lastLine(result.stderr || result.stdout) : said);
  const reason = causeIn(`${said} ${result.stderr}`) ?? codeIn(diagnostics) ?? otherwise;
  const taken = diagnostics.find(saysTaken);
  if (taken !== undefined)
    return new Failure(reason, `${takenMessage(place.spec, taken.address)} (${message})`);
  if (reason !== otherwise) return new Failure(reason, message);
  // Terraform's error does not distinguish a damaged state, a bucket that is down and a held lock.
  const broken = await brokenState(options, place.spec.stateKey);
  if (broken !== null) return broken;
  const lock = await options.readLock(place.spec.stateKey).catch(() => null);
  if (lock === null) return new Failure(otherwise, message);
  return new Failure('StateLocked', `the state is locked by ${lock.who} since ${lock.created}`);
}

/** Why the state cannot be read; null if it can. */
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
