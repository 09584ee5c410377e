/**
 * Logs in as a GitHub App: exchanges a JWT, signed with its private key, for a token of the
 * installation on one repository. The token is valid for an hour, and is renewed shortly before its
 * end or when GitHub refuses it.
 * https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app
 */
import { createPrivateKey, type KeyObject, sign } from 'node:crypto';
import { Failure } from '../../core/failure.ts';
import { timeMs } from '../../core/text/time.ts';
import type { Clock } from '../../ports/clock.ts';
import type { TokenSource } from '../../ports/forge.ts';
import { createKept } from '../../ports/kept.ts';
import { Fields } from '../http/answer.ts';
import { createHttp, type Explanation, type HttpAnswer, type HttpRequest } from '../http/client.ts';

type AppLogin = {
  readonly appId: string;
  /** PEM */
  readonly privateKey: string;
  /** `owner/name` */
  readonly repository: string;
  /** e.g. `https://api.github.com` */
  readonly apiUrl: string;
  readonly clock: Clock;
};

const timeoutMs = 15_000;
/** A token is renewed this long before its end, so that it does not expire during a job. */
const spareMs = 10 * 60_000;
/** GitHub's clock may be a little behind ours, and GitHub accepts JWTs of at most ten minutes. */
const jwtSeconds = { before: 60, after: 540 };

export function createAppToken(login: AppLogin): TokenSource {
  const key = keyOf(login.privateKey);
  const freshMs = ({ livesMs }: Token) => Math.max(livesMs - spareMs, livesMs / 2);
  const token = createKept(() => buy(login, key), { clock: login.clock, freshMs });
  return {
    token: async () => (await token.get()).text,
    forget: (refused) => token.forget(({ text }) => text === refused),
    login: async () => (await token.get()).login,
  };
}

type Token = {
  readonly text: string;
  readonly livesMs: number;
  /** of the App's account */
  readonly login: string;
};

/** The permissions of the App on the repository, as its installation has them. */
export async function appPermissions(login: AppLogin): Promise<Readonly<Record<string, string>>> {
  const { ask } = askAsApp(login, keyOf(login.privateKey));
  const { repository } = login;
  const installation = await ask({ method: 'GET', path: `/repos/${repository}/installation` });
  return installation.labels('permissions');
}

async function buy(login: AppLogin, key: KeyObject): Promise<Token> {
  const { clock, repository } = login;
  const { ask, http } = askAsApp(login, key);
  const installation = await ask({ method: 'GET', path: `/repos/${repository}/installation` });
  const bought = await ask({
    method: 'POST',
    path: `/app/installations/${installation.id('id')}/access_tokens`,
    body: { repositories: [repository.split('/')[1]] },
  });
  // The lifetime by GitHub's clock, because ours may be wrong.
  const livesMs = timeMs(bought.time('expires_at')) - (http.newestDate() ?? clock.now());
  return { text: bought.text('token'), livesMs, login: `${installation.text('app_slug')}[bot]` };
}

function askAsApp(login: AppLogin, key: KeyObject) {
  const { apiUrl, clock } = login;
  const retry = { clock, random: Math.random };
  const http = createHttp({ service: 'GitHub', baseUrl: apiUrl, timeoutMs, retry, explain });
  const headers = {
    accept: 'application/vnd.github+json',
    authorization: `Bearer ${jwtOf(login, key)}`,
    'user-agent': 'aura',
  };
  // Repeatable: a second token does no harm.
  const ask = async (request: Pick<HttpRequest, 'method' | 'path' | 'body'>) =>
    new Fields(
      (await http.send({ ...request, headers, repeatable: true })).body,
      "GitHub's answer to the App",
    );
  return { ask, http };
}

function jwtOf({ appId, clock }: AppLogin, key: KeyObject): string {
  const seconds = Math.floor(clock.now() / 1000);
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = {
    iat: seconds - jwtSeconds.before,
    exp: seconds + jwtSeconds.after,
    iss: appId,
  };
  const signed = `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}`;
  return `${signed}.${sign('RSA-SHA256', Buffer.from(signed), key).toString('base64url')}`;
}

/** Environment variables often contain the line breaks of a key as `\n`. */
function keyOf(pem: string): KeyObject {
  try {
    return createPrivateKey(pem.replaceAll('\\n', '\n'));
  } catch {
    throw new Failure('InvalidInput', 'GITHUB_APP_PRIVATE_KEY cannot be read as a private key');
  }
}

function explain({ status }: HttpAnswer): Explanation | null {
  if (status === 422) return { reason: 'Forbidden', said: 'the App may not have such a token' };
  if (status !== 404) return null;
  const said = 'the GitHub App is not known, or is not installed on the agents repository';
  return { reason: 'Unauthorized', said };
}
