/**
 * `POST /v1/agents/:id/heartbeat`: a host reports on its agent, once a minute. What is refused gets
 * one answer, whatever the reason: it does not tell which agents exist.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { parseAgentId } from '../../core/agent/agent.ts';
import type { Heartbeats } from '../../flows/heartbeats/heartbeats.ts';
import { sendError } from './errors.ts';

export const heartbeatRoutePath = '/v1/agents/:id/heartbeat';

const bodyBytesMax = 2048;

type HeartbeatRequest = FastifyRequest<{ Params: { id: string } }>;

/** The signature covers the raw bytes, so this route takes bodies unparsed. */
export function registerHeartbeat(
  app: FastifyInstance,
  heartbeats: Pick<Heartbeats, 'receive'>,
): void {
  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    const options = { parseAs: 'buffer', bodyLimit: bodyBytesMax } as const;
    scope.addContentTypeParser('*', options, (_request, body, done) => done(null, body));
    scope.post<{ Params: { id: string } }>(
      heartbeatRoutePath,
      { bodyLimit: bodyBytesMax },
      (request, reply) => receive(heartbeats, request, reply),
    );
  });
}

async function receive(
  heartbeats: Pick<Heartbeats, 'receive'>,
  request: HeartbeatRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  reply.header('cache-control', 'no-store');
  const agent = parseAgentId(request.params.id);
  const sentAt = textOf(request, 'aura-sent-at', /^\d{10}$/);
  const signature = textOf(request, 'aura-signature', /^[0-9a-f]{64}$/);
  if (agent === null || sentAt === null || signature === null) return refuse(reply);
  const outcome = await heartbeats.receive({
    agent,
    sentAt,
    signature: Buffer.from(signature, 'hex'),
    body: Buffer.isBuffer(request.body) ? request.body : Buffer.of(),
  });
  switch (outcome.kind) {
    case 'taken':
      return reply.code(204).send();
    case 'refused':
      return refuse(reply);
    case 'malformed': {
      const message = 'The body is no heartbeat of this version.';
      return sendError(reply, 400, { code: 'BadRequest', message });
    }
    case 'tooOften': {
      reply.header('retry-after', String(outcome.retryAfterSeconds));
      const message = 'One heartbeat a minute is enough.';
      return sendError(reply, 429, { code: 'TooManyRequests', message });
    }
  }
}

function refuse(reply: FastifyReply): FastifyReply {
  const message = 'The signature is missing, wrong, or of another time.';
  return sendError(reply, 401, { code: 'Unauthorized', message });
}

function textOf({ headers }: FastifyRequest, name: string, shape: RegExp): string | null {
  const value = headers[name];
  return typeof value === 'string' && shape.test(value) ? value : null;
}
