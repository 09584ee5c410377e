/**
 * Runs headscale, in a network namespace or not, with a folder of its own. The kernel ends it when
 * this process ends, however that happens: only the folder can be left behind.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Failure } from '../../reconciler/core/failure.ts';
import { domain } from '../tailscale/tailnet.ts';
import { createRequests, type Requests } from './requests.ts';

type HeadscaleOptions = {
  /** made where it is missing; holds keys and the database, so only its owner reads it */
  readonly folder: string;
  /** the program */
  readonly headscale: string;
  readonly listen: Listen;
  /** of the nodes, inside 100.64.0.0/10 */
  readonly addressRange: string;
};

/** This process, too, must reach the address. */
export type Listen = {
  /** null is this process's own */
  readonly namespace: string | null;
  readonly address: string;
  readonly port: number;
};

type Headscale = {
  readonly url: string;
  /** PEM; hosts must trust it */
  readonly certificate: string;
  /** as its administrator */
  readonly requests: Requests;
  close(): Promise<void>;
};

const looksMax = 150;
const lookEveryMs = 100;
const graceMs = 3000;
const relayRegion = 900;
const apiKeyLife = '8760h';
/** The shortest that headscale takes. An ephemeral node that logs out is gone at once. */
const ephemeralLife = '66s';

/** Throws Failure `ToolMissing` where it does not start, with the end of its log. */
export async function startHeadscale(options: HeadscaleOptions): Promise<Headscale> {
  const { folder, headscale, listen } = options;
  const url = `https://${listen.address}:${listen.port}`;
  const config = join(folder, 'config.yaml');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const certificate = await createCertificate(folder, listen.address);
  await writeFile(join(folder, 'derp.yaml'), derpMap(listen), { mode: 0o600 });
  await writeFile(config, JSON.stringify(configOf(options, url)), { mode: 0o600 });
  const requests = createRequests(url, certificate);
  const child = launch(options, config);
  const close = async () => {
    requests.close();
    await stop(child);
  };
  try {
    await untilHealthy(child, requests);
    requests.authorise(await createApiKey(headscale, config));
    return { url, certificate, requests, close };
  } catch (cause) {
    await close();
    const said = await readFile(join(folder, 'headscale.log'), 'utf8').catch(() => '');
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Failure('ToolMissing', `headscale: ${why}: ${said.slice(-1000).trim()}`, { cause });
  }
}

/** Signed by itself, for the address alone. */
async function createCertificate(folder: string, address: string): Promise<string> {
  const [key, file] = [join(folder, 'tls.key'), join(folder, 'tls.crt')];
  const args = [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
    ...['-keyout', key, '-out', file, '-days', '365', '-subj', '/CN=Local tailnet'],
    ...['-addext', `subjectAltName=IP:${address}`],
  ];
  try {
    await promisify(execFile)('openssl', args, { timeout: 20_000 });
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new Failure('ToolMissing', `openssl makes no certificate: ${cause}`, { cause });
  }
}

function launch({ folder, headscale, listen }: HeadscaleOptions, config: string): ChildProcess {
  const enter = listen.namespace === null ? [] : ['ip', 'netns', 'exec', listen.namespace];
  const command = [...enter, 'setpriv', '--pdeathsig', 'KILL', headscale, 'serve', '-c', config];
  const [program = '', ...args] = command;
  const log = openSync(join(folder, 'headscale.log'), 'w', 0o600);
  // Only we end it, not a signal to our process group.
  const child = spawn(program, args, {
    env: environment(folder),
    stdio: ['ignore', log, log],
    detached: true,
  });
  closeSync(log);
  // A program that cannot be started has no exit code and never answers.
  child.on('error', () => {});
  return child;
}

/** Variables that begin with HEADSCALE_ would change its configuration. */
function environment(folder: string): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], HOME: folder };
}

/** Where the port was taken, another headscale answers, with another certificate. */
async function untilHealthy(child: ChildProcess, requests: Requests): Promise<void> {
  for (let looks = 0; looks < looksMax; looks += 1) {
    if (child.pid === undefined) throw new Error('it could not be started');
    if (isOver(child)) throw new Error('it ended');
    const answer = await requests.send('GET', '/health').catch(() => null);
    if (answer?.status === 200) return;
    await wait(lookEveryMs);
  }
  throw new Error('it does not answer');
}

/** Over its socket in the folder, which asks for no key. */
async function createApiKey(headscale: string, config: string): Promise<string> {
  const args = ['-c', config, 'apikeys', 'create', '--expiration', apiKeyLife, '-o', 'json'];
  const env = environment(join(config, '..'));
  const { stdout } = await promisify(execFile)(headscale, args, { env, timeout: 20_000 });
  const key: unknown = JSON.parse(stdout);
  if (typeof key === 'string') return key;
  throw new Error('it makes no API key');
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || isOver(child)) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const force = setTimeout(() => child.kill('SIGKILL'), graceMs);
  await ended;
  clearTimeout(force);
}

function isOver(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

function configOf({ folder, listen, addressRange }: HeadscaleOptions, url: string): object {
  return {
    server_url: url,
    listen_addr: `${listen.address}:${listen.port}`,
    metrics_listen_addr: '',
    grpc_listen_addr: '127.0.0.1:0',
    tls_cert_path: join(folder, 'tls.crt'),
    tls_key_path: join(folder, 'tls.key'),
    noise: { private_key_path: join(folder, 'noise.key') },
    prefixes: { v4: addressRange, v6: 'fd7a:115c:a1e0::/48', allocation: 'sequential' },
    derp: {
      server: {
        enabled: true,
        region_id: relayRegion,
        region_code: 'local',
        region_name: 'Local',
        private_key_path: join(folder, 'derp.key'),
        // The same number, but of UDP.
        stun_listen_addr: `${listen.address}:${listen.port}`,
        automatically_add_embedded_derp_region: false,
      },
      urls: [],
      paths: [join(folder, 'derp.yaml')],
      auto_update_enabled: false,
    },
    disable_check_updates: true,
    node: { ephemeral: { inactivity_timeout: ephemeralLife } },
    database: { type: 'sqlite', sqlite: { path: join(folder, 'db.sqlite') } },
    policy: { mode: 'database' },
    dns: {
      magic_dns: true,
      base_domain: domain,
      override_local_dns: false,
      nameservers: { global: [] },
    },
    unix_socket: join(folder, 'headscale.sock'),
    unix_socket_permission: '0700',
    logtail: { enabled: false },
    // Made for thousands of nodes; here they only delay each change by half a second and more.
    tuning: { node_store_batch_timeout: '10ms', batch_change_delay: '20ms' },
    log: { level: 'info', format: 'text' },
  };
}

/** The relay for first packets, until two hosts have found a direct way: headscale itself. */
function derpMap({ address, port }: Listen): string {
  const place = `hostname: "${address}", ipv4: "${address}", derpport: ${port}`;
  return `regions:
  ${relayRegion}:
    regionid: ${relayRegion}
    regioncode: local
    regionname: Local
    nodes:
      - {name: local, regionid: ${relayRegion}, ${place}, stunport: ${port}}
`;
}
