/**
 * Hooks that are made once for each route. What a request's route is called takes longer to find
 * than most hooks run.
 */
import type {
  FastifyInstance,
  onResponseHookHandler,
  preValidationHookHandler,
  RouteOptions,
} from 'fastify';

type RouteHooks = {
  readonly preValidation?: preValidationHookHandler;
  readonly onResponse?: onResponseHookHandler;
};

/** The name of requests to addresses without a route. */
export const noRoute = 'none';

/**
 * Has to be called before the routes of the scope are registered.
 *
 * @param hooksOf by the route's pattern, which never is the address: that may contain a token
 */
export function onEachRoute(scope: FastifyInstance, hooksOf: (route: string) => RouteHooks): void {
  scope.addHook('onRoute', (route) => {
    const { preValidation, onResponse } = hooksOf(route.url);
    add(route, 'preValidation', preValidation);
    add(route, 'onResponse', onResponse);
  });
  const { onResponse } = hooksOf(noRoute);
  if (onResponse === undefined) return;
  scope.addHook('onResponse', function (request, reply, done) {
    if (request.is404) onResponse.call(this, request, reply, done);
    else done();
  });
}

function add<Name extends keyof RouteHooks>(
  route: RouteOptions,
  name: Name,
  hook: RouteHooks[Name],
): void {
  if (hook === undefined) return;
  const others = route[name] ?? [];
  Object.assign(route, { [name]: [...(Array.isArray(others) ? others : [others]), hook] });
}
