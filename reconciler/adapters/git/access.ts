/**
 * The address of the git server and the login for it. A token may expire during a run, so each
 * exchange asks the token source for the current one and renews a refused one once.
 */
import { isFailure } from '../../core/failure.ts';
import { fixedToken, type TokenSource } from '../../ports/forge.ts';

/** The URL contains no user and no password. */
export type Access = {
  readonly url: string;
  readonly login: Login | null;
  readonly limits: GitLimits;
};
/** How long each operation may take before the server or the program counts as stuck. */
export type GitLimits = {
  readonly exchangeMs: number;
  readonly fetchSomeMs: number;
  readonly fetchAllMs: number;
  readonly localMs: number;
  /** of one object, or a part of a large one */
  readonly readMs: number;
  /** between asking a program to end and killing it */
  readonly graceMs: number;
};
export const usualLimits: GitLimits = {
  exchangeMs: 30_000,
  fetchSomeMs: 120_000,
  fetchAllMs: 900_000,
  localMs: 600_000,
  readMs: 60_000,
  graceMs: 5_000,
};
type Login = { readonly user: string; readonly password: TokenSource };

export function accessOf(options: {
  readonly url: string;
  readonly token: TokenSource | string | null;
  readonly limits?: GitLimits | undefined;
}): Access {
  const address = new URL(options.url);
  const token = options.token ?? (decodeURIComponent(address.password) || null);
  const user = decodeURIComponent(address.username) || 'x-access-token';
  address.username = '';
  address.password = '';
  const password = typeof token === 'string' ? fixedToken(token) : token;
  return {
    url: address.href.replace(/\/+$/, ''),
    login: password === null ? null : { user, password },
    limits: options.limits ?? usualLimits,
  };
}

/**
 * Runs one exchange, and repeats it if it fails with `Unauthorized` and the source has another
 * token.
 *
 * @param exchange receives the value of the header `Authorization`, or null without a login
 */
export async function loggedIn<Result>(
  login: Login | null,
  exchange: (authorization: string | null) => Promise<Result>,
): Promise<Result> {
  if (login === null) return exchange(null);
  const { user, password } = login;
  const token = await password.token();
  try {
    return await exchange(basic(user, token));
  } catch (thrown) {
    if (!isFailure(thrown, 'Unauthorized')) throw thrown;
    password.forget(token);
    const fresh = await password.token();
    if (fresh === token) throw thrown;
    return exchange(basic(user, fresh));
  }
}

function basic(user: string, token: string): string {
  return `Basic ${Buffer.from(`${user}:${token}`).toString('base64')}`;
}
