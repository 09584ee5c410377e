/**
 * Runs one job with `act`, as a runner of GitHub would: in a home of its own, with a clean
 * environment and nothing but the job's secrets.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { askToEnd, killRest, stepInProgress, writeStepScript } from './step.ts';

type Result = 'success' | 'failure' | 'cancelled';
/** What becomes known while a job runs. */
type JobListener = {
  /** null: it began */
  onStep(step: string, result: Result | null): void;
  onLine(line: string): void;
};

type RunnerJob = {
  /** an empty folder of the job's own */
  readonly folder: string;
  readonly event: string;
  readonly payload: unknown;
  readonly ref: string;
  readonly sha: string;
  readonly actor: string;
  readonly workflow: string;
  readonly outputs: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
  readonly variables: Readonly<Record<string, string>>;
};
export type RunnerOptions = {
  /** path of `act` */
  readonly act: string;
  /** folders that stand for actions of other repositories, by `owner/name@ref` */
  readonly standIns: ReadonlyMap<string, string>;
  /** a folder that the jobs find at the same place */
  readonly toolCache: string;
  /** whether it is emptied before each job, as on a runner that is new for each */
  readonly isFresh: boolean;
  /** the PATH of the jobs */
  readonly path: string;
  /** of the runner's machine: its jobs inherit them */
  readonly env: Readonly<Record<string, string>>;
};
type Ended = { readonly result: Result; readonly outputs: Readonly<Record<string, string>> };

/** Why jobs are aborted when their machine goes away: nothing is asked to end. */
export const machineGone = new Error('the machine is gone');

export const outputsFolder = (folder: string) => join(folder, 'outputs');

export async function runJob(
  options: RunnerOptions,
  job: RunnerJob,
  listener: JobListener,
  signal: AbortSignal,
): Promise<Ended> {
  await layOut(options, job);
  if (signal.aborted) return { result: 'cancelled', outputs: {} };
  const child = spawn(options.act, argumentsOf(options, job), {
    cwd: job.folder,
    // Its own process group, so that all that it starts ends with it.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: options.path,
      HOME: join(job.folder, 'home'),
      DOCKER_HOST: 'unix:///nonexistent.sock',
    },
  });
  const cancel = () => void cancelJob(child, job.folder, signal.reason);
  signal.addEventListener('abort', cancel);
  const hide = hiderOf(Object.values(job.secrets));
  const [results, complaints] = await Promise.all([
    readLines(child.stdout, (line) => heard(hide(line), listener)),
    readLines(child.stderr, hide),
    ended(child),
  ]);
  signal.removeEventListener('abort', cancel);
  endGroup(child);
  const done = results.findLast((one) => one !== null);
  // Where the runner itself failed.
  if (done === undefined) for (const line of complaints) listener.onLine(line);
  const result = signal.aborted ? 'cancelled' : (done ?? 'failure');
  return { result, outputs: await outputsOf(job) };
}

/** After the step in progress, the runner runs those that ask for a cancelled job. */
async function cancelJob(child: ChildProcess, folder: string, why: unknown): Promise<void> {
  const step = stepInProgress(folder);
  if (step !== null && why !== machineGone) await askToEnd(folder, step);
  child.kill('SIGINT');
  if (step !== null) await killRest(step);
}

async function layOut({ toolCache, isFresh, env }: RunnerOptions, job: RunnerJob): Promise<void> {
  if (isFresh) {
    await rm(toolCache, { recursive: true, force: true, maxRetries: 5 });
    await mkdir(toolCache);
  }
  const { folder } = job;
  const git = join(folder, 'checkout', '.git');
  const cache = join(folder, 'home', '.cache', 'act');
  for (const made of [
    join(git, 'objects'),
    join(git, 'refs', 'heads'),
    cache,
    outputsFolder(folder),
  ])
    await mkdir(made, { recursive: true });
  await symlink(toolCache, join(cache, 'tool_cache'));
  // The runner reads the commit of the run here.
  await writeFile(join(git, 'HEAD'), 'ref: refs/heads/run\n');
  await writeFile(join(git, 'refs', 'heads', 'run'), `${job.sha}\n`);
  const secret = { mode: 0o600 };
  await writeStepScript(folder);
  await writeFile(join(folder, 'checkout', 'job.yml'), job.workflow);
  await writeFile(join(folder, 'event.json'), JSON.stringify(job.payload));
  await writeFile(join(folder, 'secrets'), dotenv(job.secrets), secret);
  await writeFile(join(folder, 'env'), dotenv({ ...env, ...job.env }), secret);
  await writeFile(join(folder, 'vars'), dotenv(job.variables));
}

