/** Runs a route of the API: reads its parameters, and expands the object that it answers. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Account } from './account.ts';
import { expand } from './expand.ts';
import { type Form, parseForm } from './form.ts';
import { list, type Read, read, type Shape, text } from './parameters.ts';
import type { Shown } from './shown.ts';

type Handler<Asked extends Shape> = (asked: Read<Asked>, id: string) => Shown;
export type Routes = {
  readonly account: Account;
  get<Asked extends Shape>(url: string, shape: Asked, answer: Handler<Asked>): void;
  post<Asked extends Shape>(url: string, shape: Asked, answer: Handler<Asked>): void;
  delete<Asked extends Shape>(url: string, shape: Asked, answer: Handler<Asked>): void;
};

const expandShape = { expand: list(text) };

export function createRoutes(
  app: FastifyInstance,
  account: Account,
  requestId: (request: FastifyRequest) => string,
): Routes {
  const add =
    (method: 'GET' | 'POST' | 'DELETE') =>
    <Asked extends Shape>(url: string, shape: Asked, answer: Handler<Asked>): void => {
      const whole = { ...shape, ...expandShape };
      app.route<{ Params: { id?: string }; Body: Form | undefined }>({
        method,
        url,
        handler: async (request) => {
          const query = parseForm(request.url.split('?')[1] ?? '');
          const asked = read({ ...query, ...request.body }, whole);
          const { expand: paths = [], ...rest } = asked as Read<typeof expandShape>;
          account.request = {
            id: requestId(request),
            idempotencyKey: keyOf(request),
          };
          try {
            const body = answer(rest as Read<Asked>, request.params.id ?? '');
            return expand(account, body, paths);
          } finally {
            account.request = null;
          }
        },
      });
    };
  return { account, get: add('GET'), post: add('POST'), delete: add('DELETE') };
}

function keyOf(request: FastifyRequest): string | null {
  const key = request.headers['idempotency-key'];
  return typeof key === 'string' ? key : null;
}
