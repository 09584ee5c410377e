/** Checks of the doctor: tools, the agents repository, and every API with its credentials. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { findTool } from '../../../adapters/tools.ts';
import type { Policy } from '../../../core/agent/policy.ts';
import { asFailure, Failure, isFailure } from '../../../core/failure.ts';
import { refusalOfCa } from '../../../core/fleet/user-ca.ts';
import { type Listed, missingOf, namedBy, nothingSeen } from '../../../core/status/unseen.ts';
import { readCatalogAndPolicy } from '../../../flows/shared/read-catalog.ts';
import { type Recorded, readRecorded } from '../../../flows/shared/read-installation.ts';
import type { Snapshot } from '../../../ports/desired-state.ts';
import type { Ports } from '../../../ports/ports.ts';
import { type Environment, readConfig } from '../../config.ts';
import { checkHostTools } from '../../main/configurator.ts';
import { Amiss, type Check } from './amiss.ts';
import { hetznerChecks, withoutStatus } from './doctor-hetzner.ts';
import { type Known, opened, type Policed, policedOf, whole, withOpened } from './doctor-known.ts';

const run = promisify(execFile);
/** SIGKILL, because a program that hangs may ignore other signals. */
const programLimits = { timeout: 20_000, killSignal: 'SIGKILL' } as const;

