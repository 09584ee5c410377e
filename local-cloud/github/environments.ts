/**
 * Environments of the repository: which branches may use them, and the names of their secrets.
 * https://docs.github.com/rest/deployments/environments
 */
import type { FastifyInstance } from 'fastify';
import { invalid, notFound } from './errors.ts';
import { registerArea } from './frame.ts';
import { fieldIn, recordIn, requiredTextIn } from './input.ts';
import { page } from './page.ts';
import { type GithubWorld, nodeId, repoUrl, timeOf } from './world.ts';

type Policy = { readonly id: number; readonly name: string };
type Environment = {
  readonly id: number;
  readonly name: string;
  /** null: every branch; `protected`: those with branch protection */
  branches: 'protected' | Policy[] | null;
  readonly secrets: Map<string, number>;
  readonly createdMs: number;
  updatedMs: number;
};
type Named = { Params: { name: string } };
type OfSecret = { Params: { name: string; secret: string } };

export function registerEnvironments(app: FastifyInstance, world: GithubWorld): void {
  const environments = new Map<string, Environment>();
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
      const nowMs = world.clock.now();
      const known = environments.get(name.toLowerCase());
      const environment: Environment = known ?? {
        ...{ id: world.nextId(), name, branches: null, secrets: new Map() },
        ...{ createdMs: nowMs, updatedMs: nowMs },
      };
      environment.branches = branchesIn(body, environment);
      environment.updatedMs = nowMs;
      environments.set(name.toLowerCase(), environment);
      return bodyOf(world, environment);
    });
    scope.post<Named>('/environments/:name/deployment-branch-policies', async (request) => {
      const environment = find(request.params.name);
      if (!Array.isArray(environment.branches)) throw notFound();
      const policy = { id: world.nextId(), name: requiredTextIn(request.body, 'name') };
      environment.branches.push(policy);
      return policyBody(policy);
    });
  });
  registerArea(app, { needs: 'environments', docs: 'actions/secrets', quiet: true }, (scope) => {
    scope.get<Named>('/environments/:name/secrets', async (request, reply) => {
      const { secrets } = find(request.params.name);
      const shown = page([...secrets].sort(), request, reply).map(([name, ms]) => ({
        ...{ name, created_at: timeOf(ms), updated_at: timeOf(ms) },
      }));
      return { total_count: secrets.size, secrets: shown };
    });
    scope.put<OfSecret>('/environments/:name/secrets/:secret', async ({ params, body }, reply) => {
      requiredTextIn(body, 'encrypted_value');
      find(params.name).secrets.set(params.secret.toUpperCase(), world.clock.now());
      return reply.code(201).send({});
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
    created_at: timeOf(createdMs),
    updated_at: timeOf(updatedMs),
    protection_rules: branches === null ? [] : [rule],
    deployment_branch_policy:
      branches === null
        ? null
        : { protected_branches: isProtected, custom_branch_policies: !isProtected },
  };
}
