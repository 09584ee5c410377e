/**
 * Environments of the repository: which branches may use them, and the names of their secrets.
 * https://docs.github.com/rest/deployments/environments
 */
import type { FastifyInstance } from 'fastify';
import { invalid, notFound } from './errors.ts';
import { registerArea } from './frame.ts';
import { fieldIn, recordIn, requiredTextIn } from './input.ts';
import type { Environment, Policy } from './job-settings.ts';
import { page } from './page.ts';
import { type GithubWorld, nodeId, repoUrl, timeOf } from './world.ts';

type Named = { Params: { name: string } };
type OfSecret = { Params: { name: string; secret: string } };

export function registerEnvironments(app: FastifyInstance, world: GithubWorld): void {
  const { environments, setSecret, ...settings } = world.jobSettings;
  // GitHub compares names without regard to case.
  const find = (name: string): Environment => {
    const found = environments.get(name.toLowerCase());
    if (found === undefined) throw notFound();
    return found;
  };
  registerArea(app, { needs: 'actions', docs: 'deployments/environments' }, (scope) => {
    scope.get('/environments', async (request, reply) => {
      const all = [...environments.values()];
      const shown = page(all, request, reply).map((one) => bodyOf(world, one));
      return { total_count: all.length, environments: shown };
    });
    scope.get<Named>('/environments/:name/deployment-branch-policies', async (request, reply) => {
      const policies = policiesOf(find(request.params.name));
      const shown = page(policies, request, reply).map((one) => policyBody(one));
      return { total_count: policies.length, branch_policies: shown };
    });
  });
  registerArea(app, { needs: 'administration', docs: 'deployments/environments' }, (scope) => {
    scope.put<Named>('/environments/:name', async ({ params: { name }, body }) => {
      const environment = settings.environment(name);
      environment.branches = branchesIn(body, environment);
      environment.updatedMs = world.clock.now();
      return bodyOf(world, environment);
    });
    scope.post<Named>('/environments/:name/deployment-branch-policies', async (request) => {
      const { branches } = find(request.params.name);
      if (!Array.isArray(branches)) throw notFound();
      return policyBody(settings.allow(branches, requiredTextIn(request.body, 'name')));
    });
  });
  registerArea(app, { needs: 'environments', docs: 'actions/secrets', quiet: true }, (scope) => {
    scope.get<Named>('/environments/:name/secrets', async (request, reply) => {
      const { secrets } = find(request.params.name);
      const all = [...secrets.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
      const shown = page(all, request, reply).map(({ name, createdMs, updatedMs }) => ({
        ...{ name, created_at: timeOf(createdMs), updated_at: timeOf(updatedMs) },
      }));
      return { total_count: secrets.size, secrets: shown };
    });
    scope.put<OfSecret>('/environments/:name/secrets/:secret', async ({ params, body }, reply) => {
      requiredTextIn(body, 'encrypted_value');
      const isNew = setSecret(find(params.name).secrets, params.secret.toUpperCase(), null);
      return isNew ? reply.code(201).send({}) : reply.code(204).send();
    });
    scope.delete<OfSecret>('/environments/:name/secrets/:secret', async ({ params }, reply) => {
      if (!find(params.name).secrets.delete(params.secret.toUpperCase())) throw notFound();
      return reply.code(204).send();
    });
  });
}

function branchesIn(body: unknown, { branches }: Environment): Environment['branches'] {
  const policy = recordIn(body, 'deployment_branch_policy');
  if (policy === undefined) return null;
  const isProtected = fieldIn(policy, 'protected_branches') === true;
  // Exactly one of the two has to be true.
  if (isProtected === (fieldIn(policy, 'custom_branch_policies') === true))
    throw invalid({ resource: 'Environment', field: 'deployment_branch_policy', code: 'invalid' });
  if (isProtected) return 'protected';
  return Array.isArray(branches) ? branches : [];
}

function policiesOf({ branches }: Environment): readonly Policy[] {
  return Array.isArray(branches) ? branches : [];
}

function policyBody({ id, name }: Policy): object {
  return { id, node_id: nodeId('GateBranchPolicy', id), name, type: 'branch' };
}

function bodyOf(world: GithubWorld, one: Environment): object {
  const { id, name, branches, createdMs, updatedMs } = one;
  const rule = { id, node_id: nodeId('Gate', id), type: 'branch_policy' };
  const isProtected = branches === 'protected';
  return {
    id,
    node_id: nodeId('Environment', id),
    name,
    url: repoUrl(world, `/environments/${encodeURIComponent(name)}`),
    html_url: `https://github.com/${world.owner}/${world.name}/deployments/activity_log?environments_filter=${encodeURIComponent(name)}`,
    created_at: timeOf(createdMs),
    updated_at: timeOf(updatedMs),
    protection_rules: branches === null ? [] : [rule],
    deployment_branch_policy:
      branches === null
        ? null
        : { protected_branches: isProtected, custom_branch_policies: !isProtected },
  };
}
