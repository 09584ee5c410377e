/** Checks the scopes of a request's token, and the tags that it may assign. */
import type { FastifyRequest } from 'fastify';
import type { ControlPlane } from './control-plane.ts';
import { TailscaleError } from './errors.ts';
import { domain } from './tailnet.ts';
import { isGranted, type Token, type Tokens } from './tokens.ts';

/** A hook that requires the scope. */
export type Allow = (scope: string) => (request: FastifyRequest) => Promise<void>;

export type Access = {
  readonly allow: Allow;
  /** @throws TailscaleError 400 for tags that do not exist, or that this token may not assign. */
  refuseTags(request: FastifyRequest, tags: readonly string[]): void;
};

export function createAccess(tokens: Tokens, control: ControlPlane): Access {
  const granted = new WeakMap<FastifyRequest, Token>();
  return {
    allow: (scope) => async (request) => {
      const token = tokens.of(request);
      granted.set(request, token);
      if (!isGranted(token.scopes, scope))
        throw new TailscaleError(
          403,
          'calling actor does not have enough permissions to perform this function',
        );
      const { tailnet: name } = request.params as { readonly tailnet?: string };
      if (name !== undefined && name !== '-' && name !== domain)
        throw new TailscaleError(404, 'tailnet not found');
    },
    refuseTags(request, tags) {
      const own = granted.get(request)?.tags ?? [];
      const bad = tags.filter((tag) => {
        const owners = control.policy().tagOwners.get(tag);
        return (
          owners === undefined || !(own.includes(tag) || own.some((one) => owners.includes(one)))
        );
      });
      if (bad.length > 0 || tags.length === 0)
        throw new TailscaleError(
          400,
          `requested tags [${bad.join(' ')}] are invalid or not permitted`,
        );
    },
  };
}
