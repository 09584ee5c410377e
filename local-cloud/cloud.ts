/**
 * The local cloud: one seeded world, and the HTTP APIs over it, on loopback only.
 *
 * The product connects to it only through `env`, whose variables have the names that the real
 * services' clients use.
 */
import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Engine } from './actions/engine.ts';
import { actionsIn, sourceIn, sourceName } from './actions/in-cloud.ts';
import type { ActionsOptions } from './actions/open.ts';
import { type ApiContext, type CloudPart, startApi } from './api-server.ts';
import { openAws } from './aws/open.ts';
import { createWorldClock } from './clock.ts';
import { startControl } from './control.ts';
import { type ControlledWorld, controlOf } from './controlled.ts';
import {
  type CloudUrls,
  createCredentials,
  createEnvironment,
  readOnlyEnvironment,
  repositoryName,
} from './environment.ts';
import { createFaults } from './faults.ts';
import { createBareRepository, type GitRepository } from './git-repository.ts';
import { startGitServer } from './git-server.ts';
import { createGithub, type GithubPart } from './github/github.ts';
import { createLedger } from './ledger.ts';
import type { Machines } from './machines/machines.ts';
import { type MachinesOptions, openMachines } from './machines/open.ts';
import { createMail, type MailPart } from './mail.ts';
import type { OidcPart } from './oidc/oidc.ts';
import { createProviders, type Providers, reportOfHosts } from './providers.ts';
import { createRandomness } from './randomness.ts';
import type { S3Server } from './s3.ts';
import { readSeed, seedRepository } from './seed.ts';
import { type CloudTailnet, openTailnet } from './tailnet/in-cloud.ts';

type CloudOptions = {
  /** Port of the control server; 0 takes a free one. */
  readonly port?: number;
  readonly seed?: number;
  /** World seconds per wall second. */
  readonly rate?: number;
  /** Path of `moto_server`; null where it is missing. */
  readonly motoServer: string | null;
  /** An OpenSSH key. It is only passed on in the environment: simulated hosts have no SSH. */
  readonly sshCaKey: string;
  /** URL to which Stripe's events are sent. */
  readonly webhookUrl?: string;
  /** The address of `aura serve`: base URL of links, and where simulated hosts report. */
  readonly publicUrl?: string;
  /** Simulated hosts report by world time, to a service in this process that does the same. */
  readonly heartbeatsInWorldTime?: boolean;
  /** Files by path that replace those of the template, for instance a policy. */
  readonly files?: Readonly<Record<string, string>>;
  /** A real tailnet in the place of the simulated one, for hosts that are real. */
  readonly tailnet?: CloudTailnet;
  /** The servers are real machines on this computer; without it hosts are simulated. */
  readonly hosts?: Omit<MachinesOptions, 'report'>;
  /** The workflows of the agents repository run, as jobs on this computer. */
  readonly actions?: ActionsOptions;
};

/** What `aura cloud` prints as its one line. */
type CloudAddresses = {
  readonly hetzner: string;
  readonly tailscale: string;
  readonly stripe: string;
  readonly github: string;
  /** Clone URL of the agents repository, with a token that may push. */
  readonly git: string;
  readonly s3: string;
  readonly sts: string;
  readonly oidc: string;
  readonly mail: string;
  readonly control: string;
  /** where hosts join a real tailnet: for `tailscale up --login-server` */
  readonly tailnet?: string;
  readonly env: Readonly<Record<string, string>>;
  /** the same for the service, with credentials that may only read */
  readonly readOnlyEnv: Readonly<Record<string, string>>;
};

export type LocalCloud = {
  readonly addresses: CloudAddresses;
  /** For callers in the same process: the demo and tests. */
  readonly world: ApiContext &
    Providers & {
      readonly github: GithubPart;
      readonly mail: MailPart;
      readonly repository: GitRepository;
      readonly s3: S3Server;
      readonly oidc: OidcPart;
      readonly control: ControlledWorld;
      /** null where no workflow runs */
      readonly actions: Engine | null;
    };
  close(): Promise<void>;
};

export async function startCloud(options: CloudOptions): Promise<LocalCloud> {
  const closers: (() => Promise<void> | void)[] = [];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    return { ...(await openCloud(options, closers)), close };
  } catch (thrown) {
    await close();
    throw thrown;
  }
}

