/** Opens the port `Configurator`: over SSH and Ansible, or over the HTTP API of a local cloud. */
import { join } from 'node:path';
import type { Configurator } from '../../ports/configurator.ts';
import type { TailnetNode } from '../../ports/tailnet-node.ts';
import type { Config } from '../config.ts';
import type { Making } from './making.ts';
import { ansibleFolder, roleVersionOf } from './role-version.ts';

/** Between two polls of a host, by an API that answers at once. */
const hostPollMs = 250;

export async function openConfigurator(making: Making): Promise<Configurator> {
  const { part, open, log, closers } = making;
  const config = part('configurator');
  const roleVersion = await roleVersionOf();
  const [clock, cloud] = [await open('clock'), await open('cloud')];
  const timing = { clock, cloudNow: () => cloud.now() };
  if (config.url !== null) {
    const { createHostApiConfigurator } = await import('../../adapters/host-api/configurator.ts');
    return createHostApiConfigurator({
      url: config.url,
      roleVersion,
      pollMs: hostPollMs,
      ...timing,
    });
  }
  const node = await openNode(making);
  const { ssh, ...tools } = await toolsOf(config, () => clock.now(), node.connectCommand);
  closers.push(node.close, ssh.close);
  const { createAnsibleConfigurator } = await import('../../adapters/ansible/configurator.ts');
  const { ownCaKeys, loginServer, sources } = config;
  const settings = { ownCaKeys, loginServer, sources, roleVersion };
  const options = { ssh, node, ...tools, ...settings, log, ...timing };
  return createAnsibleConfigurator(options);
}

async function openNode({ part, open, log }: Making): Promise<TailnetNode> {
  const { loginServer } = part('configurator');
  const { createTailnetNode } = await import('../../adapters/tailscale/node.ts');
  const { findTailscale } = await import('../../adapters/tools.ts');
  const [tailnet, clock] = [await open('tailnet'), await open('clock')];
  return createTailnetNode({ tailnet, findPrograms: findTailscale, loginServer, clock, log });
}

/** What `ready` of that configurator checks, without its other ports. Throws `ToolMissing`. */
export async function checkHostTools(config: Config['configurator']): Promise<void> {
  const { requireTools } = await import('../../adapters/ansible/ready.ts');
  await requireTools(await toolsOf(config, Date.now));
}

async function toolsOf(
  { caPrivateKey }: Config['configurator'],
  now: () => number,
  throughTailnet?: TailnetNode['connectCommand'],
) {
  const { createSsh } = await import('../../adapters/ssh/ssh.ts');
  const { findTool } = await import('../../adapters/tools.ts');
  const folder = ansibleFolder();
  return {
    ssh: createSsh({ caPrivateKey, now, ...(throughTailnet && { throughTailnet }) }),
    findAnsible: () => findTool('ansiblePlaybook'),
    playbook: folder === null ? null : join(folder, 'site.yml'),
  };
}
