/**
 * Measures how long an agent takes from its payment to a running openclaw on a real machine: from
 * the plain image, and from a prepared one, alone and several at once. The verbs run as an operator
 * runs them; world time runs with wall time.
 */
import { parseArgs } from 'node:util';
import { type HostsWorld, openHostsWorld, type Provisioned } from './provision-world.ts';

export async function benchProvision(args: readonly string[]): Promise<object> {
  const { values } = parseArgs({
    args: [...args],
    options: { hosts: { type: 'string', default: '4' } },
  });
  const hosts = Number(values.hosts);
  if (!Number.isInteger(hosts) || hosts < 1 || hosts > 20)
    throw new Error(`--hosts is a number from 1 to 20, not ${values.hosts}`);
  const world = await openHostsWorld();
  try {
    return await measured(world, hosts);
  } finally {
    await world.close();
  }
}

async function measured(world: HostsWorld, hosts: number): Promise<object> {
  await world.aura('init');
  const cold = await world.provision(1);
  say('from the plain image', cold);
  const image = await world.buildImage();
  process.stderr.write(`bench: the image took ${image.seconds} s\n`);
  const one = await world.provision(1);
  say('from the prepared image', one);
  const group = await world.provision(hosts);
  say(`${hosts} at once`, group);
  const agents = [...cold.agents, ...one.agents, ...group.agents];
  const leaked = await world.end();
  return {
    agents: agents.length,
    coldSeconds: cold.agents[0]?.seconds,
    imageSeconds: image.seconds,
    oneSeconds: one.agents[0]?.seconds,
    wallSecondsEach: group.agents.map(({ seconds }) => seconds),
    steps: one.agents[0]?.steps,
    coldSteps: cold.agents[0]?.steps,
    groupSteps: group.agents.map(({ steps }) => steps),
    fromSnapshot: [...one.agents, ...group.agents].every((agent) => agent.image === image.id),
    hetznerCallsPerCreate: group.calls / hosts,
    hetznerCallsOfOne: one.calls,
    load: [cold, one, group].map(({ load }) => load),
    leaked,
  };
}

function say(what: string, { agents, calls }: Provisioned): void {
  const seconds = agents
    .map((agent) => `${agent.seconds} s ${JSON.stringify(agent.steps)}`)
    .join(', ');
  process.stderr.write(`bench: ${what}: ${seconds}; ${calls} calls of Hetzner\n`);
}
