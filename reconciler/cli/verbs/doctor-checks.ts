/** What the doctor looks at: tools, the agents repository, and every API with its credentials. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { findTools } from '../../adapters/tools.ts';
import { type Environment, readConfig } from '../../config.ts';
import type { Policy } from '../../core/desired/policy.ts';
import { Failure, isFailure } from '../../core/failure.ts';
import { fleetStackNeeds } from '../../core/world/firewall.ts';
import { createLog } from '../../log.ts';
import { openPorts } from '../../main.ts';
import type { Ports } from '../../ports.ts';
import { type CatalogAndPolicy, readCatalogAndPolicy } from '../../read-catalog.ts';
import { Amiss, type Check } from './amiss.ts';

export type Policed = CatalogAndPolicy;

const run = promisify(execFile);
const programMs = 20_000;

export function toolChecks(env: Environment): readonly Check[] {
  return [
    {
      name: 'git',
      look: async () => (await run('git', ['--version'], { timeout: programMs })).stdout.trim(),
    },
    {
      name: 'terraform',
      async look() {
        const { terraform } = findTools();
        const { stdout } = await run(terraform, ['version'], {
          timeout: programMs,
          env: { PATH: env['PATH'], CHECKPOINT_DISABLE: '1' },
        }).catch((cause: unknown) => {
          throw new Failure('ToolMissing', `${terraform} does not run`, { cause });
        });
        return `${stdout.split('\n', 1)[0] ?? ''}, and the provider's mirror`;
      },
    },
    {
      name: 'hosts',
      async look() {
        const { configurator } = readConfig(env, ['configurator']);
        if (configurator.url !== null) return 'simulated ones (AURA_CONFIGURATOR_URL)';
        throw new Amiss(
          'ToolMissing',
          'servers can only be configured on the local cloud for now',
          'Set AURA_CONFIGURATOR_URL, as `aura cloud` prints it.',
        );
      },
    },
  ];
}

export type RepositoryChecks = {
  readonly checks: readonly Check[];
  /** once the checks were made; null where the files cannot be read */
  policed(): Policed | null;
  close(): Promise<void>;
};

/** One clone for all of them. */
export async function repositoryChecks(env: Environment): Promise<RepositoryChecks> {
  const opening = opened(env, ['state', 'journal']);
  // Each check tells the failure; nobody may miss it before that.
  opening.catch(() => {});
  let policed: Policed | null = null;
  const checks: Check[] = [
    {
      name: 'agents repository',
      async look() {
        const { state } = (await opening).ports;
        const main = await state.fetch('main');
        if (main === null) throw new Failure('NotFound', 'there is no branch main');
        policed = await readCatalogAndPolicy(main);
        const { fleet } = policed.policy;
        const files = (await main.list('agents/')).filter(({ path }) => path.endsWith('.yaml'));
        return `${files.length} agent files, a catalog and the policy of fleet ${fleet}`;
      },
    },
    {
      name: 'status branch',
      async look() {
        const read = await (await opening).ports.journal.read();
        if (!read.initialised)
          throw new Amiss('NotFound', 'there is none', 'Run `aura init`, which makes it.');
        const broken = read.records.filter(({ kind }) => kind === 'invalid');
        if (broken.length === 0) return `${read.records.length} records`;
        const paths = broken.map(({ path }) => path).join(', ');
        throw new Amiss(
          'InvalidInput',
          `records that cannot be read: ${paths}`,
          'Revert the commit on branch status that broke them.',
        );
      },
    },
    {
      name: 'stop',
      async look() {
        const reason = await (await opening).ports.state.stop();
        if (reason === null) return 'there is none';
        const todo = 'Run `aura resume` once it is safe.';
        throw new Amiss('Stopped', `the fleet is halted: ${reason}`, todo);
      },
    },
  ];
  return {
    checks,
    policed: () => policed,
    close: async () => (await opening.catch(() => null))?.close(),
  };
}

