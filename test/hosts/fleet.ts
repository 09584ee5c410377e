/**
 * A fleet on real machines: the local cloud with them and a real tailnet, the verbs as an operator
 * runs them, and a look into each machine from its own computer, which needs no open port.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { type LocalCloud, startCloud } from '../../local-cloud/cloud.ts';
import { defaultSlots, type Slot } from '../../local-cloud/machines/slots.ts';
import { shellWord } from '../../reconciler/adapters/ssh/shell-word.ts';
import { createOperator, type Operator } from '../../scripts/demo/operator.ts';
import { startAura } from '../app/cli/program.ts';
import { motoServerPath, withoutMoto } from '../local-cloud/moto-path.ts';
import { sshCaKey } from '../support/ca-key.ts';
import { within } from '../support/hetzner-api.ts';
import { until } from '../support/until.ts';
import { required, withoutHosts } from './hosts-here.ts';
import { tailnetPrograms } from './tailnet-programs.ts';

/** So that aura ends with the test, however that ends; and what aura started, with aura. */
const via = ['setpriv', '--pdeathsig', 'KILL'];

const programs = tailnetPrograms('root');

/** The reason to skip, or false. */
export const withoutFleet: string | false =
  withoutHosts || withoutMoto || ('skip' in programs && programs.skip);

type Ended = Awaited<ReturnType<typeof startAura>['ended']>;
/** What a run did about one agent: `create done`, `configure failed`. */
type Applied = {
  readonly agent: string;
  readonly said: string;
  readonly step: string;
  readonly reason: string;
  readonly message: string;
};

export type Fleet = {
  readonly cloud: LocalCloud;
  readonly env: Readonly<Record<string, string>>;
  readonly slot: Slot;
  /** everything that the verbs printed */
  readonly printed: readonly string[];
  control(path: string, body: object): Promise<unknown>;
  hetzner(method: string, path: string, body?: object): Promise<unknown>;
  tailscale(method: string, path: string, body?: object): Promise<unknown>;
  /** The customer's subscription is of this price from now on. */
  changePrice(subscription: string, price: string): Promise<void>;
  readonly operator: Operator;
  /** A new subscription; the next resync writes its agent's file. */
  buy(): Promise<string>;
  /** A snapshot of a fresh machine on which the script runs at each boot, before sshd starts. */
  imageWith(script: string): Promise<number>;
  /** Agents that are created from now on are made from it. */
  useImage(image: number): Promise<void>;
  /** A person merges the pull request with this address. */
  merge(pull: string): Promise<void>;
  /** A verb that has to end well. */
  verb(...args: readonly string[]): Promise<Ended>;
  start(args: readonly string[], env?: Readonly<Record<string, string>>): Started;
  reconcile(env?: Readonly<Record<string, string>>): Promise<readonly Applied[]>;
  /** The agent's record. */
  record(agent: string): Promise<unknown>;
  serverOf(agent: string): number;
  addressOf(agent: string): string;
  /** whether its machine exists and is on */
  isOn(agent: string): boolean;
  /** how often its machine was switched on */
  bootsOf(agent: string): number;
  /** The output of a command that root runs on the agent's machine. */
  inside(agent: string, command: string): Promise<string>;
  /** What exists of agents at the providers: machines, servers, addresses, devices, keys, states. */
  left(): Promise<readonly string[]>;
  close(): Promise<void>;
};
type Started = ReturnType<typeof startAura>;

/**
 * @param seed of ids and tokens: another one for each file, because files run at the same time
 * @param files replace those of the agents repository's template
 */
export async function openFleet(
  seed: number,
  files: Readonly<Record<string, string>> = {},
): Promise<Fleet> {
  if ('skip' in programs) return assert.fail(programs.skip);
  const cloud = await startCloud({
    motoServer: motoServerPath(),
    sshCaKey,
    seed,
    rate: 1,
    hosts: { install: required },
    tailnet: { binaries: programs },
    files,
  });
  try {
    return await fleetOf(cloud, programs.tailscaled);
  } catch (thrown) {
    await cloud.close();
    throw thrown;
  }
}

