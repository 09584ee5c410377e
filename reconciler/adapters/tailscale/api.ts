/**
 * Sends requests to Tailscale's API with a token of the OAuth client, which is valid for an hour.
 * https://tailscale.com/kb/1215/oauth-clients
 */
import { Failure } from '../../core/failure.ts';
import type { Clock } from '../../ports/clock.ts';
import { createKept } from '../../ports/kept.ts';
import { Fields } from '../http/answer.ts';
import {
  createHttp,
  type Explanation,
  type Http,
  type HttpAnswer,
  type HttpRequest,
} from '../http/client.ts';

export type TailscaleOptions = {
  /** e.g. `https://api.tailscale.com` */
  readonly baseUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** `-` is the client's own tailnet */
  readonly tailnet: string;
  readonly clock: Clock;
  readonly random: () => number;
};

export type Ask = (request: HttpRequest) => Promise<HttpAnswer>;
type TailscaleApi = {
  readonly ask: Ask;
  /** Throws `Forbidden` if the client cannot grant that scope. */
  askScope(scope: string): Promise<void>;
};

/** A token is renewed this long before its end. */
const tokenMarginMs = 60_000;

export function createTailscaleApi(options: TailscaleOptions): TailscaleApi {
  const { baseUrl, clock, random } = options;
  const retry = { clock, random };
  const http = createHttp({ service: 'Tailscale', baseUrl, retry, explain });
  return {
    ask: createAsk(http, options),
    async askScope(scope) {
      await buyToken(http, options, scope);
    },
  };
}

/** Sends with a token, and once more with a new one if the token is refused. */
function createAsk(http: Http, options: TailscaleOptions): Ask {
  const { clock } = options;
  const freshMs = ({ lifeMs }: Token) => lifeMs - tokenMarginMs;
  const token = createKept(() => buyToken(http, options), { clock, freshMs });
  const send = (request: HttpRequest, { text }: Token) =>
    http.send({ ...request, headers: { authorization: `Bearer ${text}` } });

  return async (request) => {
    const refused = await token.get();
    try {
      return await send(request, refused);
    } catch (error) {
      if (!(error instanceof Failure) || error.httpStatus !== 401) throw error;
      // Another request may have renewed it already.
      token.forget((one) => one === refused);
      return send(request, await token.get());
    }
  };
}

type Token = { readonly text: string; readonly lifeMs: number };

/**
 * With all scopes of the client, or with one of them. Another token does no harm: the request may be
 * repeated.
 */
async function buyToken(
  http: Http,
  { clientId, clientSecret }: Pick<TailscaleOptions, 'clientId' | 'clientSecret'>,
  scope: string | null = null,
): Promise<Token> {
  const answer = await http.send({
    method: 'POST',
    path: '/api/v2/oauth/token',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
      ...(scope === null ? {} : { scope }),
    }),
    repeatable: true,
  });
  const fields = new Fields(answer.body, "Tailscale's answer");
  return { text: fields.text('access_token'), lifeMs: fields.number('expires_in') * 1000 };
}

function explain({ status, body }: HttpAnswer): Explanation | null {
  const said =
    body !== null && typeof body === 'object' && 'message' in body ? String(body.message) : null;
  // A 404 without Tailscale's error body comes from a proxy and proves no absence.
  if (said === null) return status === 404 ? { reason: 'UnexpectedAnswer', said: '' } : null;
  return { reason: null, said };
}
