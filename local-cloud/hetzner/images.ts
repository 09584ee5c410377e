/** Images: system images are read-only; snapshots and backups belong to the project. */
import type { FastifyInstance } from 'fastify';
import { systemImages } from './catalogue.ts';
import { systemImageBody } from './catalogue-body.ts';
import { HetznerError, invalid } from './errors.ts';
import { snapshotBody } from './image-body.ts';
import { askedOf, type ById, optionalFlag, optionalText, queryOf, type WithBody } from './input.ts';
import { answerList } from './listing.ts';
import { actionBody, found, type Project, startAction, tellChange } from './project.ts';
import type { Labels, Snapshot } from './records.ts';
import { checkedLabels, matches, parseSelector } from './selector.ts';

/** The fields by which both kinds of image are listed. */
type Listed = {
  readonly id: number;
  readonly name: string | null;
  readonly labels: Labels;
  readonly type: string;
  readonly architecture: string;
  readonly status: string;
  readonly created: number;
  readonly boundTo: string | null;
  readonly deprecated: boolean;
  readonly body: object;
};

const descriptionMax = 4096;

export function registerImages(app: FastifyInstance, project: Project): void {
  const own = (id: string): Snapshot => {
    if (systemImageBody(Number(id)) !== null)
      throw new HetznerError('unsupported_error', 'images of the system cannot be changed');
    return found(project.snapshots, 'image', id);
  };
  app.get('/images', (request, reply) =>
    answerList({ request, reply }, listedImages(project, queryOf(request)), {
      key: 'images',
      body: (one) => one.body,
      sorts: { name: (one) => one.name ?? '', created: (one) => one.created },
    }),
  );
  app.get<ById>('/images/:id', ({ params }) => ({
    image:
      systemImageBody(Number(params.id)) ??
      snapshotBody(found(project.snapshots, 'image', params.id)),
  }));
  app.put<WithBody>('/images/:id', ({ params, body: given }) => {
    const one = own(params.id);
    const asked = askedOf(given);
    const description = optionalText(asked, 'description', descriptionMax) ?? one.description;
    const type = optionalText(asked, 'type') ?? one.kind;
    if (type !== one.kind && type !== 'snapshot') throw invalid('type', 'must be snapshot');
    const labels = asked['labels'] === undefined ? one.labels : checkedLabels(asked['labels']);
    const changed: Snapshot = { ...one, description, labels, kind: 'snapshot' };
    if (type !== one.kind) project.snapshots.set(one.id, changed);
    else
      project.snapshots.change(one, () => {
        one.description = description;
        one.labels = labels;
      });
    return { image: snapshotBody(type === one.kind ? one : changed) };
  });
  app.delete<ById>('/images/:id', ({ params }, reply) => {
    const one = own(params.id);
    if (one.protected) throw new HetznerError('protected', 'image deletion is protected');
    deleteSnapshot(project, one);
    return reply.code(204).send();
  });
  app.post<WithBody>('/images/:id/actions/change_protection', ({ params, body }, reply) => {
    const one = own(params.id);
    const wanted = optionalFlag(askedOf(body), 'delete');
    if (wanted === undefined) throw invalid('delete', 'is required');
    one.protected = wanted;
    const resources = [{ id: one.id, type: 'image' }];
    const action = startAction(project, 'change_protection', { seconds: 0, resources });
    return reply.code(201).send({ action: actionBody(project, action) });
  });
}

export function deleteSnapshot(project: Project, snapshot: Snapshot): void {
  project.snapshots.delete(snapshot.id);
  tellChange(project, { kind: 'snapshotDeleted', snapshot });
}

/** Deprecated images are listed only on request. */
function listedImages(project: Project, query: URLSearchParams): readonly Listed[] {
  const selector = parseSelector(query.get('label_selector') ?? '');
  const withDeprecated = query.get('include_deprecated') === 'true';
  const wanted: readonly (readonly [readonly string[], (one: Listed) => string | null])[] = [
    [query.getAll('name'), (one) => one.name],
    [query.getAll('type'), (one) => one.type],
    [query.getAll('architecture'), (one) => one.architecture],
    [query.getAll('status'), (one) => one.status],
    [query.getAll('bound_to'), (one) => one.boundTo],
  ];
  return [...systemOnes, ...[...project.snapshots.values()].map(listedSnapshot)].filter(
    (one) =>
      (withDeprecated || !one.deprecated) &&
      matches(selector, one.labels) &&
      wanted.every(([values, of]) => values.length === 0 || values.includes(of(one) ?? '')),
  );
}

const systemOnes: readonly Listed[] = systemImages.map((image) => ({
  id: image.id,
  name: image.name,
  labels: {},
  type: 'system',
  architecture: image.architecture,
  status: 'available',
  created: 0,
  boundTo: null,
  deprecated: image.deprecated !== undefined,
  body: systemImageBody(image.id) ?? {},
}));

function listedSnapshot(one: Snapshot): Listed {
  return {
    id: one.id,
    name: null,
    labels: one.labels,
    type: one.kind,
    architecture: one.architecture,
    status: one.status,
    created: one.created,
    boundTo: one.kind === 'backup' ? String(one.from.id) : null,
    deprecated: false,
    body: snapshotBody(one),
  };
}