async function fleetOf(cloud: LocalCloud, tailscaled: string): Promise<Fleet> {
  const sources = { docker: 'distribution', node: 'npm', tailscale: tailscaled };
  const env = { ...cloud.addresses.env, AURA_HOST_SOURCES: JSON.stringify(sources) };
  const { ipv4Range } = cloud.world.hetzner.project;
  const slot = defaultSlots.find(({ range }) => range === ipv4Range) ?? assert.fail('no slot');
  const operator = await createOperator(cloud.addresses.git);
  const printed: string[] = [];
  const start: Fleet['start'] = (args, more = {}) => {
    const started = startAura(args, { ...env, AURA_LOG_LEVEL: 'trace', ...more }, { via });
    void started.ended.then(({ stdout, stderr }) => printed.push(stdout, stderr));
    return started;
  };
  const serverOf = (agent: string) => {
    const server = [...cloud.world.hetzner.project.servers.values()].find(
      ({ name }) => name === agent,
    );
    return server?.id ?? assert.fail(`${agent} has no server`);
  };
  const machineOf = (agent: string) =>
    [cloud.world.hosts.dump()].flat().find((one) => within(one, 'id') === serverOf(agent));
  const apis = apisOf(cloud);
  const inside: Fleet['inside'] = (agent, command) =>
    runInside(`${slot.name}/${serverOf(agent)}`, command);
  return {
    cloud,
    env,
    operator,
    slot,
    printed,
    start,
    serverOf,
    ...apis,
    imageWith: (script) => imageWith(cloud, { script, inside, hetzner: apis.hetzner }),
    async useImage(image) {
      const change = (text: string) => text.replace(/^image: .*$/m, `image: "${image}"`);
      await operator.edit('catalog.yaml', change, 'Another image');
    },
    async verb(...args) {
      const ended = await start(args).ended;
      assert.equal(ended.code, 0, `${args.join(' ')}: ${ended.stdout}${ended.stderr}`);
      return ended;
    },
    async reconcile(more) {
      const { stdout, stderr } = await start(['reconcile', '--json'], more).ended;
      return appliedIn(stdout, stderr);
    },
    async record(agent) {
      const { stdout } = await start(['status', agent, '--json']).ended;
      return within(JSON.parse(stdout), 'record');
    },
    addressOf: (agent) => String(within(machineOf(agent), 'address')),
    isOn: (agent) =>
      [cloud.world.hosts.dump()]
        .flat()
        .some((one) => within(one, 'hostname') === agent && within(one, 'isOn') === true),
    bootsOf: (agent) => Number(within(machineOf(agent), 'boots')),
    inside,
    left: () => leftOf(cloud, apis),
    async close() {
      await operator.close();
      await cloud.close();
    },
  };
}

/** The control API, and those of Hetzner and Tailscale as a person with a token uses them. */
function apisOf({
  addresses,
}: LocalCloud): Pick<Fleet, 'control' | 'hetzner' | 'tailscale' | 'changePrice' | 'merge' | 'buy'> {
  const { env } = addresses;
  const control: Fleet['control'] = (path, body) =>
    call({ url: new URL(path, addresses.control).href, method: 'POST', body });
  return {
    control,
    hetzner: (method, path, body) =>
      call({ url: `${env['HCLOUD_ENDPOINT']}${path}`, method, token: env['HCLOUD_TOKEN'], body }),
    async tailscale(method, path, body) {
      const api = `${env['TAILSCALE_BASE_URL']}/api/v2`;
      const form = new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: env['TAILSCALE_OAUTH_CLIENT_ID'] ?? '',
        client_secret: env['TAILSCALE_OAUTH_CLIENT_SECRET'] ?? '',
      });
      const answer = await fetch(`${api}/oauth/token`, { method: 'POST', body: form });
      const token = String(within(await answer.json(), 'access_token'));
      return call({ url: `${api}${path}`, method, token, body });
    },
    async changePrice(subscription, price) {
      const at = `${env['STRIPE_API_BASE']}/v1/subscriptions/${subscription}`;
      const token = env['STRIPE_SECRET_KEY'];
      const now = await call({ url: at, method: 'GET', token });
      const item = String(within(now, 'items.data.0.id'));
      const body = new URLSearchParams({ 'items[0][id]': item, 'items[0][price]': price });
      await call({ url: at, method: 'POST', token, body });
    },
    async merge(pull) {
      const token = String(within(await control('person', { login: 'pat' }), 'token'));
      const repository = `${env['GITHUB_API_URL']}/repos/${env['GITHUB_REPOSITORY']}`;
      const url = `${repository}/pulls/${/\/pull\/(\d+)$/.exec(pull)?.[1]}/merge`;
      await call({ url, method: 'PUT', token, body: {} });
    },
    async buy() {
      const bought = await control('checkout', { plan: 'starter', region: 'eu-central' });
      return String(within(bought, 'subscription'));
    },
  };
}

