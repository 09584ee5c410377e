/** One record of the benchmarks' fleets, as a finished create leaves it. */
import { createHash } from 'node:crypto';
import { serverTypes } from '../../local-cloud/hetzner/catalogue.ts';
import type { Policy } from '../../reconciler/core/agent/policy.ts';
import { configHashOf, hostSettingsOf } from '../../reconciler/core/fleet/host-settings.ts';
import { renderRecord } from '../../reconciler/core/fleet/record-file.ts';
import { newRecord } from '../../reconciler/core/fleet/recorded.ts';
import { agentNumber, choice, createdAt, type FleetAgent } from './reconcile-agents.ts';

export type Made = { readonly server: string; readonly ipv4: string; readonly device: Device };
export type Device = { readonly nodeId: string; readonly address: string; readonly name: string };
type RecordText = (agent: FleetAgent, made: Made, oid: string) => string;

export function createRecordText(roleVersion: string, policy: Policy): RecordText {
  const model = agentNumber(0);
  const memory = serverTypes.find(({ name }) => name === choice.serverType)?.memory ?? 0;
  const configHash = configHashOf(hostSettingsOf({}, { memoryGb: memory }, policy));
  const steps = ['lease', 'vm', 'boot', 'configure', 'join', 'verify'] as const;
  const text = renderRecord({
    ...newRecord(model.id, model.subscription, model.customer),
    phase: 'running',
    phaseSince: createdAt,
    observedOid: '0'.repeat(40),
    server: { id: '@server', nonce: model.nonce, created: createdAt, ipv4: '@ipv4', power: 'on' },
    hostKey: model.hostKey,
    chosen: choice,
    configured: { configHash, roleVersion, at: createdAt },
    tailnet: { nodeId: '@node', address: '@address', name: '@name' },
    everRunning: true,
    cost: { monthly: 5.5, currency: 'EUR' },
    timings: steps.map((step) => ({ step, at: createdAt })),
    attempts: [
      {
        change: 'create',
        revision: 1,
        run: '1',
        runAttempt: 1,
        started: createdAt,
        ended: createdAt,
        outcome: 'succeeded',
        step: 'verify',
        location: choice.location,
      },
    ],
  });
  return ({ id, subscription, customer, nonce, hostKey }, { server, ipv4, device }, oid) =>
    text
      .replaceAll(model.id, id)
      .replace(model.subscription, subscription)
      .replace(model.customer, customer)
      .replace(model.nonce, nonce)
      .replace(model.hostKey, hostKey)
      .replace('0'.repeat(40), oid)
      // A number in quotes is a text; in a record it always is one.
      .replace('"@server"', `"${server}"`)
      .replace('"@ipv4"', ipv4)
      .replace('"@node"', device.nodeId)
      .replace('"@address"', device.address)
      .replace('"@name"', device.name);
}

export function oidOf(text: string): string {
  return createHash('sha1')
    .update(`blob ${Buffer.byteLength(text)}\0${text}`)
    .digest('hex');
}
