/**
 * Judges whether the settings of the agents repository keep what they have to: secrets only for
 * workflows of `main`, no rewritten history, a review by code owners, and an App that may push.
 */

/** null: the credential may not read it, which is no answer */
export type Read<Value> = { readonly value: Value } | null;

export type BranchSettings = {
  /** whether they are allowed */
  readonly forcePushes: boolean;
  readonly deletions: boolean;
  readonly ownersReview: boolean;
  /** ids of Apps that need no review */
  readonly bypassedBy: readonly string[];
  readonly bypassIsKnown: boolean;
};

export type RepositorySettings = {
  /** `owner/name` */
  readonly repository: string;
  readonly environment: Read<{
    /** patterns of the branches whose jobs may use it */
    readonly branches: 'all' | 'protected' | readonly string[];
    readonly secrets: Read<readonly string[]>;
  } | null>;
  /** of the repository itself: workflows of every branch read them */
  readonly secrets: Read<readonly string[]>;
  readonly variables: Read<readonly string[]>;
  readonly branches: Readonly<Record<'main' | 'status', Read<BranchSettings | null>>>;
};

export type Verdict =
  | { readonly kind: 'right'; readonly message: string }
  | { readonly kind: 'wrong'; readonly message: string; readonly todo: string }
  | { readonly kind: 'unknown'; readonly message: string };

const unknown = (what: string): Verdict => ({
  kind: 'unknown',
  message: `${what} is unknown: the token may not read it`,
});

export function judgeEnvironment({ environment, repository }: RepositorySettings): Verdict {
  if (environment === null) return unknown('which branches may use environment production');
  const path = `repos/${repository}/environments/production`;
  const limit =
    `gh api -X PUT ${path} -F 'deployment_branch_policy[protected_branches]=false' ` +
    `-F 'deployment_branch_policy[custom_branch_policies]=true'`;
  const allow = `gh api -X POST ${path}/deployment-branch-policies -f name=main`;
  const wrong = (message: string): Verdict => ({
    kind: 'wrong',
    message,
    todo: `${limit} && ${allow}`,
  });
  if (environment.value === null) return wrong('there is no environment production');
  const { branches } = environment.value;
  if (branches === 'all') return wrong('workflows of every branch may use environment production');
  if (branches === 'protected')
    return wrong('workflows of every protected branch may use environment production');
  if (branches.length === 0)
    return { kind: 'wrong', message: 'no branch may use environment production', todo: allow };
  const others = branches.filter((name) => name !== 'main');
  if (others.length > 0) {
    const todo = `Remove them: https://github.com/${repository}/settings/environments`;
    const message = `environment production is not for main alone: ${others.join(', ')}`;
    return { kind: 'wrong', message, todo };
  }
  return { kind: 'right', message: 'only workflows of main may use environment production' };
}

/** What the workflows on `main` name. */
export type Names = { readonly secrets: readonly string[]; readonly variables: readonly string[] };

/** They have a value of their own without these, or do without what these are for. */
const optional: ReadonlySet<string> = new Set([
  'GITHUB_TOKEN',
  'AURA_ALARM_MAIL_TO',
  'AURA_ALARM_WEBHOOK_URL',
  'AURA_ALARM_CHAT_URL',
  'AURA_DEADMAN_URL',
  'AURA_HEARTBEAT_SECRET',
  'AURA_HOST_SOURCES',
  'AURA_INSTALL_TAILSCALE',
  'AURA_MAIL_FROM',
  'AURA_PUBLIC_URL',
  'AURA_RUNNER',
  'AURA_STATE_READ_ROLE',
  'AURA_STATE_ROLE',
  'AURA_TOKEN_SECRET',
  'AWS_ENDPOINT_URL_S3',
  'AWS_ROLE_ARN',
  'RESEND_API_KEY',
  'TAILSCALE_TAILNET',
]);
/** Any of these replaces stored keys. */
const roles = ['AURA_STATE_ROLE', 'AWS_ROLE_ARN'];
const storedKeys: ReadonlySet<string> = new Set(['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']);

/** The secrets and variables that texts of workflows name, sorted. */
export function namesIn(workflows: readonly string[]): Names {
  const of = (kind: string) => {
    const pattern = new RegExp(`\\b${kind}\\.([A-Z_][A-Z0-9_]*)`, 'g');
    return [
      ...new Set(
        workflows.flatMap((text) => [...text.matchAll(pattern)].map(([, name = '']) => name)),
      ),
    ].sort();
  };
  return { secrets: of('secrets'), variables: of('vars') };
}

