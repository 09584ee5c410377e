/**
 * The login of a GitHub App: a JWT that its private key signs buys a token for the installation on
 * one repository. It lives an hour, and is bought again shortly before that, or once GitHub refuses
 * it. https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app
 */
import { createPrivateKey, type KeyObject, sign } from 'node:crypto';
import { Failure } from '../../core/failure.ts';
import { timeMs } from '../../core/text/time.ts';
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
  /** wall time, ms */
  now(): number;
};

const timeoutMs = 15_000;
/** A job that has begun with a token should not see it end. */
const spareMs = 10 * 60_000;
/** GitHub's clock may be a little behind ours, and takes JWTs of ten minutes at most. */
const jwtSeconds = { before: 60, after: 540 };

/** A token that was made elsewhere and cannot be renewed here. */
export function fixedToken(token: string): TokenSource {
  return { token: async () => token, forget() {} };
}

export function createAppToken(login: AppLogin): TokenSource {
  const key = keyOf(login.privateKey);
  const freshMs = ({ livesMs }: Token) => Math.max(livesMs - spareMs, livesMs / 2);
  const token = createKept(() => buy(login, key), { clock: login, freshMs });
  return {
    token: async () => (await token.get()).text,
    forget: (refused) => token.forget(({ text }) => text === refused),
  };
}

type Token = { readonly text: string; readonly livesMs: number };

async function buy(login: AppLogin, key: KeyObject): Promise<Token> {
  const http = createHttp({ service: 'GitHub', baseUrl: login.apiUrl, timeoutMs, explain });
  const headers = {
    accept: 'application/vnd.github+json',
    authorization: `Bearer ${jwtOf(login, key)}`,
    'user-agent': 'aura',
  };
  // Asked twice for a token, GitHub makes a second one, which does no harm.
  const ask = async (request: Pick<HttpRequest, 'method' | 'path' | 'body'>) =>
    new Fields(
      (await http.send({ ...request, headers, repeatable: true })).body,
      "GitHub's answer to the App",
    );
  const { repository } = login;
  const installation = await ask({ method: 'GET', path: `/repos/${repository}/installation` });
  const bought = await ask({
    method: 'POST',
    path: `/app/installations/${installation.id('id')}/access_tokens`,
    body: { repositories: [repository.split('/')[1]] },
  });
  // By GitHub's own clock, whatever ours says: what counts is how long it lives from now.
  const livesMs = timeMs(bought.time('expires_at')) - (http.newestDate() ?? login.now());
  return { text: bought.text('token'), livesMs };
}

function jwtOf({ appId, now }: AppLogin, key: KeyObject): string {
  const seconds = Math.floor(now() / 1000);
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = {
    iat: seconds - jwtSeconds.before,
    exp: seconds + jwtSeconds.after,
    iss: appId,
  };
  const signed = `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}`;
  return `${signed}.${sign('RSA-SHA256', Buffer.from(signed), key).toString('base64url')}`;
}

/** Environments often carry the line breaks of a key as two characters each. */
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