export function toolChecks(env: Environment): readonly Check[] {
  return [
    {
      name: 'git',
      async look() {
        const { stdout } = await run('git', ['--version'], programLimits).catch(
          (cause: unknown) => {
            const message = `git does not run: ${asFailure(cause).message}`;
            throw new Amiss('ToolMissing', message, 'Install git, and add it to the PATH.');
          },
        );
        return stdout.trim();
      },
    },
    {
      name: 'terraform',
      async look() {
        const terraform = findTool('terraform');
        findTool('terraformRc');
        const { stdout } = await run(terraform, ['version'], {
          ...programLimits,
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
        if (configurator.url !== null) return 'over the HTTP API of AURA_CONFIGURATOR_URL';
        if (configurator.caPrivateKey === null) throw new Amiss('ToolMissing', caMissing, setCa);
        await checkHostTools(configurator);
        return 'by SSH and Ansible; the key of AURA_SSH_CA_KEY signs';
      },
    },
  ];
}

const caMissing = 'AURA_SSH_CA_KEY is not set, so no host can be reached';
const setCa = 'Set it to the private key of the SSH user CA.';

type RepositoryChecks = {
  readonly checks: readonly Check[];
  /** after the checks; null if the files, or branch status, cannot be read */
  known(): Known;
  close(): Promise<void>;
};

/** All of them share one clone. */
export async function repositoryChecks(env: Environment): Promise<RepositoryChecks> {
  const opening = opened(env, ['state', 'journal']);
  const policing = opening.then(({ ports }) => policedAt(ports.state));
  // Each check reports the failure; it must not be unhandled before.
  for (const promise of [opening, policing]) promise.catch(() => {});
  let policed: Policed | null = null;
  let recorded: Recorded | null = null;
  const checks: Check[] = [
    {
      name: 'agents repository',
      async look() {
        const { main, ...files } = await policing;
        policed = files;
        const { fleet } = policed.policy;
        const agents = (await main.list('agents/')).filter(({ path }) => path.endsWith('.yaml'));
        return `${agents.length} agent files, a catalog and the policy of fleet ${fleet}`;
      },
    },
    {
      name: 'status branch',
      async look() {
        const { ports } = await opening;
        const read = await recordedBy(ports);
        recorded = read;
        if (!read.statusExists) throw await withoutStatus(env, policing, read);
        if (read.broken.length === 0) return withFiles(read, await policing.catch(() => null));
        throw new Amiss(
          'InvalidInput',
          `records that cannot be read: ${read.broken.join(', ')}`,
          revertThem,
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
    known: () => ({ policed, recorded }),
    close: async () => (await opening.catch(() => null))?.close(),
  };
}

/** The check of the repository reports it if the files cannot be read. */
async function withFiles(
  { records }: Recorded,
  policing: (Policed & { readonly main: Snapshot }) | null,
): Promise<string> {
  if (policing === null) return `${records.length} records`;
  const { main, policy } = policing;
  const seen = (await main.list('agents/')).map(({ path }) => path);
  return compared(`${records.length} records`, {
    noun: 'agents',
    place: 'among the files of branch main',
    setting: 'AURA_REPOSITORY_URL',
    otherwise: 'If it is, main was rewritten: docs/runbooks/file-lost.md.',
    recorded: namedBy(records, policy.fleet).files,
    seen,
  });
}

/** Throws if no recorded resource is listed; counts those that are missing. */
function compared(said: string, on: Listed): string {
  const problem = nothingSeen(on);
  if (problem !== null) throw new Amiss(problem.reason, problem.message, problem.todo);
  const missing = missingOf(on);
  const [n, noun] = [on.recorded.length, on.noun];
  return missing === 0 ? said : `${said}; ${missing} of ${n} recorded ${noun} are not ${on.place}`;
}

const revertThem = 'Revert the commit on branch status that broke them.';

async function recordedBy(ports: Pick<Ports, 'state' | 'journal'>) {
  try {
    return await readRecorded(ports);
  } catch (thrown) {
    if (!isFailure(thrown, 'UnexpectedAnswer') || thrown.errorClass !== 'stalled') throw thrown;
    throw new Amiss('InvalidInput', thrown.message, revertThem);
  }
}

async function policedAt(state: Ports['state']): Promise<Policed & { readonly main: Snapshot }> {
  const main = await state.fetch('main');
  if (main === null) throw new Failure('NotFound', 'there is no branch main');
  return { main, ...(await readCatalogAndPolicy(main)) };
}

export function apiChecks(env: Environment, known: Known): readonly Check[] {
  const on = <Name extends keyof Ports>(
    name: Name,
    look: (port: Ports[Name], policed: Policed) => Promise<string>,
  ) => {
    return () => withOpened(env, [name], (ports) => look(ports[name], policedOf(known)));
  };
  return [
    {
      name: 'SSH CA',
      look: async () => caInForce(env, policedOf(known).policy),
    },
    {
      name: 'Stripe',
      look: on('billing', async (billing, { policy }) => pinned(await billing.account(), policy)),
    },
    ...hetznerChecks(env, known),
    {
      name: 'Tailscale',
      look: on('tailnet', async (tailnet, { policy }) => {
        const listing = await tailnet.devices(policy.fleet);
        return compared(whole(listing, 'devices'), {
          noun: 'devices',
          place: 'in this tailnet',
          setting: 'TAILSCALE_TAILNET, or the tailnet of TAILSCALE_OAUTH_CLIENT_ID,',
          otherwise: 'If it is, they were deleted, and the next runs join the servers again.',
          recorded: namedBy(known.recorded?.records ?? [], policy.fleet).devices,
          seen: listing.items.map(({ nodeId }) => nodeId),
        });
      }),
    },
    {
      name: 'state bucket',
      look: on('states', async (states, { policy }) => {
        const listing = await states.list(`${policy.fleet}/agents/`);
        return compared(whole(listing, 'states'), {
          noun: 'states',
          place: 'in this bucket',
          setting: 'AURA_STATE_BUCKET, with AWS_ENDPOINT_URL_S3,',
          otherwise: 'If it is, they were deleted, and the next runs import the servers again.',
          recorded: namedBy(known.recorded?.records ?? [], policy.fleet).states,
          seen: listing.items.map(({ key }) => key),
        });
      }),
    },
    {
      name: 'GitHub',
      look: on('forge', async (forge) => {
        await forge.openProposal('aura/doctor');
        return 'pull requests can be read';
      }),
    },
  ];
}

function caInForce(env: Environment, policy: Policy): string {
  const [own] = readConfig(env, ['configurator']).configurator.ownCaKeys;
  const { length } = policy.ssh.ca;
  if (length === 0) return 'policy.yaml names none; hosts accept that of AURA_SSH_CA_KEY';
  if (own === undefined) throw new Amiss('ToolMissing', caMissing, setCa);
  const refusal = refusalOfCa(policy, own);
  if (refusal === null) return `AURA_SSH_CA_KEY is one of ${length} that policy.yaml names`;
  const todo = 'Set AURA_SSH_CA_KEY to a CA in force, or name its public half under ssh.ca.';
  throw new Amiss('ToolMissing', refusal, todo);
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
