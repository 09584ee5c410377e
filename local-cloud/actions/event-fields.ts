/** The event as workflows see it: `github.event`. */
import type { ActionsEvent } from './triggers.ts';
import type { Fields } from './workflow.ts';

/** An event with the commit that its runs run on. */
export type StartedBy = {
  readonly event: ActionsEvent;
  /** in full, as `refs/heads/main` */
  readonly ref: string;
  readonly sha: string;
};

const noCommit = '0'.repeat(40);

export function eventFields({ event, ref, sha }: StartedBy, fullName: string): Fields {
  const [owner = '', name = ''] = fullName.split('/');
  const repository = { full_name: fullName, name, owner: { login: owner }, default_branch: 'main' };
  switch (event.name) {
    case 'push':
      return { repository, ref, before: event.before ?? noCommit, after: sha };
    case 'pull_request': {
      const { number, action, head, headSha, base, fork } = event;
      const here = { full_name: fullName, fork: false };
      const sides = {
        head: {
          ref: head,
          sha: headSha,
          repo: fork === null ? here : { full_name: `${fork}/${name}`, fork: true },
        },
        base: { ref: base, repo: here },
      };
      return { repository, action, number, pull_request: { number, ...sides } };
    }
    case 'repository_dispatch':
      return { repository, action: event.type, branch: 'main', client_payload: event.payload };
    case 'workflow_dispatch':
      return { repository, ref, workflow: event.workflow, inputs: event.inputs };
    case 'schedule':
      return { repository, schedule: event.cron };
    default:
      return event satisfies never;
  }
}

export const defaultBranch = 'main';

/** The branch, or the merge of a pull request, that runs of an event run on. */
export function refOf(event: ActionsEvent): string {
  if (event.name === 'push') return event.ref;
  if (event.name === 'pull_request') return `refs/pull/${event.number}/merge`;
  return event.name === 'workflow_dispatch' ? fullRef(event.ref) : `refs/heads/${defaultBranch}`;
}

function fullRef(ref: string): string {
  return ref.startsWith('refs/') ? ref : `refs/heads/${ref}`;
}

/** Who started it. */
export function actorOf({ event }: StartedBy): string {
  return event.name === 'schedule' || event.name === 'repository_dispatch' ? 'aura[bot]' : 'person';
}

type Place = {
  readonly fullName: string;
  readonly apiUrl: string;
  readonly gitUrl: string;
};

/** The variables of a runner that say where it is. */
export function githubNames(
  { fullName, apiUrl, gitUrl }: Place,
  { event }: StartedBy,
): Readonly<Record<string, string>> {
  return {
    GITHUB_REPOSITORY: fullName,
    GITHUB_REPOSITORY_OWNER: fullName.split('/')[0] ?? '',
    GITHUB_API_URL: apiUrl,
    GITHUB_SERVER_URL: gitUrl,
    ...(event.name === 'pull_request'
      ? { GITHUB_HEAD_REF: event.head, GITHUB_BASE_REF: event.base }
      : {}),
  };
}