/** What is missing from the environment was listed already: it is not said for each check again. */
async function opened<Name extends keyof Ports>(env: Environment, names: readonly Name[]) {
  try {
    return await openPorts(env, names, { log: createLog({ env, usual: 'silent' }) });
  } catch (thrown) {
    if (!isFailure(thrown, 'InvalidInput')) throw thrown;
    const todo = 'Put the configuration right first.';
    throw new Amiss('InvalidInput', 'not tried: its settings are missing or wrong', todo);
  }
}

export function apiChecks(env: Environment, policed: Policed | null): readonly Check[] {
  const on = <Name extends keyof Ports>(
    name: Name,
    look: (port: Ports[Name], policed: Policed) => Promise<string>,
  ) => {
    return async () => {
      const { ports, close } = await opened(env, [name]);
      try {
        if (policed === null) {
          const todo = 'Put the agents repository right first.';
          throw new Amiss('NotFound', 'not tried: no policy can be read', todo);
        }
        return await look(ports[name], policed);
      } finally {
        await close();
      }
    };
  };
  return [
    {
      name: 'Stripe',
      look: on('billing', async (billing, { policy }) => pinned(await billing.account(), policy)),
    },
    { name: 'Hetzner', look: on('cloud', sold) },
    {
      name: 'fleet firewalls',
      look: on('cloud', async (cloud, { policy }) => {
        const need = fleetStackNeeds(policy, await cloud.firewalls(policy.fleet));
        if (need === 'none') return 'as they should be';
        const what = need === 'create' ? 'are missing' : 'are not as they should be';
        throw new Amiss('NotFound', `they ${what}`, 'Run `aura init`, which puts them right.');
      }),
    },
    {
      name: 'Tailscale',
      look: on('tailnet', async (tailnet, { policy }) => {
        return whole(await tailnet.devices(policy.fleet), 'devices');
      }),
    },
    {
      name: 'state bucket',
      look: on('states', async (states, { policy }) => {
        return whole(await states.list(`${policy.fleet}/agents/`), 'states');
      }),
    },
    {
      name: 'GitHub',
      look: on('forge', async (forge) => {
        await forge.openProposal('aura/doctor');
        return 'pull requests can be read';
      }),
    },
    {
      name: 'mail',
      look: on('mail', async () => 'configured; no mail was sent to try it'),
    },
  ];
}

function pinned(account: { readonly id: string; readonly livemode: boolean }, policy: Policy) {
  const { stripe } = policy;
  const mode = (live: boolean) => (live ? 'live mode' : 'test mode');
  if (account.id === stripe.account && account.livemode === stripe.livemode) {
    return `account ${account.id}, ${mode(account.livemode)}, as policy.yaml pins it`;
  }
  throw new Failure(
    'MisconfiguredAccount',
    `the key is for ${account.id} in ${mode(account.livemode)}; policy.yaml pins ` +
      `${stripe.account} in ${mode(stripe.livemode)}`,
  );
}

/** What the catalog promises has to be on sale somewhere. */
async function sold(cloud: Ports['cloud'], { catalog, policy }: Policed): Promise<string> {
  const [servers, { list: offers }] = await Promise.all([
    cloud.servers(policy.fleet),
    cloud.offers(),
  ]);
  const missing = Object.entries(catalog.plans).flatMap(([plan, { serverTypes }]) =>
    Object.entries(serverTypes).flatMap(([region, type]) => {
      const locations = catalog.regions[region]?.locations ?? [];
      const some = offers.some(
        (offer) =>
          offer.serverType === type && offer.available && locations.includes(offer.location),
      );
      return some ? [] : [`${type} for plan ${plan} in ${region}`];
    }),
  );
  if (missing.length > 0) {
    throw new Failure('ResourceUnavailable', `not on sale now: ${missing.sort().join(', ')}`);
  }
  return `${whole(servers, 'servers')}; every plan is on sale`;
}

function whole(
  listing: { readonly items: readonly unknown[]; readonly partial: readonly { detail: string }[] },
  noun: string,
): string {
  const [first] = listing.partial;
  if (first === undefined) return `${listing.items.length} ${noun} of the fleet`;
  throw new Failure('UnexpectedAnswer', `the ${noun} cannot be listed whole: ${first.detail}`);
}
