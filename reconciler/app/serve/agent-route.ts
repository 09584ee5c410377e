/**
 * `GET /v1/agents/:id`: the public status of one agent as JSON, for holders of its link, and of any
 * agent for the platform's tokens with the scope `read`. It writes nothing.
 */
import type { FastifyInstance } from 'fastify';
import { parseAgentId } from '../../core/agent/agent.ts';
import type { StatusReader } from '../../flows/status/read.ts';
import { noAgent } from '../../flows/status/token.ts';
import {
  type AgentAccess,
  type createLinkAccess,
  keepPrivate,
  sendRefusal,
  tokenOf,
} from './link-access.ts';
import type { Platform } from './platform.ts';
import { allowSite, answerPreflights } from './site-origins.ts';
import { jsonType, sendMade } from './tagged.ts';

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
    (request, reply) => {
      const answer = (found: AgentAccess): void => {
        if (found.kind === 'open') sendMade(request, reply, found.document, jsonType);
        else sendRefusal(found, reply);
      };
      const isPlatform = platform.holderOf(request, 'read') !== null;
      const found = isPlatform
        ? ofPlatform(status, request.params.id)
        : access(request, tokenOf(request));
      // Most are known at once; a promise for each would cost more than the rest.
      return found instanceof Promise ? found.then(answer) : answer(found);
    },
  );
  answerPreflights(app, agentRoutePath, siteOrigins);
}

async function ofPlatform(status: StatusReader, id: string): Promise<AgentAccess> {
  const document = await status.read(parseAgentId(id) ?? noAgent);
  return document === null ? { kind: 'none' } : { kind: 'open', document, secondsLeft: 0 };
}
