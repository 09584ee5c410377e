/** Runs Terraform: one call, its output, its exit code. Nothing of our environment leaks into it. */
import { spawn } from 'node:child_process';
import { Failure } from '../../core/failure.ts';

export type ProgramEnvironment = {
  readonly terraform: string;
  readonly terraformRc: string;
  /** what the provider and the backend read: HCLOUD_*, AWS_* */
  readonly variables: Readonly<Record<string, string>>;
};
export type ProgramResult = {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
};

/** Past this Terraform is asked to stop; it cancels the call under way and releases its lock. */
const patienceMs = 20 * 60_000;
const outputMax = 20_000_000;

export function runTerraform(
  environment: ProgramEnvironment,
  folder: string,
  args: readonly string[],
): Promise<ProgramResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(environment.terraform, args, {
      cwd: folder,
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: folder,
        TF_CLI_CONFIG_FILE: environment.terraformRc,
        TF_IN_AUTOMATION: '1',
        TF_INPUT: '0',
        CHECKPOINT_DISABLE: '1',
        ...environment.variables,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const interrupt = () => child.kill('SIGINT');
    const timer = setTimeout(interrupt, patienceMs);
    process.once('SIGTERM', interrupt);
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout = (stdout + text).slice(-outputMax);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-outputMax);
    });
    const settle = () => {
      clearTimeout(timer);
      process.off('SIGTERM', interrupt);
    };
    child.on('error', (cause) => {
      settle();
      reject(
        new Failure('ToolMissing', `terraform could not be started: ${cause.message}`, { cause }),
      );
    });
    child.on('close', (code, signal) => {
      settle();
      resolve({ code: code ?? (signal === null ? 1 : 130), stdout, stderr });
    });
  });
}
