/** Read-only routes: locations, server types, prices, and endpoints that were removed. */
import type { FastifyInstance } from 'fastify';
import { loadBalancerTypes, locations, serverTypes } from './catalogue.ts';
import { loadBalancerTypeBody, pricingBody, serverTypeBody } from './catalogue-body.ts';
import { HetznerError, notFound } from './errors.ts';
import { type ById, queryOf } from './input.ts';
import { answerList } from './listing.ts';
import type { Project } from './project.ts';

type Named = { readonly id: number; readonly name: string };

export function registerCatalogue(app: FastifyInstance, project: Project): void {
  registerNamed(app, { path: 'locations', key: 'location' }, locations, (one) => one);
  registerNamed(app, { path: 'server_types', key: 'server_type' }, serverTypes, (type) =>
    serverTypeBody(type, project.soldOut),
  );
  registerNamed(
    app,
    { path: 'load_balancer_types', key: 'load_balancer_type' },
    loadBalancerTypes,
    loadBalancerTypeBody,
  );
  app.get('/pricing', () => ({ pricing: pricingBody() }));
  const removed = () => {
    throw new HetznerError('deprecated_api_endpoint', 'API functionality was removed', {
      announcement: 'https://docs.hetzner.cloud/changelog#2025-12-16-phasing-out-datacenters',
    });
  };
  app.get('/datacenters', removed);
  app.get('/datacenters/:id', removed);
}

function registerNamed<Item extends Named>(
  app: FastifyInstance,
  { path, key }: { readonly path: string; readonly key: string },
  items: readonly Item[],
  body: (item: Item) => object,
): void {
  app.get(`/${path}`, (request, reply) => {
    const names = queryOf(request).getAll('name');
    const named = items.filter((one) => names.length === 0 || names.includes(one.name));
    return answerList({ request, reply }, named, {
      key: path,
      body,
      sorts: { name: (one) => one.name },
    });
  });
  app.get<ById>(`/${path}/:id`, ({ params }) => {
    const item = items.find((one) => String(one.id) === params.id);
    if (item === undefined) throw notFound(key, params.id);
    return { [key]: body(item) };
  });
}
