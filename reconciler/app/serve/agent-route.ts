/**
 * `GET /v1/agents/:id`: the public status of one agent, for holders of its link, and of any agent
 * for the platform's tokens with the scope `read`. It writes nothing, and reads nothing of an agent
 * before the token is verified.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type AgentId, parseAgentId } from '../../core/agent/agent.ts';
import type { StatusReader } from '../../flows/status/read.ts';
import { verifyToken } from '../../flows/status/token.ts';
import type { Clock } from '../../ports/clock.ts';
import { sendError, sendUnauthorised } from './errors.ts';
import type { Platform } from './platform.ts';

type AgentRouteOptions = {
  readonly status: StatusReader;
  readonly clock: Pick<Clock, 'now'>;
  readonly tokenSecrets: readonly string[];
  readonly platform: Pick<Platform, 'holderOf'>;
};

type AgentRequest = FastifyRequest<{ Params: { id: string }; Querystring: { token?: unknown } }>;

export const agentRoutePath = '/v1/agents/:id';

export function registerAgentRoute(app: FastifyInstance, options: AgentRouteOptions): void {
  app.get<{ Params: { id: string }; Querystring: { token?: unknown } }>(
    agentRoutePath,
    { onRequest: keepPrivate },
    (request, reply) => answer(options, request, reply),
  );
}

async function answer(
  options: AgentRouteOptions,
  request: AgentRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { status, clock, tokenSecrets, platform } = options;
  if (platform.holderOf(request, 'read') !== null)
    return sendView(options, parseAgentId(request.params.id), reply);
  const token = tokenOf(request);
  if (token === null) {
    return sendUnauthorised(reply, 'Open the link from your mail: this address needs its token.');
  }
  const verified = await verifyToken(token, tokenSecrets, clock.now(), status.epochOf);
  if (verified.kind === 'refused') {
    const said =
      verified.why === 'expired' || verified.why === 'revoked'
        ? 'This link is no longer valid. Ask for a new one.'
        : 'This link is not valid. Open it exactly as it is in your mail.';
    return sendUnauthorised(reply, said);
  }
  if (verified.id !== parseAgentId(request.params.id)) {
    return sendError(reply, 403, { code: 'Forbidden', message: 'This link is for another agent.' });
  }
  return sendView(options, verified.id, reply);
}

async function sendView(
  { status }: AgentRouteOptions,
  id: AgentId | null,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const view = id === null ? null : await status.read(id);
  if (view === null) {
    return sendError(reply, 404, { code: 'NotFound', message: 'There is no such agent.' });
  }
  return reply.send(view);
}

/** The header takes precedence over the URL, which is logged in more places. */
function tokenOf({ headers, query }: AgentRequest): string | null {
  const bearer = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  if (headers.authorization !== undefined) return bearer ?? null;
  return typeof query.token === 'string' && query.token !== '' ? query.token : null;
}

/** Neither caches nor other pages may receive the answer or its address; errors included. */
async function keepPrivate(_request: FastifyRequest, reply: FastifyReply): Promise<void> {
  reply.header('cache-control', 'private, no-store');
  reply.header('referrer-policy', 'no-referrer');
}
