/**
 * `GET /a/:id`: the page of one agent. The link in a mail carries the token once: it becomes a cookie
 * for this page alone, and the browser goes on to an address without it.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import {
  type AgentAccess,
  type AgentRequest,
  type createLinkAccess,
  keepPrivate,
  sendRefusal,
} from './link-access.ts';
import { renderAgentPage } from './page/agent-page.ts';
import { asPage, htmlType, protectPage } from './page/frame.ts';
import { sendTagged } from './tagged.ts';

type PageRouteOptions = { readonly access: ReturnType<typeof createLinkAccess> };

export const pageRoutePath = '/a/:id';
const cookieName = 'aura-link';

export function registerPageRoute(app: FastifyInstance, { access }: PageRouteOptions): void {
  app.get<{ Params: { id: string }; Querystring: { token?: unknown } }>(
    pageRoutePath,
    { onRequest: [keepPrivate, protectPage], onSend: asPage },
    async (request, reply) => {
      const { token } = request.query;
      const given = token === undefined ? cookieOf(request) : token;
      const found = await access(request, typeof given === 'string' ? given : '');
      if (found.kind !== 'open') return sendRefusal(found, reply);
      return typeof token === 'string'
        ? keepToken(found, token, reply)
        : sendTagged(request, reply, {
            type: htmlType,
            text: renderAgentPage(found.document.status),
          });
    },
  );
}

/** The token has our signature, so it has no character that could end a header or a cookie. */
function keepToken(
  { document, secondsLeft }: AgentAccess & { readonly kind: 'open' },
  token: string,
  reply: FastifyReply,
): FastifyReply {
  const path = `/a/${document.status.id}`;
  const limits = `Path=${path}; Max-Age=${secondsLeft}; HttpOnly; Secure; SameSite=Lax`;
  reply.header('set-cookie', `${cookieName}=${token}; ${limits}`);
  return reply.redirect(path, 303);
}

function cookieOf({ headers }: FastifyRequest | AgentRequest): string {
  const pairs = (headers.cookie ?? '').split(';').map((pair) => pair.trim());
  const own = pairs.find((pair) => pair.startsWith(`${cookieName}=`));
  return own?.slice(cookieName.length + 1) ?? '';
}
