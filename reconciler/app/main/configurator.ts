/** Opens the port `Configurator`: over SSH and Ansible, or over the HTTP API of a local cloud. */
import { join } from 'node:path';
import type { Configurator } from '../../ports/configurator.ts';
import type { Config } from '../config.ts';
import type { Making } from './making.ts';
import { ansibleFolder, roleVersionOf } from './role-version.ts';

/** Between two polls of a host, by an API that answers at once. */
const hostPollMs = 250;

export async function openConfigurator({
  part,
  open,
  log,
  closers,
}: Making): Promise<Configurator> {
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
  const { ssh, ...tools } = await toolsOf(config, () => clock.now());
  closers.push(ssh.close);
  const { createAnsibleConfigurator } = await import('../../adapters/ansible/configurator.ts');
  const { userCaKeys, loginServer, sources } = config;
  const settings = { userCaKeys, loginServer, sources, roleVersion };
  const options = { ssh, ...tools, ...settings, log, ...timing };
  return createAnsibleConfigurator(options);
}

/** What `ready` of that configurator checks, without its other ports. Throws `ToolMissing`. */
export async function checkHostTools(config: Config['configurator']): Promise<void> {
  const { requireTools } = await import('../../adapters/ansible/ready.ts');
  await requireTools(await toolsOf(config, Date.now));
}

async function toolsOf({ caPrivateKey }: Config['configurator'], now: () => number) {
  const { createSsh } = await import('../../adapters/ssh/ssh.ts');
  const { findTool } = await import('../../adapters/tools.ts');
  const folder = ansibleFolder();
  return {
    ssh: createSsh({ caPrivateKey, now }),
    findAnsible: () => findTool('ansiblePlaybook'),
    playbook: folder === null ? null : join(folder, 'site.yml'),
  };
}
