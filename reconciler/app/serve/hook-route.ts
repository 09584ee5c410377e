/**
 * `POST /hooks/git`: GitHub reports a push. A signed report only triggers a look: nothing of its
 * content is used but the name of the ref, and a report that is sent again does no harm.
 * https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import { sendError } from './errors.ts';
import { createSparingLog, type SparingLog } from './sparing-log.ts';

/** `main` also where a stop was set or lifted, or where the report cannot be read. */
export type PushedBranch = 'main' | 'status';

type HookRoute = {
  /** of the webhook; each is valid */
  readonly secrets: readonly string[];
  readonly pushed: (branch: PushedBranch) => void;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
};

export const hookRoutePath = '/hooks/git';

/** A push has a commit for each agent, and its report about a kilobyte for each commit. */
const bodyBytesMax = 1024 * 1024;

/** The signature covers the raw bytes, so this route takes bodies unparsed. */
export function registerHook(app: FastifyInstance, route: HookRoute): void {
  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    const options = { parseAs: 'buffer', bodyLimit: bodyBytesMax } as const;
    scope.addContentTypeParser('*', options, (_request, body, done) => done(null, body));
    const refused = createSparingLog(route, 'reports of pushes were refused');
    scope.post(hookRoutePath, { bodyLimit: bodyBytesMax }, (request, reply) =>
      receive({ ...route, refused }, request, reply),
    );
  });
}

function receive(
  { secrets, pushed, refused }: HookRoute & { readonly refused: SparingLog },
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.of();
  if (!isSigned(body, request.headers['x-hub-signature-256'], secrets)) {
    refused({ why: 'the signature is missing or wrong' });
    const message = 'The signature is missing or wrong.';
    return sendError(reply, 401, { code: 'Unauthorized', message });
  }
  const branch = branchOf(body);
  if (branch !== null) pushed(branch);
  return reply.code(202).send({ received: true, ignored: branch === null });
}

/** Compares all secrets in constant time. */
function isSigned(
  body: Buffer,
  given: string | readonly string[] | undefined,
  secrets: readonly string[],
): boolean {
  const hex = typeof given === 'string' ? /^sha256=([0-9a-f]{64})$/.exec(given)?.[1] : undefined;
  if (hex === undefined) return false;
  const signature = Buffer.from(hex, 'hex');
  const matches = secrets.map((secret) =>
    timingSafeEqual(createHmac('sha256', secret).update(body).digest(), signature),
  );
  return matches.includes(true);
}

/** null for a branch that is not ours to follow. A form, or what cannot be read, counts too. */
function branchOf(body: Buffer): PushedBranch | null {
  try {
    const report: unknown = JSON.parse(body.toString());
    const ref = typeof report === 'object' && report !== null && 'ref' in report && report.ref;
    if (ref === 'refs/heads/status') return 'status';
    return typeof ref === 'string' && /^refs\/heads\/(?:main$|stop(?:$|\/))/.test(ref)
      ? 'main'
      : null;
  } catch {
    return 'main';
  }
}
