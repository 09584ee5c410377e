/**
 * The composition root: from the environment to ports. Only what is asked for is configured, made
 * and, where it is heavy, loaded at all.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { createWallClock } from './adapters/wall-clock.ts';
import { type Config, type Environment, type Need, readConfig } from './config.ts';
import { Failure } from './core/failure.ts';
import type { Configurator, Log, Ports } from './ports.ts';
import { roleVersionOf } from './role-version.ts';

type PortName = keyof Ports;

/** What of the configuration a port needs, and what the ports need that it is made of. */
const needsOf = {
  billing: ['billing'],
  state: ['repository'],
  journal: ['repository'],
  cloud: ['cloud'],
  tailnet: ['tailnet'],
  states: ['states'],
  stacks: ['stacks', 'states'],
  configurator: ['configurator', 'cloud'],
  keys: ['keys'],
  forge: ['forge'],
  mail: ['mail'],
  clock: [],
  log: [],
} as const satisfies Record<PortName, readonly Need[]>;
type NeedsOf<Name extends PortName> = (typeof needsOf)[Name][number];

export type OpenPorts<Name extends PortName, Extra extends Need = never> = {
  readonly ports: Pick<Ports, Name>;
  readonly config: Pick<Config, NeedsOf<Name> | Extra>;
  /** Writes what waits to be written and ends what runs, the last opened first. */
  close(): Promise<void>;
};

/**
 * @param options.needs what else of the configuration the verb needs: `links`, `webhooks`, …
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

type Closer = () => Promise<void> | void;

/** Each is closed whatever became of the others; the first failure is told. */
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

type Opener = <Name extends PortName>(name: Name) => Promise<Ports[Name]>;
type Making = {
  /** the part of the configuration; it was read, since `needsOf` names it */
  part<Name extends Need>(need: Name): Config[Name];
  readonly open: Opener;
  readonly log: Log;
  readonly closers: Closer[];
};

/** Makes each port once, with the ports that it is made of before it. */
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
      if (part === undefined) throw new Failure('Bug', `nobody asked for ${need}`);
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
    const { createBilling } = await import('./adapters/stripe.ts');
    return createBilling(part('billing'));
  },
  state: openRepository,
  journal: openJournal,
  async cloud({ part, open }) {
    const { createCloud } = await import('./adapters/hetzner/cloud.ts');
    return createCloud({ ...part('cloud'), clock: await open('clock'), random: Math.random });
  },
  async tailnet({ part, open }) {
    const { createTailnet } = await import('./adapters/tailscale.ts');
    return createTailnet({ ...part('tailnet'), clock: await open('clock'), random: Math.random });
  },
  states: openBucket,
  stacks: openStacks,
  configurator: openConfigurator,
  async keys({ part }) {
    const { createKeys } = await import('./adapters/openssh.ts');
    return createKeys(part('keys').caPrivateKey);
  },
  async forge({ part }) {
    const { credentials, repository, apiUrl } = part('forge');
    const token = tokenOf(credentials);
    if (token === null) throw new Failure('InvalidInput', 'GITHUB_TOKEN is not set');
    const { createGithubForge } = await import('./adapters/github.ts');
    return createGithubForge({ token, repository, apiUrl });
  },
  async mail({ part }) {
    const { createMail } = await import('./adapters/mail.ts');
    return createMail(part('mail'));
  },
  async clock({ closers }) {
    const clock = createWallClock();
    closers.push(clock.close);
    return clock;
  },
  log: async ({ log }) => log,
};

/** Who our commits are by: nobody can mistake it for a person, and GitHub knows no such user. */
const author = { name: 'Aura', email: 'aura@users.noreply.github.com' };

async function openRepository({ part, open, closers }: Making): Promise<Ports['state']> {
  const { url, credentials, cacheFolder } = part('repository');
  const clock = await open('clock');
  const { createRepository } = await import('./adapters/git/repository.ts');
  const { username, password, host, pathname } = new URL(url);
  const repository = createRepository({
    url,
    // Who put a password into the URL meant that one.
    token: username + password === '' ? tokenOf(credentials) : null,
    // One folder a repository: a mirror remembers which tips it has seen.
    folder: cacheFolder === null ? null : join(cacheFolder, `git-${short(host + pathname)}`),
    author,
    clock,
  });
  closers.push(() => repository.close());
  return repository;
}

async function openJournal({ open, log, closers }: Making): Promise<Ports['journal']> {
  const [state, clock] = [await open('state'), await open('clock')];
  const { createJournal } = await import('./adapters/journal.ts');
  const journal = createJournal({ state, clock, log });
  closers.push(() => journal.flush());
  return journal;
}

function tokenOf(credentials: Config['forge']['credentials']): string | null {
  if (credentials.kind === 'app') {
    throw new Failure(
      'InvalidInput',
      'GITHUB_APP_ID and GITHUB_APP_PRIVATE_KEY alone are not enough for now: set GITHUB_TOKEN ' +
        'to a token of the app or of a machine user',
    );
  }
  return credentials.kind === 'token' ? credentials.token : null;
}

async function openBucket({ part }: Pick<Making, 'part'>) {
  const { sessionToken, ...store } = part('states');
  const { createStateBucket } = await import('./adapters/state-bucket.ts');
  return createStateBucket({ ...store, ...(sessionToken === null ? {} : { sessionToken }) });
}

async function openStacks({ part, log }: Making): Promise<Ports['stacks']> {
  const { variables } = part('stacks');
  const { bucket, region } = part('states');
  const { findTools } = await import('./adapters/tools.ts');
  const { createStacks } = await import('./adapters/terraform/stacks.ts');
  const { terraform, terraformRc } = findTools();
  const { readLock } = await openBucket({ part });
  return createStacks({
    terraform,
    terraformRc,
    variables,
    backend: { bucket, region },
    readLock,
    log,
  });
}

/** Between two looks at a simulated host, which answers at once. */
const hostPollMs = 250;

async function openConfigurator({ part, open }: Making): Promise<Configurator> {
  const { url } = part('configurator');
  const roleVersion = await roleVersionOf();
  if (url === null) return absentConfigurator(roleVersion);
  const [clock, cloud] = [await open('clock'), await open('cloud')];
  const { createHostsConfigurator } = await import('./cloud/hosts/configurator.ts');
  const cloudNow = () => cloud.now();
  return createHostsConfigurator({ url, roleVersion, pollMs: hostPollMs, clock, cloudNow });
}

function absentConfigurator(roleVersion: string): Configurator {
  const absent = async () => {
    throw new Failure(
      'ToolMissing',
      'servers can only be configured on the local cloud for now: set AURA_CONFIGURATOR_URL',
    );
  };
  return { roleVersion, waitForBoot: absent, configure: absent, join: absent, healthy: absent };
}

function short(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
