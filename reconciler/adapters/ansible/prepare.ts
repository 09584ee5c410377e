/** Prepares the disk of a builder, and reads what is on it over the connection of that play. */
import { Failure } from '../../core/failure.ts';
import type { Host } from '../../ports/configurator.ts';
import { ranOn } from '../ssh/remote-end.ts';
import type { Ssh } from '../ssh/ssh.ts';
import { jsonIn } from './boot.ts';
import { play } from './play.ts';
import { failureOf } from './report.ts';

type Preparation = {
  readonly ansiblePlaybook: string;
  /** `image.yml` */
  readonly playbook: string;
  readonly limitMs: number;
  readonly roleVersion: string;
  readonly sources: Readonly<Record<string, string>> | null;
};

/** What is installed, with its versions, as one line. */
export async function prepareImage(
  ssh: Ssh,
  builder: Host,
  { roleVersion, sources, ...options }: Preparation,
): Promise<string> {
  const variables = {
    aura_role_version: roleVersion,
    ...(sources === null ? {} : { aura_sources: sources }),
  };
  const failure = failureOf(await play(ssh, builder, { ...options, variables }));
  if (failure !== null) throw failure;
  // The play removed the host keys: only the shared connection still works.
  const end = ranOn(builder, await ssh.run(builder, { command: 'cat /etc/aura/image.json' }));
  const versions = jsonIn(end.stdout)['versions'];
  if (versions === null || typeof versions !== 'object')
    throw new Failure('ConfigureFailed', 'the builder did not record what is installed');
  const parts = Object.entries(versions).map(([name, version]) => `${name} ${String(version)}`);
  return [...parts, `roles ${roleVersion}`].join(', ');
}
