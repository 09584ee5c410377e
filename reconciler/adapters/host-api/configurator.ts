/**
 * The port `Configurator` over an HTTP API in front of the hosts, with the same steps and the same
 * pinned host key as over SSH. `main` uses it if AURA_CONFIGURATOR_URL is set.
 */
import { Failure } from '../../core/failure.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Configurator, Host } from '../../ports/configurator.ts';
import type { GatewayAnswer, PublishingDevice } from '../../ports/tailnet-node.ts';

type HostApiOptions = {
  readonly url: string;
  readonly roleVersion: string;
  /** between two polls, ms */
  readonly pollMs: number;
  readonly clock: Clock;
  /** the cloud's own time, which timeouts are measured in; ms */
  readonly cloudNow: () => Promise<number>;
};

const looksMax = 20_000;
const answerTimeoutMs = 120_000;

export function createHostApiConfigurator(options: HostApiOptions): Configurator {
  const ask = async (host: Host, path: string, body?: object) => {
    // As with SSH, nothing is sent to a host before its key was checked.
    if (body !== undefined) await ask(host, '/boot');
    const answer = await request(`${options.url}/${host.ipv4}${path}`, body);
    requirePinned(host, answer);
    return answer;
  };
  const configure = async (host: Host, request: object) => {
    const whole = { agent: host.agent, roleVersion: options.roleVersion, ...request };
    const { status, json } = await ask(host, '/configure', whole);
    if (status !== 200) throw new Failure('ConfigureFailed', said(json));
  };
  return {
    roleVersion: options.roleVersion,
    sources: null,
    async ready() {},
    // The API is in the tailnet.
    async enterTailnet() {},
    async reach(host) {
      const { status, json } = await ask(host, '/boot');
      if (status !== 200) throw new Failure('OutcomeUnknown', said(json));
    },
    async waitForBoot(host, timeoutMs) {
      const until = (await options.cloudNow()) + timeoutMs;
      for (let looks = 0; looks < looksMax; looks += 1) {
        const { status, json } = await ask(host, '/boot');
        if (status === 200 && json['finished'] === true) return;
        if ((await options.cloudNow()) >= until) break;
        await options.clock.wait(options.pollMs);
      }
      throw new Failure('BootTimeout', `cloud-init of ${host.agent} has not finished`);
    },
    async ownHostKey(host) {
      const { status, json } = await ask(host, '/host-key', {});
      if (status !== 200) throw new Failure('OutcomeUnknown', said(json));
      return hostKeyIn(json);
    },
    async showsHostKey(host, hostKey) {
      const { status, json } = await ask(host, '/boot');
      if (status !== 200) throw new Failure('OutcomeUnknown', said(json));
      return json['hostKey'] === hostKey;
    },
    configure,
    async prepare(host) {
      await configure(host, {});
      return `roles ${options.roleVersion}`;
    },
    async nodeOf(host) {
      const { status, json } = await ask(host, '/node');
      if (status !== 200) throw new Failure('OutcomeUnknown', said(json));
      return json['nodeId'] === null ? null : nodeIn(json);
    },
    async join(host, request) {
      const { status, json } = await ask(host, '/join', request);
      if (status !== 200) throw new Failure('JoinFailed', said(json));
      return nodeIn(json);
    },
    async healthy(host) {
      const { status, json } = await ask(host, '');
      return status === 200 && json['healthy'] === true;
    },
    async log(host, lines) {
      return logIn(await ask(host, '/log')).slice(-lines);
    },
    askOverTailnet: (device) => gatewayAt(options.url, device),
  };
}

function logIn({ status, json }: Awaited<ReturnType<typeof request>>): readonly string[] {
  const log = json['log'];
  if (status === 200 && Array.isArray(log)) return log.map(String);
  throw new Failure('HostUnreachable', said(json));
}

async function gatewayAt(url: string, { address }: PublishingDevice): Promise<GatewayAnswer> {
  const { status, json } = await request(`${url}/${address}`);
  if (status !== 200) return { kind: 'unreachable', said: said(json) };
  return json['healthy'] === true ? { kind: 'answered', status: 200 } : { kind: 'refused' };
}

function requirePinned(host: Host, { status, json }: Answer): void {
  const shown = json['hostKey'];
  if (host.hostKeys.some((key) => key === shown)) return;
  if (shown === undefined && status !== 200) return;
  throw new Failure(
    'OwnershipUnproven',
    `the host at ${host.ipv4} shows another host key than ${host.agent} was given`,
  );
}

type Answer = { readonly status: number; readonly json: Record<string, unknown> };

async function request(url: string, body?: object): Promise<Answer> {
  try {
    const answer = await fetch(url, {
      signal: AbortSignal.timeout(answerTimeoutMs),
      ...(body === undefined
        ? {}
        : {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify(body),
          }),
    });
    const json: unknown = await answer.json();
    return {
      status: answer.status,
      json: json !== null && typeof json === 'object' ? (json as Record<string, unknown>) : {},
    };
  } catch (cause) {
    throw new Failure('OutcomeUnknown', 'the host does not answer', { cause });
  }
}

/** The node id that the host reports, which can be any text. */
function nodeIn(json: Record<string, unknown>): string {
  const node = json['nodeId'];
  if (typeof node === 'string' && /^[A-Za-z0-9]{1,60}$/.test(node)) return node;
  throw new Failure('UnexpectedAnswer', 'the host did not return a valid node id');
}

/** Any text is refused that `known_hosts` would not take as one key. */
function hostKeyIn(json: Record<string, unknown>): string {
  const key = json['ownHostKey'];
  if (typeof key === 'string' && /^ssh-ed25519 [A-Za-z0-9+/]{1,100}$/.test(key)) return key;
  throw new Failure('UnexpectedAnswer', 'the host did not return a valid host key');
}

function said(json: Record<string, unknown>): string {
  return typeof json['message'] === 'string' ? json['message'] : 'the host gave no reason';
}
