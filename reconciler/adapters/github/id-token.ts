/**
 * Asks GitHub for an ID token of this job, which proves its repository, ref and environment to
 * others. It is valid for a few minutes, so each use asks for a new one.
 * https://docs.github.com/actions/reference/security/oidc
 */
import type { Clock } from '../../ports/clock.ts';
import { Fields } from '../http/answer.ts';
import { createHttp, type Explanation, type HttpAnswer } from '../http/client.ts';

type IdTokenRequest = {
  /** `ACTIONS_ID_TOKEN_REQUEST_URL` */
  readonly url: string;
  /** `ACTIONS_ID_TOKEN_REQUEST_TOKEN`: valid as long as the job lasts */
  readonly token: string;
};

export function createIdToken(
  request: IdTokenRequest,
  options: { readonly audience: string; readonly clock: Clock; readonly random: () => number },
): () => Promise<string> {
  const { audience, clock, random } = options;
  const url = new URL(request.url);
  url.searchParams.set('audience', audience);
  const http = createHttp({
    service: "GitHub's ID tokens",
    baseUrl: url.origin,
    retry: { clock, random },
    explain,
  });
  const headers = { authorization: `Bearer ${request.token}` };
  return async () => {
    const answer = await http.send({
      method: 'GET',
      path: `${url.pathname}${url.search}`,
      headers,
    });
    return new Fields(answer.body, 'the answer with an ID token').text('value');
  };
}

/** A request that GitHub does not accept is no agent's own failure. */
function explain({ status }: HttpAnswer): Explanation | null {
  const own = status === 400 || status === 404 || status === 409 || status === 422;
  return own ? { reason: 'MisconfiguredAccount', said: '' } : null;
}
