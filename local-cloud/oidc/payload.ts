/**
 * The payload of an ID token of a job, as GitHub makes them.
 * https://docs.github.com/actions/reference/security/oidc
 */

/** The job that asks. */
export type IdTokenJob = {
  /** `owner/name` */
  readonly repository: string;
  /** e.g. `refs/heads/main` */
  readonly ref: string;
  /** the deployment environment that the job names; null for none */
  readonly environment: string | null;
  /** path of the workflow's file, e.g. `.github/workflows/reconcile.yml` */
  readonly workflow: string;
  readonly runId: string;
  readonly attempt: number;
  readonly sha: string;
  /** the event that started the run */
  readonly event: string;
};

type Ids = { readonly owner: number; readonly repository: number };

/** Seconds; the token is valid from ten minutes before its issue. */
const lifetime = { before: 600, after: 300 };

export function payloadOf(
  job: IdTokenJob,
  by: {
    readonly issuer: string;
    readonly audience: string;
    readonly ids: Ids;
    readonly nowMs: number;
    readonly tokenId: string;
  },
): Readonly<Record<string, unknown>> {
  const [owner = ''] = job.repository.split('/');
  const now = Math.floor(by.nowMs / 1000);
  const workflowRef = `${job.repository}/${job.workflow}@${job.ref}`;
  return {
    jti: by.tokenId,
    iss: by.issuer,
    aud: by.audience,
    sub: subjectOf(job, by.ids),
    iat: now,
    nbf: now - lifetime.before,
    exp: now + lifetime.after,
    ref: job.ref,
    ref_type: job.ref.startsWith('refs/tags/') ? 'tag' : 'branch',
    sha: job.sha,
    repository: job.repository,
    repository_id: String(by.ids.repository),
    repository_owner: owner,
    repository_owner_id: String(by.ids.owner),
    repository_visibility: 'private',
    event_name: job.event,
    workflow: job.workflow,
    workflow_ref: workflowRef,
    workflow_sha: job.sha,
    job_workflow_ref: workflowRef,
    job_workflow_sha: job.sha,
    run_id: job.runId,
    run_attempt: String(job.attempt),
    runner_environment: 'github-hosted',
    ...(job.environment === null ? {} : { environment: job.environment }),
  };
}

type Subject = Pick<IdTokenJob, 'repository' | 'environment' | 'event' | 'ref'>;

/**
 * With the ids of owner and repository, as in repositories that were made since July 2026:
 * https://github.blog/changelog/2026-04-23-immutable-subject-claims-for-github-actions-oidc-tokens/
 */
export function subjectOf({ repository, environment, event, ref }: Subject, ids: Ids): string {
  const [owner = '', name = ''] = repository.split('/');
  const start = `repo:${owner}@${ids.owner}/${name}@${ids.repository}`;
  if (environment !== null) return `${start}:environment:${environment}`;
  const isPull = event === 'pull_request' || event === 'pull_request_target';
  return isPull ? `${start}:pull_request` : `${start}:ref:${ref}`;
}
