/**
 * The port `Configurator` over SSH and Ansible: the roles in `ansible/` are played on a host over a
 * connection that shows a host key pinned for exactly that agent.
 */
import { dirname, join } from 'node:path';
import { Failure } from '../../core/failure.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Configurator, ConfigureRequest } from '../../ports/configurator.ts';
import type { Log } from '../../ports/log.ts';
import type { TailnetNode } from '../../ports/tailnet-node.ts';
import { ranOn } from '../ssh/remote-end.ts';
import { bootCommand, bootOf } from './boot.ts';
import { readHealth } from './health.ts';
import { makeHostKey } from './host-key.ts';
import { play } from './play.ts';
import { prepareImage } from './prepare.ts';
import { playbookOf, requireTools, type Tools } from './ready.ts';
import { failureOf, reportOf } from './report.ts';
import { joinNode, readNode } from './tailscale.ts';
import { readUnitLog } from './unit-log.ts';

type AnsibleOptions = Tools & {
  readonly roleVersion: string;
  readonly node: TailnetNode;
  /** public keys of the user CAs that hosts are to trust where the policy names none */
  readonly ownCaKeys: readonly string[];
  /** where hosts get their software; null for the roles' own defaults */
  readonly sources: Readonly<Record<string, string>> | null;
  /** of another control server than Tailscale's; null for that */
  readonly loginServer: string | null;
  readonly clock: Clock;
  /** the cloud's own time, which timeouts are measured in; ms */
  readonly cloudNow: () => Promise<number>;
  readonly log: Log;
  readonly limits?: Limits;
};
type Limits = { readonly pollMs: number; readonly playMs: number };

const usual: Limits = { pollMs: 1000, playMs: 20 * 60_000 };
const looksMax = 20_000;

export function createAnsibleConfigurator(options: AnsibleOptions): Configurator {
  const { ssh, roleVersion } = options;
  const { pollMs, playMs } = options.limits ?? usual;
  return {
    roleVersion,
    sources: options.sources,
    ready: () => requireTools(options),
    enterTailnet: (policy) => options.node.join(policy),
    async reach(host) {
      ranOn(host, await ssh.run(host, { command: 'true' }));
    },
    async waitForBoot(host, timeoutMs) {
      const until = (await options.cloudNow()) + timeoutMs;
      let missing = '';
      for (let looks = 0; looks < looksMax; looks += 1) {
        const boot = bootOf(host, await ssh.run(host, bootCommand));
        if (boot.kind === 'finished') return;
        if (boot.kind === 'failed') throw boot.failure;
        missing = boot.for;
        if ((await options.cloudNow()) >= until) break;
        await options.clock.wait(pollMs);
      }
      throw new Failure('BootTimeout', `${host.agent} has not booted: ${missing}`);
    },
    ownHostKey: (host) => makeHostKey(ssh, host),
    showsHostKey: (host, hostKey) => ssh.shows(host, hostKey),
    async configure(host, request) {
      const { config, configHash, memoryMb, egress, rebootAt, userCaKeys, untilAnswer } = request;
      const end = await play(ssh, host, {
        ansiblePlaybook: options.findAnsible(),
        playbook: playbookOf(options),
        limitMs: playMs,
        variables: {
          aura_agent: host.agent,
          aura_config: { ...config },
          aura_config_hash: configHash,
          aura_role_version: roleVersion,
          aura_user_ca_keys: userCaKeys.length > 0 ? userCaKeys : options.ownCaKeys,
          aura_memory_mb: memoryMb,
          aura_egress: egressOf(egress),
          aura_reboot_window: rebootAt,
          ...(request.heartbeat === null ? {} : { aura_heartbeat: request.heartbeat }),
          ...(untilAnswer ? {} : { aura_health_timeout_seconds: 0 }),
          ...(options.sources === null ? {} : { aura_sources: options.sources }),
        },
      });
      const failure = failureOf(end);
      if (failure !== null) throw failure;
      const { changed } = reportOf(end.stdout);
      options.log.info({ agent: host.agent, changed: changed.length }, 'the roles were played');
    },
    prepare: (builder) =>
      prepareImage(ssh, builder, {
        ansiblePlaybook: options.findAnsible(),
        playbook: join(dirname(playbookOf(options)), 'image.yml'),
        limitMs: playMs,
        roleVersion,
        sources: options.sources,
      }),
    nodeOf: (host) => readNode(ssh, host),
    join(host, { authKey, hostname }) {
      return joinNode(ssh, host, { authKey, hostname, loginServer: options.loginServer });
    },
    healthy: (host) => readHealth(ssh, host),
    log: (host, lines) => readUnitLog(ssh, host, lines),
    askOverTailnet: (device) => options.node.ask(device, '/healthz'),
  };
}

function egressOf({ smtp, newConnectionsPerSecond }: ConfigureRequest['egress']) {
  return { smtp, new_connections_per_second: newConnectionsPerSecond };
}
