/**
 * `GET /v1/agents/:id`: the public status of one agent as JSON, for holders of its link, and of any
 * agent for the platform's tokens with the scope `read`. It writes nothing.
 */
import type { FastifyInstance, FastifyReply } from 'fastify';
import { parseAgentId } from '../../core/agent/agent.ts';
import { impossible } from '../../core/failure.ts';
import type { StatusReader } from '../../flows/status/read.ts';
import { noAgent } from '../../flows/status/token.ts';
import { sendError } from './errors.ts';
import {
  type AgentAccess,
  type AgentRequest,
  type createLinkAccess,
  keepPrivate,
  tokenOf,
} from './link-access.ts';
import type { Platform } from './platform.ts';
import { allowSite, answerPreflights } from './site-origins.ts';
import { sendTaggedJson } from './tagged.ts';

type AgentRouteOptions = {
  readonly access: ReturnType<typeof createLinkAccess>;
  readonly status: StatusReader;
  readonly platform: Pick<Platform, 'holderOf'>;
  readonly siteOrigins: readonly string[];
};

export const agentRoutePath = '/v1/agents/:id';

export function registerAgentRoute(app: FastifyInstance, options: AgentRouteOptions): void {
  const { access, status, platform, siteOrigins } = options;
  app.get<{ Params: { id: string }; Querystring: { token?: unknown } }>(
    agentRoutePath,
    { onRequest: [keepPrivate, allowSite(siteOrigins)] },
    async (request, reply) => {
      const isPlatform = platform.holderOf(request, 'read') !== null;
      const found = isPlatform
        ? await ofPlatform(status, request.params.id)
        : await access(request, tokenOf(request));
      return answer(found, request, reply);
    },
  );
  answerPreflights(app, agentRoutePath, siteOrigins);
}

async function ofPlatform(status: StatusReader, id: string): Promise<AgentAccess> {
  const view = await status.read(parseAgentId(id) ?? noAgent);
  return view === null ? { kind: 'none' } : { kind: 'open', view };
}

function answer(found: AgentAccess, request: AgentRequest, reply: FastifyReply): FastifyReply {
  switch (found.kind) {
    case 'open':
      return sendTaggedJson(request, reply, found.view);
    case 'none': {
      const message = 'This link is not valid, or not any more. Ask for a new one.';
      return sendError(reply, 404, { code: 'NotFound', message });
    }
    case 'tooMany': {
      reply.header('retry-after', String(found.seconds));
      const message = 'There were too many requests. Please try again later.';
      return sendError(reply, 429, { code: 'RateLimited', message });
    }
    default:
      return impossible(found);
  }
}
