/**
 * Runs Terraform's commands without our environment. A command that does not end is stopped, and
 * then killed with its providers; its lock is released.
 */
import { hostname } from 'node:os';
import { Failure } from '../../core/failure.ts';
import { timeMs } from '../../core/text/time.ts';
import {
  type BucketKeySource,
  type BucketKeys,
  keysRefusedCodes,
} from '../../ports/bucket-keys.ts';
import type { Log } from '../../ports/log.ts';
import type { StateLock } from '../../ports/states.ts';
import { runChild } from '../child-process.ts';

type ProgramEnvironment = {
  readonly terraform: string;
  readonly terraformRc: string;
  /** what the provider and the backend read, the keys of the bucket aside: HCLOUD_*, AWS_* */
  readonly variables: Readonly<Record<string, string>>;
  /** Each command gets keys that outlast it. */
  readonly keys: BucketKeySource;
};
export type ProgramOptions = ProgramEnvironment & {
  /** reads the lock beside a state; null if there is none */
  readonly readLock: (stateKey: string) => Promise<StateLock | null>;
  readonly log: Log;
};
export type ProgramResult = {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** it did not end by itself */
  readonly overdue: boolean;
  /** the bucket refused the keys, and the next command gets new ones where possible */
  readonly keysRefused: boolean;
};
type Run = (args: readonly string[]) => Promise<ProgramResult>;

/** Runs commands on one state. Throws where Terraform does not end. */
export function createProgram(options: ProgramOptions, folder: string, stateKey: string): Run {
  const { readLock, log } = options;
  const run: Run = (args) => runTerraform(options, folder, args);
  return async (args) => {
    const [command] = args;
    const sinceMs = Date.now();
    const result = await run(args);
    if (!result.overdue) return result;
    log.error({ stateKey, command }, 'terraform did not end and was stopped');
    try {
      const lock = await readLock(stateKey);
      if (lock !== null && isOwn(lock, sinceMs)) await run(['force-unlock', '-force', lock.id]);
    } catch (error) {
      log.error(
        { stateKey, error },
        'the lock of a terraform that was stopped could not be released',
      );
    }
    const reason = command === 'apply' ? 'OutcomeUnknown' : 'ToolStuck';
    const message = `terraform ${command} of ${stateKey} did not end and was stopped`;
    throw new Failure(reason, message);
  };
}

/** Whether this machine made the lock since then: any other lock stays. */
function isOwn({ who, created }: StateLock, sinceMs: number): boolean {
  return who.endsWith(`@${hostname()}`) && timeMs(created) >= sinceMs - 1000;
}

/** After it Terraform is asked to stop: it cancels the current call and releases its lock. */
const limitMs = 20 * 60_000;
/** How long that may take before Terraform is killed. */
const graceMs = 2 * 60_000;
const outputMax = 20_000_000;

export async function runTerraform(
  environment: ProgramEnvironment,
  folder: string,
  args: readonly string[],
): Promise<ProgramResult> {
  const keys = await environment.keys.keys();
  const ended = await runChild({
    command: environment.terraform,
    args,
    cwd: folder,
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: folder,
      TF_CLI_CONFIG_FILE: environment.terraformRc,
      TF_IN_AUTOMATION: '1',
      TF_INPUT: '0',
      CHECKPOINT_DISABLE: '1',
      ...environment.variables,
      ...keyVariables(keys),
    },
    limitMs,
    graceMs,
    asks: 'SIGINT',
    endsWithUs: true,
    outputMax,
  });
  const { code, overdue } = ended;
  const [stdout, stderr] = [ended.stdout.toString(), ended.stderr.toString()];
  const keysRefused = code !== 0 && (saysRefused.test(stderr) || saysRefused.test(stdout));
  if (keysRefused) environment.keys.forget(keys);
  return { code: code ?? 130, stdout, stderr, overdue, keysRefused };
}

function keyVariables(keys: BucketKeys): Readonly<Record<string, string>> {
  const { accessKeyId, secretAccessKey, sessionToken } = keys;
  return {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    ...(sessionToken === null ? {} : { AWS_SESSION_TOKEN: sessionToken }),
  };
}

/** As the AWS SDK reports it: `api error ExpiredToken: …`. */
const saysRefused = new RegExp(`\\bapi error (?:${keysRefusedCodes.join('|')})\\b`);
