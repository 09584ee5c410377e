/** What the service is made of, and its parts that exist only where they are configured. */
import { randomBytes } from 'node:crypto';
import { createHeartbeats } from '../../flows/heartbeats/heartbeats.ts';
import type { ObservePorts } from '../../flows/reconcile/observe/listed.ts';
import type { ReadModel } from '../../flows/status/read-model.ts';
import { createWebhookWatch } from '../../flows/webhooks/webhook-watch.ts';
import type { Log } from '../../ports/log.ts';
import type { PlatformToken } from '../../ports/platform.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Receiver } from '../../ports/receiver.ts';
import type { ServerLimits } from './limits.ts';
import type { ApiConfig } from './metrics/api-metrics.ts';

type WebhookPorts = Pick<Ports, 'state' | 'clock' | 'log'>;
export type ServicePorts = Pick<
  Ports,
  'billing' | 'state' | 'files' | 'journal' | 'forge' | 'clock'
>;
/** To plan with credentials that only read. */
type PlanningPorts = Pick<ObservePorts, 'cloud' | 'tailnet' | 'states' | 'configurator'>;
type HttpConfig = {
  /** whose pages may read what customers and visitors may see */
  readonly siteOrigins: readonly string[];
  /** proxies in front, whose report of a client's address counts */
  readonly trustedProxies: readonly string[];
};
type Endpoints = {
  readonly receivers: readonly Receiver[];
  readonly archive: Ports['archive'];
  readonly holder: string;
};
export type HeartbeatStore = {
  readonly secrets: readonly string[];
  /** by which hosts sign */
  readonly clock: Ports['clock'];
  readonly archive: Ports['archive'];
};
export type ServiceOptions = {
  readonly ports: ServicePorts;
  /** null where the service has no credentials to plan with */
  readonly planning: PlanningPorts | null;
  readonly config: {
    readonly links: { readonly tokenSecrets: readonly string[] };
    readonly platform: { readonly tokens: readonly PlatformToken[] };
    readonly reconcile: { readonly workflow: string };
    readonly hooks: { readonly secrets: readonly string[] };
    readonly http: HttpConfig;
  } & ApiConfig;
  /** of outgoing webhooks; null where there are none */
  readonly endpoints?: Endpoints | null;
  /** without it the service accepts no heartbeats */
  readonly heartbeats?: HeartbeatStore | null;
  readonly log: Log;
  /** overrides of the usual ones */
  readonly limits?: Partial<ServerLimits>;
};

export function webhooksOf(
  { endpoints = null }: ServiceOptions,
  ports: WebhookPorts,
  model: ReadModel,
) {
  if (endpoints === null) return null;
  const { archive, ...receiving } = endpoints;
  return createWebhookWatch({ ...ports, archive }, { ...receiving, onChange: model.onChange });
}

export function heartbeatsOf({ heartbeats, log }: ServiceOptions, model: ReadModel) {
  if (!heartbeats) return null;
  // The watch keeps it current: hosts need not wait for the git server.
  const fleet = async () => model.known() ?? (await model.current()).view;
  const replica = randomBytes(8).toString('hex');
  return createHeartbeats({ ...heartbeats, fleet, replica, log });
}
