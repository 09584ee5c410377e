/**
 * `POST /v1/agents/:id/commands`, for the platform: writes a customer's request as a commit. 202
 * with the commit, 200 if nothing has to change, else the reason.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { parseAgentId } from '../../core/agent/agent.ts';
import type { Refused } from '../../core/commands/command-decision.ts';
import {
  confirmation,
  type FieldProblem,
  parseCommand,
} from '../../core/commands/command-request.ts';
import { impossible } from '../../core/failure.ts';
import { platformPrefix } from '../../flows/commands/command-commit.ts';
import type { CommandOutcome, Commands } from '../../flows/commands/commands.ts';
import type { Clock } from '../../ports/clock.ts';
import { sendError } from './errors.ts';
import type { Platform } from './platform.ts';
import { createRateLimiter, type RateLimit } from './rate-limit.ts';

type CommandRouteOptions = {
  readonly commands: Commands;
  readonly clock: Pick<Clock, 'now'>;
  readonly platform: Platform;
  readonly rate?: RateLimit;
};

export const commandRoutePath = '/v1/agents/:id/commands';

const bodyBytesMax = 16_384;
/** The limit for one agent and one holder of a token. */
const rateDefault: RateLimit = { burst: 5, perMinute: 10 };
const keyPattern = /^[A-Za-z0-9._:-]{1,100}$/;

type CommandHttpRequest = FastifyRequest<{ Params: { id: string }; Body: unknown }>;
type Route = CommandRouteOptions & { readonly limit: ReturnType<typeof createRateLimiter> };

export function registerCommandRoute(app: FastifyInstance, options: CommandRouteOptions): void {
  const route = { ...options, limit: createRateLimiter(options.rate ?? rateDefault) };
  app.post<{ Params: { id: string }; Body: unknown }>(
    commandRoutePath,
    {
      bodyLimit: bodyBytesMax,
      onRequest: options.platform.only('commands'),
    },
    (request, reply) => receive(route, request, reply),
  );
}

async function receive(
  { commands, clock, limit, platform }: Route,
  request: CommandHttpRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const agent = parseAgentId(request.params.id);
  if (agent === null)
    return sendError(reply, 404, { code: 'NotFound', message: 'There is no such agent.' });
  const parsed = parseCommand(request.body);
  const key = keyOf(request);
  const problems = [...(parsed.ok ? [] : parsed.problems), ...(key.ok ? [] : [key.problem])];
  if (!parsed.ok || !key.ok) return sendProblems(reply, problems);
  const holder = platform.holderOf(request, 'commands');
  const wait = limit.take(`${holder} ${agent}`, clock.now());
  if (wait !== null) {
    reply.header('retry-after', String(wait));
    return sendError(reply, 429, {
      code: 'RateLimited',
      message: 'There were too many commands for this agent. Please try again later.',
    });
  }
  const { command } = parsed;
  const ask = { agent, command, by: `${platformPrefix}${holder}`, request: key.key };
  return answer(reply, await commands.carryOut(ask));
}

type Key =
  | { readonly ok: true; readonly key: string | null }
  | { readonly ok: false; readonly problem: FieldProblem };

function keyOf({ headers }: FastifyRequest): Key {
  const given = headers['idempotency-key'];
  if (given === undefined) return { ok: true, key: null };
  if (typeof given === 'string' && keyPattern.test(given)) return { ok: true, key: given };
  const message = 'must be 1 to 100 letters, digits, dots, colons, dashes or underscores';
  return { ok: false, problem: { field: 'Idempotency-Key', message } };
}

function answer(reply: FastifyReply, outcome: CommandOutcome): FastifyReply {
  const { agent, command } = outcome;
  switch (outcome.kind) {
    case 'committed': {
      const { commit, repeated, lost, notes } = outcome;
      const said = { agent, command, commit, repeated, lost, notes };
      return reply.code(202).send(said);
    }
    case 'unchanged':
      return reply.code(200).send({ agent, command, commit: null, why: outcome.why });
    case 'refused':
      return sendRefused(reply, outcome);
    default:
      return impossible(outcome);
  }
}

const statusOf: Partial<Record<Refused['reason'], number>> = {
  InvalidInput: 400,
  NotFound: 404,
  NotSold: 400,
  RequestReused: 422,
};

function sendRefused(reply: FastifyReply, { reason, message, problems, lost }: Refused) {
  const needs = reason === 'ConfirmationNeeded';
  const asked = needs ? { confirm: confirmation, lost } : {};
  const more = { ...(problems.length === 0 ? {} : { problems }), ...asked };
  const error = { code: reason, message: sentence(message), ...more };
  return reply.code(statusOf[reason] ?? 409).send({ error });
}

function sendProblems(reply: FastifyReply, problems: readonly FieldProblem[]): FastifyReply {
  const message = 'This command cannot be understood.';
  return reply.code(400).send({ error: { code: 'InvalidInput', message, problems } });
}

function sentence(text: string): string {
  const end = /[.!?]$/.test(text) ? '' : '.';
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${end}`;
}
