/** Reads and changes the world of the story through its APIs. */
import assert from 'node:assert/strict';
import type { Customer, Stage } from './stage.ts';

type Server = {
  readonly id: number;
  readonly name: string;
  readonly status: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly protection: { readonly delete: boolean };
};

export async function servers(stage: Stage): Promise<readonly Server[]> {
  return (await hetzner(stage, 'GET', '/servers?per_page=50'))['servers'] as Server[];
}

export async function findServer(stage: Stage, { agent }: Customer): Promise<Server | null> {
  return (await servers(stage)).find((server) => server.name === agent) ?? null;
}

export async function serverOf(stage: Stage, customer: Customer): Promise<Server> {
  const server = await findServer(stage, customer);
  assert.ok(server !== null, `${customer.name} has a server`);
  return server;
}

export async function serversText(stage: Stage): Promise<string> {
  return JSON.stringify(await servers(stage));
}

export async function conditionOf(
  stage: Stage,
  { agent }: Customer,
  type: string,
): Promise<string | null> {
  const { records } = await stage.ports.journal.read();
  const record = records.find((one) => one.kind === 'valid' && one.id === agent);
  const conditions = record?.kind === 'valid' ? record.record.conditions : [];
  const found = conditions.find((one) => one.type === type);
  return found === undefined ? null : `${found.type}/${found.reason}`;
}

/** One call of Hetzner's API, with the project's own token. */
export async function hetzner(
  stage: Stage,
  method: string,
  path: string,
  body?: object,
): Promise<Record<string, unknown>> {
  const { env } = stage;
  const token = env['HCLOUD_TOKEN'] ?? '';
  return (await call(`${env['HCLOUD_ENDPOINT']}${path}`, { method, token, body })) as Record<
    string,
    unknown
  >;
}

/** One call of GitHub's API about the agents repository, as the operator. */
export async function github(
  stage: Stage,
  method: string,
  path: string,
  body?: object,
): Promise<readonly Record<string, unknown>[]> {
  const { env, cloud } = stage;
  const token = cloud.world.github.tokenOfPerson('olga');
  const url = `${env['GITHUB_API_URL']}/repos/${env['GITHUB_REPOSITORY']}${path}`;
  const answer = await call(url, { method, token, body });
  return Array.isArray(answer) ? answer : [answer as Record<string, unknown>];
}

async function call(
  url: string,
  request: { method: string; token: string; body?: object | undefined },
): Promise<unknown> {
  const answer = await fetch(url, {
    method: request.method,
    headers: {
      authorization: `Bearer ${request.token}`,
      'content-type': 'application/json',
    },
    ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
  });
  const text = await answer.text();
  assert.ok(answer.ok, `${request.method} ${url}: ${answer.status} ${text}`);
  return text === '' ? {} : JSON.parse(text);
}
