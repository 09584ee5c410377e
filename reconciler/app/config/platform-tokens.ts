/**
 * The platform's tokens, `name:scope:token` separated by commas, with several scopes as
 * `commands+read`. A name may have several tokens while one of them is replaced.
 */
import { type PlatformToken, platformScopes } from '../../ports/platform.ts';
import { atLeast32, type Problem, splitList } from './formats.ts';

const form = /^(?<name>[a-z][a-z0-9-]{0,39}):(?<scopes>[a-z+]+):(?<token>.+)$/;

/** The problem is never named by its entry, which contains the token. */
export const platformTokens: Problem = (value) => {
  const entries = splitList(value).map(tokenIn);
  if (entries.length === 0 || entries.includes(null))
    return `must be a list of name:scope:token, with scopes of ${platformScopes.join(', ')} joined by +`;
  const tokens = entries.flatMap((one) => one?.token ?? []);
  if (tokens.some((one) => atLeast32(one) !== null))
    return 'must contain tokens of at least 32 characters, without spaces';
  return new Set(tokens).size < tokens.length ? 'must not contain a token twice' : null;
};

export function platformTokensIn(value: string): readonly PlatformToken[] {
  return splitList(value).flatMap((one) => tokenIn(one) ?? []);
}

function tokenIn(entry: string): PlatformToken | null {
  const { name = '', scopes = '', token = '' } = form.exec(entry)?.groups ?? {};
  const given = scopes.split('+');
  const known = platformScopes.filter((scope) => given.includes(scope));
  return known.length === given.length ? { name, scopes: known, token } : null;
}
