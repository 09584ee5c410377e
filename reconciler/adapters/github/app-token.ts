/**
 * The login of a GitHub App: a JWT that its private key signs buys a token for the installation on
 * one repository. It lives an hour, and is bought again shortly before that, or once GitHub refuses
 * it. https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app
 */
import { createPrivateKey, type KeyObject, sign } from 'node:crypto';
import { Failure, type FailureReason } from '../../core/failure.ts';
import type { TokenSource } from '../../ports/forge.ts';

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

const patienceMs = 15_000;
/** A job that has begun with a token should not see it end. */
const spareMs = 10 * 60_000;
/** GitHub's clock may be a little behind ours, and takes JWTs of ten minutes at most. */
const jwtSeconds = { before: 60, after: 540 };

/** A token that somebody else made, which nobody here can renew. */
export function fixedToken(token: string): TokenSource {
  return { token: async () => token, forget() {} };
}

export function createAppToken(login: AppLogin): TokenSource {
  const key = keyOf(login.privateKey);
  let held: { readonly token: Promise<Token> } | null = null;
  let current: Token | null = null;

  return {
    async token() {
      const old = current !== null && login.now() >= current.untilMs;
      if (held === null || old) {
        current = null;
        held = { token: buy(login, key) };
      }
      const mine = held;
      try {
        const bought = await mine.token;
        if (held === mine) current = bought;
        return bought.text;
      } catch (thrown) {
        // A failure is nobody's token: whoever comes next tries again.
        if (held === mine) held = null;
        throw thrown;
      }
    },
    forget(token) {
      if (current?.text !== token) return;
      held = null;
      current = null;
    },
  };
}

type Token = { readonly text: string; readonly untilMs: number };

async function buy(login: AppLogin, key: KeyObject): Promise<Token> {
  const jwt = jwtOf(login, key);
  const [, name = ''] = login.repository.split('/');
  const installation = await ask(login, jwt, { path: `/repos/${login.repository}/installation` });
  const id = installation.body['id'];
  if (typeof id !== 'number') throw nonsense('the installation has no id');
  const { body, date } = await ask(login, jwt, {
    path: `/app/installations/${id}/access_tokens`,
    body: { repositories: [name] },
  });
  const { token, expires_at: expires } = body;
  if (typeof token !== 'string' || token === '' || typeof expires !== 'string')
    throw nonsense('there is no token in it');
  // By GitHub's own clock, whatever ours says: what counts is how long it lives from now.
  const livesMs = Date.parse(expires) - (date ?? login.now());
  if (!Number.isFinite(livesMs)) throw nonsense('its end is no time');
  return { text: token, untilMs: login.now() + Math.max(livesMs - spareMs, livesMs / 2) };
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

type Answered = { readonly body: Readonly<Record<string, unknown>>; readonly date: number | null };

async function ask(
  { apiUrl }: AppLogin,
  jwt: string,
  request: { readonly path: string; readonly body?: object },
): Promise<Answered> {
  let answer: Response;
  let text: string;
  try {
    answer = await fetch(`${apiUrl.replace(/\/+$/, '')}${request.path}`, {
      method: request.body === undefined ? 'GET' : 'POST',
      headers: {
        accept: 'application/vnd.github+json',
        authorization: `Bearer ${jwt}`,
        'user-agent': 'aura',
        ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      redirect: 'error',
      signal: AbortSignal.timeout(patienceMs),
    });
    text = await answer.text();
  } catch (cause) {
    throw new Failure('NetworkUnreachable', 'GitHub does not answer the App', { cause });
  }
  if (!answer.ok) throw refused(answer.status);
  const date = Date.parse(answer.headers.get('date') ?? '');
  return { body: bodyOf(text), date: Number.isFinite(date) ? date : null };
}

function bodyOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return { ...value };
  } catch {
    // said below
  }
  throw nonsense('it is no object');
}

const reasons: Readonly<Record<number, FailureReason>> = {
  401: 'Unauthorized',
  403: 'Forbidden',
  422: 'Forbidden',
  429: 'RateLimited',
};

function refused(status: number): Failure {
  const details = { httpStatus: status };
  if (status === 404) {
    const message = 'the GitHub App is not known, or is not installed on the agents repository';
    return new Failure('Unauthorized', message, details);
  }
  const reason = reasons[status] ?? (status >= 500 ? 'ProviderOutage' : 'UnexpectedAnswer');
  return new Failure(reason, `GitHub answers ${status} to the App`, details);
}

function nonsense(what: string): Failure {
  return new Failure('UnexpectedAnswer', `GitHub's answer to the App makes no sense: ${what}`);
}
