/** What the jobs of workflows have of GitHub: a token each, and a check run on their commit. */
import type { Permissions } from './accounts.ts';
import { type Run, type RunJob, statusOfJob } from './actions-records.ts';
import type { GithubWorld } from './world.ts';

export type JobAccess = {
  /** A token with the permissions of a job, by the names that workflows use. */
  tokenFor(permissions: Readonly<Record<string, unknown>>): {
    readonly token: string;
    revoke(): void;
  };
  /** Shows a job as a check run. Called again as the job goes on. */
  note(run: Run, job: RunJob): void;
};

const botLogin = 'github-actions[bot]';

export function createJobAccess(world: GithubWorld): JobAccess {
  const { accounts, checks, randomness } = world;
  return {
    tokenFor(permissions) {
      const actor = accounts.byLogin(botLogin) ?? accounts.add(botLogin, 'Bot');
      const token = `ghs_${randomness.token(36)}`;
      const granted = permissionsOf(permissions);
      accounts.keep({ token, actor, app: null, permissions: granted, expiresMs: null });
      return { token, revoke: () => accounts.revoke(token) };
    },
    note(run, job) {
      const shown = {
        status: statusOfJob(job),
        conclusion: job.conclusion,
        completedMs: job.completedMs,
      };
      const known = checks.runs.find(({ id }) => id === job.id);
      if (known !== undefined) Object.assign(known, shown);
      else
        checks.runs.push({
          id: job.id,
          suite: run.suite,
          sha: run.sha ?? '',
          app: null,
          name: job.name,
          startedMs: job.startedMs ?? world.clock.now(),
          externalId: '',
          detailsUrl: null,
          output: { title: null, summary: null, text: null },
          ...shown,
        });
      checks.changed();
    },
  };
}

function permissionsOf(given: Readonly<Record<string, unknown>>): Permissions {
  const granted = Object.entries(given).flatMap(([name, access]) =>
    access === 'read' || access === 'write' ? [[name.replaceAll('-', '_'), access] as const] : [],
  );
  return { metadata: 'read', ...Object.fromEntries(granted) };
}