function argumentsOf({ standIns }: RunnerOptions, job: RunnerJob): string[] {
  const at = (name: string) => join(job.folder, name);
  return [
    job.event,
    ...['--directory', at('checkout'), '--workflows', 'job.yml', '--eventpath', at('event.json')],
    ...['--platform', 'local=-self-hosted', '--actor', job.actor, '--json'],
    // The commit is fetched from the git server, and not copied from the folder of the job.
    '--no-skip-checkout',
    ...['--no-cache-server', '--artifact-server-addr', '127.0.0.1'],
    ...['--secret-file', at('secrets'), '--env-file', at('env'), '--var-file', at('vars')],
    ...[...standIns].flatMap(([name, folder]) => ['--local-repository', `${name}=${folder}`]),
  ];
}

/** Quoted, so that a value may have line breaks and no part of it is expanded. */
function dotenv(values: Readonly<Record<string, string>>): string {
  const quoted = (value: string) =>
    value.replaceAll(/[\\"$]/g, (sign) => `\\${sign}`).replaceAll('\n', '\\n');
  return Object.entries(values)
    .map(([name, value]) => `${name}="${quoted(value)}"\n`)
    .join('');
}

/** Also the lines of a secret with several. */
function hiderOf(secrets: readonly string[]): (text: string) => string {
  const lengthMin = 4;
  const all = secrets
    .flatMap((secret) => [secret, ...secret.split('\n'), JSON.stringify(secret).slice(1, -1)])
    .filter(({ length }) => length >= lengthMin)
    .sort((a, b) => b.length - a.length);
  return (text) => all.reduce((hidden, one) => hidden.replaceAll(one, '***'), text);
}

type Line = {
  readonly msg?: unknown;
  readonly raw_output?: unknown;
  readonly step?: unknown;
  readonly stepID?: unknown;
  readonly stage?: unknown;
  readonly stepResult?: unknown;
  readonly jobResult?: unknown;
};

/** Returns the result of the job where the line has it. */
function heard(text: string, listener: JobListener): Result | null {
  const line = parsed(text);
  if (line === null) {
    listener.onLine(text);
    return null;
  }
  const message = String(line.msg ?? '').trimEnd();
  if (line.raw_output === true) listener.onLine(message);
  const isOwn = line.stage === 'Main' && Array.isArray(line.stepID) && line.stepID.length === 1;
  if (isOwn && typeof line.step === 'string') {
    const name = line.step.split('\n')[0] ?? '';
    if (message.startsWith('⭐')) listener.onStep(name, null);
    if (typeof line.stepResult === 'string') listener.onStep(name, resultOf(line.stepResult));
  }
  return typeof line.jobResult === 'string' ? resultOf(line.jobResult) : null;
}

function parsed(text: string): Line | null {
  try {
    const line: unknown = JSON.parse(text);
    return typeof line === 'object' ? line : null;
  } catch {
    return null;
  }
}

function resultOf(text: string): Result {
  return text === 'success' || text === 'cancelled' ? text : 'failure';
}

async function readLines<Value>(stream: Readable, read: (line: string) => Value): Promise<Value[]> {
  const values: Value[] = [];
  for await (const line of createInterface({ input: stream })) values.push(read(line));
  return values;
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => resolve());
  });
}

function endGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // All of it has ended.
  }
}

async function outputsOf({
  folder,
  outputs,
}: RunnerJob): Promise<Readonly<Record<string, string>>> {
  const read = outputs.map(async (name, place) => {
    const file = join(outputsFolder(folder), String(place));
    return [name, await readFile(file, 'utf8').catch(() => '')] as const;
  });
  return Object.fromEntries(await Promise.all(read));
}