export function judgeSecrets(settings: RepositorySettings, names: Names): Verdict {
  const { environment, secrets, variables, repository } = settings;
  const isNeeded = (name: string) =>
    !optional.has(name) &&
    !(storedKeys.has(name) && roles.some((role) => variables?.value.includes(role)));
  const needed = names.secrets.filter(isNeeded);
  const open = (secrets?.value ?? []).filter((name) => names.secrets.includes(name));
  if (open.length > 0) {
    const todo = open.map((name) => `gh secret delete ${name} --repo ${repository}`).join(' && ');
    const message = `workflows of every branch read ${open.join(', ')}: they are not in environment production`;
    return { kind: 'wrong', message, todo };
  }
  const held = environment?.value?.secrets ?? null;
  if (held === null || secrets === null) return unknown('which secrets there are');
  const missing = needed.filter((name) => !held.value.includes(name));
  if (missing.length === 0)
    return { kind: 'right', message: `environment production has all ${needed.length} secrets` };
  const todo = missing
    .map((name) => `gh secret set ${name} --env production --repo ${repository}`)
    .join(' && ');
  return { kind: 'wrong', message: `environment production lacks ${missing.join(', ')}`, todo };
}

export function judgeVariables(
  { variables, repository }: RepositorySettings,
  names: Names,
): Verdict {
  if (variables === null) return unknown('which variables there are');
  const needed = names.variables.filter((name) => !optional.has(name));
  const missing = needed.filter((name) => !variables.value.includes(name));
  if (missing.length === 0)
    return { kind: 'right', message: `the repository has all ${needed.length} variables` };
  const todo = missing.map((name) => `gh variable set ${name} --repo ${repository}`).join(' && ');
  return { kind: 'wrong', message: `the repository lacks ${missing.join(', ')}`, todo };
}

export function judgeBranch(
  { branches, repository }: RepositorySettings,
  name: 'main' | 'status',
): Verdict {
  const read = branches[name];
  if (read === null) return unknown(`how branch ${name} is protected`);
  const todo = `Add a ruleset for it: https://github.com/${repository}/settings/rules`;
  const wrong = (message: string): Verdict => ({ kind: 'wrong', message, todo });
  if (read.value === null)
    return { kind: 'wrong', message: `there is no branch ${name}`, todo: 'Run `aura init`.' };
  const { forcePushes, deletions, ownersReview } = read.value;
  if (forcePushes) return wrong(`branch ${name} may be rewritten: force pushes are allowed`);
  if (deletions) return wrong(`branch ${name} may be deleted`);
  if (name === 'main' && !ownersReview)
    return wrong('branch main does not require the review of code owners');
  return {
    kind: 'right',
    message: `branch ${name} keeps its history${name === 'main' ? ', and code owners review' : ''}`,
  };
}

/** @param appId null where it is not known */
export function judgePush(
  { branches, repository }: RepositorySettings,
  appId: string | null,
): Verdict {
  const main = branches.main;
  if (main === null) return unknown('whether the App may push to main');
  if (main.value === null || !main.value.ownersReview)
    return { kind: 'right', message: 'branch main requires no review, of the App neither' };
  if (appId === null)
    return { kind: 'unknown', message: 'which App is meant is unknown: set GITHUB_APP_ID' };
  if (main.value.bypassedBy.includes(appId))
    return { kind: 'right', message: `App ${appId} may push to main without a review` };
  if (!main.value.bypassIsKnown) return unknown('whether the App may push to main');
  const todo = `Add the App to the bypass list: https://github.com/${repository}/settings/rules`;
  return {
    kind: 'wrong',
    message: `App ${appId} may not push to main: it needs a review there`,
    todo,
  };
}

const appNeeds = { contents: 'write', pull_requests: 'write', actions: 'read' } as const;
const rank: Readonly<Record<string, number>> = { read: 1, write: 2, admin: 3 };

export function judgePermissions(held: Readonly<Record<string, string>>): Verdict {
  const missing = Object.entries(appNeeds).filter(
    ([name, level]) => (rank[held[name] ?? ''] ?? 0) < (rank[level] ?? 0),
  );
  if (missing.length === 0)
    return { kind: 'right', message: 'the App has the permissions it needs' };
  const said = missing.map(([name, level]) => `${name}: ${level}`).join(', ');
  const todo =
    'Grant them in the settings of the App, then accept them for its installation: ' +
    'https://github.com/settings/apps.';
  return { kind: 'wrong', message: `the App lacks ${said}`, todo };
}
