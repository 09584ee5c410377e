/** Labels of the repository, and on issues and pull requests. */
import type { FastifyInstance } from 'fastify';
import { invalid, malformed, notFound } from './errors.ts';
import { registerArea } from './frame.ts';
import { fieldIn, listIn, numberOf, requiredTextIn, textIn } from './input.ts';
import { page } from './page.ts';
import type { Label } from './records.ts';
import { findTopic, labelBody, labelsOf } from './topics.ts';
import type { GithubWorld } from './world.ts';

type Named = { Params: { name: string } };
type Numbered = { Params: { number: string } };

export function registerLabels(app: FastifyInstance, world: GithubWorld): void {
  const { labels } = world;
  const area = { needs: 'issues', orNeeds: 'pull_requests', docs: 'issues/labels' } as const;
  registerArea(app, area, (scope) => {
    scope.get('/labels', async (request, reply) =>
      page(labels, request, reply).map((label) => labelBody(world, label)),
    );
    scope.post('/labels', async ({ body }, reply) => {
      const name = requiredTextIn(body, 'name');
      if (find(world, name) !== undefined) {
        throw invalid({ resource: 'Label', code: 'already_exists', field: 'name' });
      }
      const label = makeLabel(world, name);
      changeLabel(label, body);
      return reply.code(201).send(labelBody(world, label));
    });
    registerOnTopics(scope, world);
  });
}

function registerOnTopics(scope: FastifyInstance, world: GithubWorld): void {
  const path = '/issues/:number/labels';
  const at = (number: string) => findTopic(world, numberOf(number));
  scope.get<Numbered>(path, async (request, reply) =>
    page(labelsOf(world, at(request.params.number)), request, reply),
  );
  const given = (body: unknown): unknown[] => {
    const listed = Array.isArray(body) ? body : listIn(body, 'labels');
    if (listed === undefined) throw malformed(`"labels" wasn't supplied.`);
    return listed;
  };
  scope.post<Numbered>(path, async ({ params, body }) => {
    const topic = at(params.number);
    topic.labels = [...new Set([...topic.labels, ...labelNamesIn(world, given(body))])];
    return labelsOf(world, topic);
  });
  scope.put<Numbered>(path, async ({ params, body }) => {
    const topic = at(params.number);
    topic.labels = labelNamesIn(world, given(body));
    return labelsOf(world, topic);
  });
  scope.delete<Numbered>(path, async ({ params }, reply) => {
    at(params.number).labels = [];
    return reply.code(204).send();
  });
  scope.delete<Numbered & Named>(`${path}/:name`, async ({ params }) => {
    const topic = at(params.number);
    const label = find(world, params.name);
    if (label === undefined || !topic.labels.includes(label.name)) throw notFound();
    topic.labels = topic.labels.filter((name) => name !== label.name);
    return labelsOf(world, topic);
  });
}

/** GitHub creates a missing label, in grey. */
export function labelNamesIn(world: GithubWorld, values: readonly unknown[]): string[] {
  const names = values.map((value) => {
    const name = typeof value === 'string' ? value : fieldIn(value, 'name');
    if (typeof name === 'string' && name.trim() !== '') return name;
    throw invalid({ resource: 'Label', field: 'name', code: 'invalid' });
  });
  const labels = names.map((name) => find(world, name) ?? makeLabel(world, name));
  return [...new Set(labels.map(({ name }) => name))];
}

function find(world: GithubWorld, name: string): Label | undefined {
  return world.labels.find((one) => one.name.toLowerCase() === name.toLowerCase());
}

function makeLabel(world: GithubWorld, name: string): Label {
  const label = { id: world.nextId(), name, color: 'ededed', description: null };
  world.labels.push(label);
  return label;
}

function changeLabel(label: Label, body: unknown): void {
  const color = textIn(body, 'color') ?? label.color;
  if (!/^[0-9a-f]{6}$/i.test(color)) {
    throw invalid({ resource: 'Label', code: 'invalid', field: 'color' });
  }
  label.name = textIn(body, 'new_name') ?? label.name;
  label.color = color.toLowerCase();
  label.description = textIn(body, 'description') ?? label.description;
}
