/**
 * The composition root: opens ports from the environment. Only requested ports are configured, made
 * and, if they are heavy, loaded.
 */
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { createRunProcesses } from '../adapters/run-processes.ts';
import { createWallClock } from '../adapters/wall-clock.ts';
import { Failure } from '../core/failure.ts';
import type { Log } from '../ports/log.ts';
import type { Ports } from '../ports/ports.ts';
import { type Config, type Environment, type Need, readConfig } from './config.ts';
import { openConfigurator } from './main/configurator.ts';
import { openCustomerMail } from './main/customer-mail.ts';
import type { Closer, Making, Opener, PortName } from './main/making.ts';
import {
  keptBy,
  openBundler,
  openJournal,
  openRepository,
  tokenSource,
} from './main/repository.ts';
import { openArchive, openStacks, openStates } from './main/state-store.ts';

/** The parts of the configuration that a port needs, with those of the ports that it uses. */
export const needsOf = {
  billing: ['billing'],
  state: ['repository'],
  files: ['repository'],
  journal: ['repository'],
  cloud: ['cloud', 'forgeClock'],
  tailnet: ['tailnet'],
  states: ['states'],
  archive: ['states'],
  bundler: ['repository'],
  stacks: ['stacks', 'states'],
  configurator: ['configurator', 'cloud', 'forgeClock', 'tailnet'],
  keys: ['keys'],
  forge: ['forge'],
  mail: ['mail'],
  customerMail: ['customerMail'],
  clock: [],
  processes: [],
  log: [],
} as const satisfies Record<PortName, readonly Need[]>;
type NeedsOf<Name extends PortName> = (typeof needsOf)[Name][number];

export type OpenPorts<Name extends PortName, Extra extends Need = never> = {
  readonly ports: Pick<Ports, Name>;
  readonly config: Pick<Config, NeedsOf<Name> | Extra>;
  /** Writes what waits to be written, and closes the ports, the last opened first. */
  close(): Promise<void>;
};

/**
 * @param options.needs other parts of the configuration that the verb needs: `links`, `webhooks`, …
 * @throws Failure `InvalidInput` that lists everything that is missing or wrong
 */
export async function openPorts<Name extends PortName, Extra extends Need = never>(
  env: Environment,
  names: readonly Name[],
  options: { readonly log: Log; readonly needs?: readonly Extra[] },
): Promise<OpenPorts<Name, Extra>> {
  const needs = new Set<NeedsOf<Name> | Extra>(options.needs ?? []);
  for (const name of names) for (const need of needsOf[name]) needs.add(need as NeedsOf<Name>);
  const config = readConfig(env, [...needs]);
  const closers: Closer[] = [];
  const close = () => closeAll(closers);
  const open = createOpener(config as Partial<Config>, options.log, closers);
  try {
    const ports: [Name, unknown][] = [];
    for (const name of new Set(names)) ports.push([name, await open(name)]);
    return { ports: Object.fromEntries(ports) as Pick<Ports, Name>, config, close };
  } catch (thrown) {
    await close().catch(() => {});
    throw thrown;
  }
}

/** Closes all of them even if some fail; the first failure is thrown. */
async function closeAll(closers: Closer[]): Promise<void> {
  const failures: unknown[] = [];
  for (const closer of closers.splice(0).reverse()) {
    try {
      await closer();
    } catch (thrown) {
      failures.push(thrown);
    }
  }
  if (failures.length > 0) throw failures[0];
}

/** Makes each port once, after the ports that it uses. */
function createOpener(config: Partial<Config>, log: Log, closers: Closer[]): Opener {
  const opened = new Map<PortName, Promise<unknown>>();
  const open: Opener = <Name extends PortName>(name: Name) => {
    const known = opened.get(name) ?? makers[name](making);
    opened.set(name, known);
    return known as Promise<Ports[Name]>;
  };
  const making: Making = {
    part(need) {
      const part = config[need];
      if (part === undefined) throw new Failure('Bug', `not opened: ${need}`);
      return part;
    },
    open,
    log,
    closers,
  };
  return open;
}

const makers: { readonly [Name in PortName]: (making: Making) => Promise<Ports[Name]> } = {
  async billing({ part }) {
    const { createBilling } = await import('../adapters/stripe/billing.ts');
    return createBilling(part('billing'));
  },
  state: openRepository,
  async files(making) {
    const { createAgentFiles } = await import('../adapters/parse-cache/agent-files.ts');
    return createAgentFiles(await keptBy(making));
  },
  journal: openJournal,
  cloud: openCloud,
  async tailnet({ part, open }) {
    const { createTailnet } = await import('../adapters/tailscale/tailnet.ts');
    return createTailnet({ ...part('tailnet'), clock: await open('clock'), random: Math.random });
  },
  states: openStates,
  archive: openArchive,
  bundler: openBundler,
  stacks: openStacks,
  configurator: openConfigurator,
  async keys({ part }) {
    const { createKeys } = await import('../adapters/openssh.ts');
    const { caPrivateKey, heartbeatSecret } = part('keys');
    return createKeys(caPrivateKey, heartbeatSecret);
  },
  forge: (making) => openForge(making, making.part('forge')),
  async mail({ part, open }) {
    const { createMail } = await import('../adapters/mail/mail.ts');
    return createMail({ ...part('mail'), clock: await open('clock') });
  },
  customerMail: openCustomerMail,
  async clock({ closers }) {
    const clock = createWallClock();
    closers.push(clock.close);
    return clock;
  },
  processes: async () => createRunProcesses(join(tmpdir(), `aura-runs-${userInfo().uid}`)),
  log: async ({ log }) => log,
};

async function openForge(making: Making, config: Config['forge']): Promise<Ports['forge']> {
  const { credentials, repository, apiUrl } = config;
  const token = await tokenSource(making, credentials);
  if (token === null) throw new Failure('InvalidInput', 'GITHUB_TOKEN is not set');
  const { createGithubForge } = await import('../adapters/github/forge.ts');
  return createGithubForge({ token, repository, apiUrl, clock: await making.open('clock') });
}

/** Loads GitHub's client only if Hetzner's clock and this machine's differ. */
async function openCloud(making: Making): Promise<Ports['cloud']> {
  const { part, open, log } = making;
  const clock = await open('clock');
  const forge = part('forgeClock');
  const { createCloud } = await import('../adapters/hetzner/cloud.ts');
  const { createAgreedTime } = await import('../adapters/agreed-time.ts');
  const cloud = createCloud({ ...part('cloud'), clock, random: Math.random });
  const forgeNow = forge === null ? null : async () => (await openForge(making, forge)).now();
  return { ...cloud, ...createAgreedTime({ cloudNow: cloud.now, clock, forgeNow, log }) };
}
