/** The policy file: read, replaced under its ETag, checked. https://tailscale.com/api#tag/policyfile */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Allow } from './access.ts';
import type { ControlPlane } from './control-plane.ts';
import { TailscaleError } from './errors.ts';
import { type Policy, parsed, parsePolicy, runTests } from './policy.ts';

const path = '/api/v2/tailnet/:tailnet/acl';

export function registerPolicy(app: FastifyInstance, control: ControlPlane, allow: Allow): void {
  const untouched = control.policy();
  // Comments are kept, so the body stays text, whatever its content type.
  app.removeAllContentTypeParsers();
  for (const type of ['application/json', '*']) {
    app.addContentTypeParser(type, { parseAs: 'string' }, (_request, text, done) =>
      done(null, text),
    );
  }
  app.get(path, { onRequest: allow('policy_file:read') }, (request, reply) =>
    answer(control.policy(), request, reply),
  );
  app.post<{ Body: string | undefined }>(
    path,
    { onRequest: allow('policy_file') },
    async (request, reply) => {
      const current = control.policy();
      const wanted = request.headers['if-match'];
      const isDefault = /^"?ts-default"?$/.test(wanted ?? '');
      const fits = isDefault ? current === untouched : wanted === current.etag;
      if (wanted !== undefined && !fits)
        throw new TailscaleError(412, 'precondition failed, invalid old hash');
      const policy = parsePolicy(request.body ?? '');
      await control.setPolicy(policy);
      return answer(policy, request, reply);
    },
  );
  app.post<{ Body: string | undefined }>(
    `${path}/validate`,
    { onRequest: allow('policy_file:read') },
    async ({ body = '' }) => {
      const said = parsed(body);
      if (Array.isArray(said)) {
        const data = runTests(control.policy(), said);
        return data.length === 0 ? {} : { message: 'test(s) failed', data };
      }
      try {
        await control.checkPolicy(parsePolicy(body));
        return {};
      } catch (thrown) {
        if (thrown instanceof TailscaleError) return { message: thrown.message, ...thrown.more };
        throw thrown;
      }
    },
  );
}

function answer(policy: Policy, request: FastifyRequest, reply: FastifyReply): unknown {
  reply.header('etag', policy.etag);
  const query = new URLSearchParams(request.url.split('?')[1] ?? '');
  if (/^(?:1|true)$/.test(query.get('details') ?? '')) {
    const acl = Buffer.from(policy.text).toString('base64');
    return reply.type('application/json').send({ acl, warnings: [], errors: null });
  }
  if (/application\/json/.test(request.headers.accept ?? ''))
    return reply.type('application/json').send(policy.content);
  return reply.type('application/hujson').send(policy.text);
}
