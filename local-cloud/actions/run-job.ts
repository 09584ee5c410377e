/** Gives one job to a runner, with the token, the secrets and the settings that it may have. */
import { mkdir, rm } from 'node:fs/promises';
import type { Run, RunConclusion } from '../github/actions-records.ts';
import type { ForJobs } from '../github/job-settings.ts';
import { jobFile } from './job-file.ts';
import type { Instance } from './run-workflow.ts';
import { type RunnerOptions, runJob } from './runner.ts';
import type { Fields } from './workflow.ts';

/** A token for one job, and how it ends. */
export type JobToken = { readonly token: string; revoke(): void };

export type JobPlace = {
  readonly run: Run;
  readonly settings: ForJobs;
  readonly runner: RunnerOptions;
  /** of this run: artifacts; of the repository: caches */
  readonly artifacts: string;
  readonly caches: string;
  /** an empty folder, removed afterwards */
  readonly folder: string;
  readonly ref: string;
  readonly sha: string;
  readonly actor: string;
  readonly payload: Fields;
  readonly github: Readonly<Record<string, string>>;
  tokenFor(permissions: Fields): JobToken;
  /** the variables of a job that may ask for an ID token */
  idToken(environment: string | null): Readonly<Record<string, string>>;
  now(): number;
};

export async function runOne(
  place: JobPlace,
  { workflow, job, contexts, record, signal }: Instance,
): Promise<{ result: RunConclusion; outputs: Readonly<Record<string, string>> }> {
  const { folder, settings, now } = place;
  const permissions = job.permissions ?? workflow.permissions ?? { contents: 'read' };
  const { token, revoke } = place.tokenFor(permissions);
  const environment = settings.environments.get(job.environment?.toLowerCase() ?? '');
  await mkdir(folder, { recursive: true });
  const { text, outputs } = jobFile(workflow, job, { contexts, folder });
  const timer = AbortSignal.timeout(job.timeoutMinutes * 60_000);
  try {
    return await runJob(
      place.runner,
      {
        folder,
        event: place.run.event,
        payload: place.payload,
        ref: place.ref,
        sha: place.sha,
        actor: place.actor,
        workflow: text,
        outputs,
        secrets: { ...settings.secrets, ...environment?.secrets, GITHUB_TOKEN: token },
        variables: settings.variables,
        env: {
          ...place.github,
          GITHUB_REF: place.ref,
          GITHUB_RUN_ID: String(place.run.id),
          GITHUB_RUN_NUMBER: String(place.run.number),
          GITHUB_RUN_ATTEMPT: String(place.run.attempt),
          LOCAL_ARTIFACTS: place.artifacts,
          LOCAL_CACHES: place.caches,
          ...(permissions['id-token'] === 'write' ? place.idToken(job.environment) : {}),
        },
      },
      {
        onLine: (line) => void record.lines.push(line),
        onStep(name, result) {
          const open = record.steps.findLast((step) => step.name === name);
          if (result === null || open === undefined)
            record.steps.push({ name, startedMs: now(), completedMs: null, conclusion: null });
          else Object.assign(open, { completedMs: now(), conclusion: result });
        },
      },
      AbortSignal.any([signal, timer]),
    );
  } finally {
    revoke();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