/** Closes in reverse order of opening. */
async function openCloud(
  options: CloudOptions,
  closers: (() => Promise<void> | void)[],
): Promise<Omit<LocalCloud, 'close'>> {
  const randomness = createRandomness(options.seed ?? 1);
  const clock = createWorldClock({ startMs: Date.now(), rate: options.rate ?? 1 });
  const context: ApiContext = { clock, ledger: createLedger(), faults: createFaults(clock.now) };
  closers.push(() => clock.close());
  const machines = await openHosts(options.hosts, closers);
  const credentials = createCredentials(randomness.fork('credentials'));
  const seed = await readSeed(options.files);
  const given = { ...options, ...seed, clock, randomness, credentials, machines };
  const providers = createProviders(given);

  // Real hosts do not reach this computer's loopback.
  const heartbeatsUrl = machines === null ? (options.publicUrl ?? null) : null;
  const root = await temporaryFolder(closers);
  const repository = await createBareRepository(join(root, `${repositoryName}.git`));
  await seedRepository(repository, seed.filesFor(providers.stripe.account, heartbeatsUrl));
  const github = createGithub({
    clock,
    randomness: randomness.fork('github'),
    repository,
    fullName: repositoryName,
  });
  const apiKey = credentials.resendApiKey;
  const mail = createMail({ clock, randomness: randomness.fork('mail'), apiKey });

  const start = async (part: CloudPart): Promise<string> => {
    const api = await startApi(part, context);
    closers.push(api.close);
    return api.url;
  };
  const source = await sourceIn(root, options.actions);
  const git = await openGit({ root, repository, source, github, context, closers });
  const tailnet = await openTailnet(options.tailnet, { root, credentials, context, machines });
  if (tailnet !== null) closers.push(tailnet.close);
  const { motoServer } = options;
  const aws = await openAws({ context, randomness, credentials, motoServer }, closers);
  const urls: CloudUrls = {
    hetzner: await start(providers.hetzner),
    tailscale: tailnet?.url ?? (await start(providers.tailscale)),
    stripe: await start(providers.stripe),
    github: await start(github),
    mail: await start(mail),
    hosts: machines === null ? await start(providers.hosts) : null,
    tailnet: tailnet?.controlUrl ?? null,
    ...aws.urls,
    repository: git,
  };
  if (options.webhookUrl !== undefined) await providers.stripe.sendEventsTo(options.webhookUrl);

  const tailscale = { ...providers.tailscale, ...(tailnet && { dump: tailnet.dump }) };
  const { s3, oidc } = aws;
  const parts = { ...context, ...providers, tailscale, github, mail, repository, s3, oidc };
  const control = controlOf(parts);
  const controlServer = await startControl(control, { port: options.port ?? 0 });
  closers.push(controlServer.close);
  const trustedFile = tailnet?.trustedFile ?? null;
  const env = environmentOf(options, { urls, credentials, githubToken: github.token, trustedFile });
  const engine = { clock, repository, github, oidc, root, source, git, ...env };
  const actions = await actionsIn(engine, options.actions);
  if (actions !== null) closers.push(actions.close);
  const addresses = { ...printed(urls, github.token), control: controlServer.url, ...env };
  return { addresses, world: { ...parts, control, actions } };
}

async function openHosts(
  hosts: CloudOptions['hosts'],
  closers: (() => Promise<void> | void)[],
): Promise<Machines | null> {
  if (hosts === undefined) return null;
  const machines = await openMachines({ ...hosts, report: reportOfHosts });
  closers.push(machines.close);
  return machines;
}

function environmentOf(
  { publicUrl = 'http://127.0.0.1:8080', sshCaKey }: CloudOptions,
  world: Omit<Parameters<typeof createEnvironment>[0], 'publicUrl' | 'sshCaKey'>,
) {
  const env = createEnvironment({ ...world, publicUrl, sshCaKey });
  return { env, readOnlyEnv: readOnlyEnvironment(env, world.credentials) };
}

/** The repository with a token that may push, and what else has an address of its own. */
function printed({ hosts: _, tailnet, repository, ...apis }: CloudUrls, githubToken: string) {
  const git = repository.replace('//', `//x-access-token:${githubToken}@`);
  return { ...apis, ...(tailnet === null ? {} : { tailnet }), git };
}

/** Removed when the process exits, unless it is killed. */
async function temporaryFolder(closers: (() => Promise<void> | void)[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'aura-cloud-'));
  const removeNow = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', removeNow);
  closers.push(async () => {
    process.off('exit', removeNow);
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  return folder;
}

/** As a public repository: readable by all, writable by known accounts. */
async function openGit(options: {
  readonly root: string;
  readonly repository: GitRepository;
  /** the program's own, where workflows run */
  readonly source: { readonly repository: GitRepository } | null;
  readonly github: GithubPart;
  readonly context: ApiContext;
  readonly closers: (() => Promise<void> | void)[];
}): Promise<string> {
  const { github, context, source } = options;
  const server = await startGitServer({
    root: options.root,
    repositories: new Map([
      [repositoryName, options.repository],
      ...(source === null ? [] : [[sourceName, source.repository] as const]),
    ]),
    ledger: context.ledger,
    faults: context.faults,
    authorise({ headers: { authorization } }, writes) {
      if (writes) return github.mayPush(authorization);
      return authorization === undefined || github.knows(authorization);
    },
    loginOf: ({ headers: { authorization } }) => github.loginOf(authorization),
  });
  options.closers.push(server.close);
  return server.repositoryUrl(repositoryName);
}
