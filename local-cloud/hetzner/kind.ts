/** The routes that every kind of resource has: list, read by id, change name and labels. */
import type { FastifyInstance } from 'fastify';
import { HetznerError } from './errors.ts';
import { type Asked, type ById, optionalText } from './input.ts';
import { answerTable, type TableListing } from './listing.ts';
import { found } from './project.ts';
import type { Labels } from './records.ts';
import { checkedLabels } from './selector.ts';
import type { Row, Table } from './table.ts';

type Named = Row & { name: string; labels: Labels };

/** `/keys` and `/keys/:id`, which answer under the plural and under the singular. */
export function registerReading<Item extends Named>(
  app: FastifyInstance,
  items: Table<Item>,
  singular: string,
  listing: TableListing<Item>,
): void {
  app.get(`/${listing.key}`, (request, reply) => answerTable({ request, reply }, items, listing));
  app.get<ById>(`/${listing.key}/:id`, ({ params }) => ({
    [singular]: listing.body(found(items, singular, params.id)),
  }));
}

/** Changes neither where one of the two is refused. */
export function rename<Item extends Named>(items: Table<Item>, item: Item, asked: Asked): void {
  const name = optionalText(asked, 'name') ?? item.name;
  refuseTaken(items, name, item.id);
  const labels = asked['labels'] === undefined ? item.labels : checkedLabels(asked['labels']);
  items.change(item, () => {
    item.name = name;
    item.labels = labels;
  });
}

/** Names are unique per kind. */
export function refuseTaken<Item extends Row>(
  table: Table<Item>,
  name: string,
  own: number | null = null,
): void {
  if (table.ids('@name', name).some((id) => id !== own))
    throw new HetznerError('uniqueness_error', 'name is already used');
}
