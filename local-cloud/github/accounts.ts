/**
 * Accounts, and the tokens that identify them.
 *
 * People have classic tokens with every permission on the repository; Apps and the machine have
 * installation tokens with permissions of their own. Every account is a member of each team until
 * the team's members are set.
 */
import type { WorldClock } from '../clock.ts';
import type { Randomness } from '../randomness.ts';

export type Account = {
  readonly login: string;
  readonly id: number;
  readonly type: 'User' | 'Bot' | 'Organization';
};

export type Access = 'read' | 'write' | 'admin';
export type Permissions = Readonly<Record<string, Access>>;

export type App = {
  readonly id: number;
  readonly slug: string;
  readonly installationId: number;
  readonly publicKey: string;
  readonly permissions: Permissions;
  readonly bot: Account;
  readonly createdMs: number;
};

export type Credential = {
  readonly token: string;
  readonly actor: Account;
  /** The App whose installation it is; null for a person, and for the machine's own token. */
  readonly app: App | null;
  /** null: a person's token, without limits of its own. */
  readonly permissions: Permissions | null;
  readonly expiresMs: number | null;
};

export type Accounts = {
  readonly owner: Account;
  readonly apps: App[];
  logins(): string[];
  byLogin(login: string): Account | undefined;
  add(login: string, type: Account['type']): Account;
  /** The holder of a valid token. */
  credentialOf(token: string | null): Credential | undefined;
  keep(credential: Credential): Credential;
  revoke(token: string): void;
  tokensOf(login: string): readonly Credential[];
  setTeam(slug: string, logins: readonly string[]): void;
  isInTeam(slug: string, login: string): boolean;
  /** Teams whose members were set. */
  teams(): string[];
};

/** Of the one organization. */
export const ownerId = 1;

export function createAccounts(options: {
  readonly clock: WorldClock;
  readonly owner: string;
  nextId(): number;
}): Accounts {
  const { clock, nextId } = options;
  const known = new Map<string, Account>();
  const credentials = new Map<string, Credential>();
  const teams = new Map<string, readonly string[]>();
  const add = (login: string, type: Account['type']): Account => {
    const account = { login, type, id: type === 'Organization' ? ownerId : nextId() };
    known.set(login.toLowerCase(), account);
    return account;
  };
  return {
    owner: add(options.owner, 'Organization'),
    apps: [],
    logins: () => [...known.values()].map(({ login }) => login).sort(),
    byLogin: (login) => known.get(login.toLowerCase()),
    add,
    credentialOf(token) {
      const found = credentials.get(token ?? '');
      const over = found?.expiresMs != null && found.expiresMs <= clock.now();
      return over ? undefined : found;
    },
    keep(credential) {
      credentials.set(credential.token, credential);
      return credential;
    },
    revoke: (token) => void credentials.delete(token),
    tokensOf: (login) => [...credentials.values()].filter(({ actor }) => actor.login === login),
    teams: () => [...teams.keys()],
    setTeam: (slug, logins) => void teams.set(slug, logins),
    isInTeam(slug, login) {
      const members = teams.get(slug);
      return members?.includes(login) ?? known.get(login.toLowerCase())?.type === 'User';
    },
  };
}

export function personalCredential(actor: Account, randomness: Randomness): Credential {
  const token = `ghp_${randomness.token(36)}`;
  return { token, actor, app: null, permissions: null, expiresMs: null };
}

/** The permissions of a token that never expires. */
export function machineCredential(actor: Account, randomness: Randomness): Credential {
  return {
    token: `ghs_${randomness.token(36)}`,
    actor,
    app: null,
    permissions: machinePermissions,
    expiresMs: null,
  };
}

const machinePermissions: Permissions = {
  actions: 'write',
  actions_variables: 'write',
  administration: 'read',
  checks: 'write',
  contents: 'write',
  issues: 'write',
  members: 'read',
  metadata: 'read',
  pull_requests: 'write',
  repository_hooks: 'write',
  secrets: 'write',
  statuses: 'write',
  workflows: 'write',
};

/** The token of a Bearer, `token` or Basic header; git sends the latter. */
export function tokenOf(header: string | undefined): string | null {
  const [, scheme = '', value = ''] = /^(\w+) +(\S+) *$/.exec(header ?? '') ?? [];
  if (/^(bearer|token)$/i.test(scheme)) return value;
  if (!/^basic$/i.test(scheme)) return null;
  const pair = Buffer.from(value, 'base64').toString();
  return pair.slice(pair.indexOf(':') + 1);
}

export function allows(permissions: Permissions | null, name: string, wanted: Access): boolean {
  if (permissions === null) return true;
  const rank = { read: 1, write: 2, admin: 3 };
  const held = permissions[name] ?? (name === 'metadata' ? 'read' : undefined);
  return held !== undefined && rank[held] >= rank[wanted];
}
