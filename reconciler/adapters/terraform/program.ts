/**
 * Runs one Terraform command without our environment. A command that does not end is stopped, and
 * then killed with its providers.
 */
import { runChild } from '../child-process.ts';

export type ProgramEnvironment = {
  readonly terraform: string;
  readonly terraformRc: string;
  /** what the provider and the backend read: HCLOUD_*, AWS_* */
  readonly variables: Readonly<Record<string, string>>;
  readonly limits?: ProgramLimits;
};
type ProgramLimits = {
  /** after it Terraform is asked to stop: it cancels the current call and releases its lock */
  readonly limitMs: number;
  /** how long that may take before Terraform is killed */
  readonly graceMs: number;
};
export type ProgramResult = {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** it did not end by itself */
  readonly overdue: boolean;
};

const usual: ProgramLimits = { limitMs: 20 * 60_000, graceMs: 2 * 60_000 };
const outputMax = 20_000_000;

export async function runTerraform(
  environment: ProgramEnvironment,
  folder: string,
  args: readonly string[],
): Promise<ProgramResult> {
  const { code, stdout, stderr, overdue } = await runChild({
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
    },
    ...(environment.limits ?? usual),
    asks: 'SIGINT',
    endsWithUs: true,
    outputMax,
  });
  return {
    code: code ?? 130,
    stdout: stdout.toString(),
    stderr: stderr.toString(),
    overdue,
  };
}
