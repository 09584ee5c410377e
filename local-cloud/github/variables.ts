/** Actions variables, and secrets, whose values cannot be read. */
import { generateKeyPairSync } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { GithubError, invalid, malformed, notFound } from './errors.ts';
import { registerArea } from './frame.ts';
import { requiredTextIn, textIn } from './input.ts';
import type { Secret, Variable } from './job-settings.ts';
import { page } from './page.ts';
import { type GithubWorld, timeOf } from './world.ts';

type Named = { Params: { name: string } };

export function registerVariables(app: FastifyInstance, world: GithubWorld): void {
  const area = { needs: 'actions_variables', docs: 'actions/variables', quiet: true } as const;
  registerArea(app, area, (scope) => registerPlain(scope, world));
  registerArea(app, { needs: 'secrets', docs: 'actions/secrets', quiet: true }, (scope) =>
    registerSecrets(scope, world),
  );
}

function registerPlain(scope: FastifyInstance, world: GithubWorld): void {
  const { variables, setVariable } = world.jobSettings;
  const find = (name: string): Variable => {
    const found = variables.get(name.toUpperCase());
    if (found === undefined) throw notFound();
    return found;
  };
  const bodyOf = ({ name, value, ...times }: Variable) => ({ name, value, ...timesOf(times) });
  scope.get('/actions/variables', async (request, reply) => {
    const all = [...variables.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    return { total_count: all.length, variables: page(all, request, reply).map(bodyOf) };
  });
  scope.post('/actions/variables', async ({ body }, reply) => {
    const name = nameIn(requiredTextIn(body, 'name'));
    const value = requiredTextIn(body, 'value');
    if (variables.has(name)) {
      throw new GithubError(409, 'Already exists - Variable already exists');
    }
    setVariable(name, value);
    return reply.code(201).send({});
  });
  scope.get<Named>('/actions/variables/:name', async ({ params }) => bodyOf(find(params.name)));
  scope.patch<Named>('/actions/variables/:name', async ({ params, body }, reply) => {
    const variable = find(params.name);
    const name = nameIn(textIn(body, 'name') ?? variable.name);
    variables.delete(variable.name);
    variable.name = name;
    variable.value = textIn(body, 'value') ?? variable.value;
    variable.updatedMs = world.clock.now();
    variables.set(name, variable);
    return reply.code(204).send();
  });
  scope.delete<Named>('/actions/variables/:name', async ({ params }, reply) => {
    variables.delete(find(params.name).name);
    return reply.code(204).send();
  });
}

function registerSecrets(scope: FastifyInstance, world: GithubWorld): void {
  const { secrets, setSecret } = world.jobSettings;
  const { publicKey } = generateKeyPairSync('x25519');
  const raw = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32);
  const key = { key_id: world.randomness.hex(18), key: raw.toString('base64') };
  const bodyOf = ({ name, ...times }: Secret) => ({ name, ...timesOf(times) });
  scope.get('/actions/secrets/public-key', async () => key);
  scope.get('/actions/secrets', async (request, reply) => {
    const all = [...secrets.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    return { total_count: all.length, secrets: page(all, request, reply).map(bodyOf) };
  });
  scope.put<Named>('/actions/secrets/:name', async ({ params, body }, reply) => {
    const name = nameIn(params.name);
    const sealed = requiredTextIn(body, 'encrypted_value');
    // A sealed box has a key and a tag of 48 bytes before its ciphertext.
    const bytes = Buffer.from(sealed, 'base64');
    if (bytes.length < 48 || !/^[A-Za-z0-9+/]+={0,2}$/.test(sealed)) {
      throw malformed("For 'properties/encrypted_value', the value is not a sealed box in Base64.");
    }
    if (requiredTextIn(body, 'key_id') !== key.key_id) {
      throw new GithubError(422, 'The key_id does not match the current public key.');
    }
    const isNew = setSecret(secrets, name, null);
    return isNew ? reply.code(201).send({}) : reply.code(204).send();
  });
}

function timesOf({ createdMs, updatedMs }: Pick<Secret, 'createdMs' | 'updatedMs'>) {
  return { created_at: timeOf(createdMs), updated_at: timeOf(updatedMs) };
}

/** GitHub writes names in capitals. */
function nameIn(given: string): string {
  const name = given.toUpperCase();
  if (/^[A-Z_][A-Z0-9_]*$/.test(name) && !name.startsWith('GITHUB_')) return name;
  throw invalid({ resource: 'Variable', field: 'name', code: 'invalid' });
}