async function leftOf(
  { world }: LocalCloud,
  { tailscale }: Pick<Fleet, 'tailscale'>,
): Promise<readonly string[]> {
  const listed = async (what: string) => {
    const all = within(await tailscale('GET', `/tailnet/-/${what}`), what) as readonly object[];
    // A run is a device itself, for a minute after its end.
    const agents = all.filter((one) => !JSON.stringify(within(one, 'tags') ?? '').includes('-ci'));
    return agents.map((one) => `${what} ${within(one, 'hostname') ?? within(one, 'id')}`);
  };
  const { servers, primaryIps } = world.hetzner.project;
  const states = (await world.s3.keys()).filter((key) => key.includes('/agents/'));
  return [
    ...[world.hosts.dump()].flat().map((one) => `machine ${within(one, 'hostname')}`),
    ...[...servers.values()].map(({ name }) => `server ${name}`),
    ...[...primaryIps.values()].map(({ ip }) => `address ${ip}`),
    ...(await listed('devices')),
    ...(await listed('keys')),
    ...states.map((key) => `state ${key}`),
  ].sort();
}

type Imaging = Pick<Fleet, 'hetzner' | 'inside'> & { readonly script: string };

async function imageWith({ world }: LocalCloud, { script, inside, hetzner }: Imaging) {
  const name = 'builder';
  const body = { name, server_type: 'cpx12', location: 'fsn1', image: 'debian-12' };
  const made = await hetzner('POST', '/servers', { ...body, user_data: '#cloud-config\n' });
  const server = Number(within(made, 'server.id'));
  world.clock.advance(60);
  const booted = () => inside(name, 'cloud-init status --wait').catch(() => '');
  await until('the builder has booted', async () => (await booted()).includes('done'));
  const early = 'bootcmd: [[/usr/local/sbin/at-boot]]';
  await inside(
    name,
    [
      `printf %s ${shellWord(script)} > /usr/local/sbin/at-boot`,
      'chmod 755 /usr/local/sbin/at-boot',
      `echo ${shellWord(early)} > /etc/cloud/cloud.cfg.d/99-at-boot.cfg`,
      'cloud-init clean --logs',
      // Empty, not missing: a missing one makes systemd enable every unit.
      ': > /etc/machine-id',
      'sync',
    ].join('; '),
  );
  const image = await hetzner('POST', `/servers/${server}/actions/create_image`, {
    type: 'snapshot',
  });
  const id = Number(within(image, 'image.id'));
  world.clock.advance(60);
  await until('the snapshot is made', async () => {
    return within(await hetzner('GET', `/images/${id}`), 'image.status') === 'available';
  });
  await hetzner('DELETE', `/servers/${server}`);
  return id;
}

type Call = {
  readonly url: string;
  readonly method: string;
  readonly token?: string | undefined;
  /** JSON, or a form */
  readonly body?: object | undefined;
};

async function call({ url, method, token, body }: Call): Promise<unknown> {
  const isJson = body !== undefined && !(body instanceof URLSearchParams);
  const answer = await fetch(url, {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(isJson ? { 'content-type': 'application/json' } : {}),
    },
    ...(isJson ? { body: JSON.stringify(body) } : {}),
    ...(body instanceof URLSearchParams ? { body } : {}),
  });
  const text = await answer.text();
  assert.ok(answer.ok, `${method} ${url}: ${answer.status} ${text}`);
  return text === '' ? null : JSON.parse(text);
}

function appliedIn(stdout: string, stderr: string): readonly Applied[] {
  try {
    const changes = within(JSON.parse(stdout), 'applied') ?? [];
    return (changes as readonly Record<string, unknown>[]).map((one) => ({
      agent: String(one['agent']),
      said: `${one['change']} ${one['outcome']}`,
      step: String(one['step'] ?? ''),
      reason: String(one['reason'] ?? ''),
      message: String(one['message'] ?? ''),
    }));
  } catch (cause) {
    throw new Error(`no document of reconcile: ${stdout}\n${stderr}`, { cause });
  }
}

/** As long as a loaded computer takes to start an agent. */
const insideLimitMs = 4 * 60_000;

/** In all namespaces of the machine's first process. */
async function runInside(group: string, command: string): Promise<string> {
  const leader = leaderOf(group);
  const args = ['--target', String(leader), '--all', '--', 'sh', '-c', command];
  const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
  // It may be stopped, as all processes of a machine that shuts down are.
  const options = { env: { PATH }, timeout: insideLimitMs, killSignal: 'SIGKILL' } as const;
  return new Promise((resolve, reject) => {
    execFile('nsenter', args, options, (error, stdout, stderr) => {
      if (error === null) resolve(stdout.trim());
      else reject(new Error(`${command}: ${stderr.trim() || error.message}`));
    });
  });
}

/** The process that is the first one of the machine. */
function leaderOf(group: string): number {
  for (const file of globSync('/proc/[0-9]*/status')) {
    const pid = Number(file.split('/')[2]);
    if (/^NSpid:.*\t1$/m.test(read(file)) && read(`/proc/${pid}/cgroup`).includes(`/${group}/`))
      return pid;
  }
  return assert.fail(`nothing runs in ${group}`);
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
