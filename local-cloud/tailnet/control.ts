/**
 * A real tailnet for real hosts: headscale as its control plane, and Tailscale's API v2 over it, so
 * that the product's own client runs unchanged. Hosts join at `controlUrl`.
 */
import { randomBytes, randomInt } from 'node:crypto';
import { type ApiContext, startApi } from '../api-server.ts';
import { createWorldClock } from '../clock.ts';
import { createFaults } from '../faults.ts';
import { createLedger } from '../ledger.ts';
import { createRandomness } from '../randomness.ts';
import { parsePolicy } from '../tailscale/policy.ts';
import { createTailscaleApi } from '../tailscale/tailscale.ts';
import { type Listen, startHeadscale } from './headscale.ts';
import { createHeadscaleApi } from './headscale-api.ts';
import { createHeadscaleControl } from './headscale-control.ts';
import { fleetPolicy } from './headscale-policy.ts';

export type RealTailnet = {
  readonly binaries: { readonly headscale: string };
  readonly listen: Listen;
  /** of the nodes, inside 100.64.0.0/10 */
  readonly addressRange: string;
  /** whose tags the OAuth client owns; `aura` by default */
  readonly fleet?: string;
};

type ControlOptions = RealTailnet & {
  /** for headscale alone */
  readonly folder: string;
  readonly oauth?: OauthClient;
  /** another client, which may only list devices */
  readonly reader?: OauthClient;
  /** the client's; those that the product needs by default */
  readonly scopes?: readonly string[];
  /** the world's clock, ledger and faults; its own by default */
  readonly context?: ApiContext;
};

type OauthClient = { readonly clientId: string; readonly clientSecret: string };

export type TailnetControl = {
  /** Tailscale's API, on loopback */
  readonly url: string;
  /** for `tailscale up --login-server` */
  readonly controlUrl: string;
  /** PEM, of `controlUrl`: hosts must trust it */
  readonly certificate: string;
  readonly oauth: OauthClient;
  /** its devices and keys */
  dump(): unknown;
  close(): Promise<void>;
};

export async function startControl(options: ControlOptions): Promise<TailnetControl> {
  const { folder, binaries, listen, addressRange, fleet = 'aura' } = options;
  const context = options.context ?? ownContext();
  const headscale = await startHeadscale({
    folder,
    headscale: binaries.headscale,
    listen,
    addressRange,
  });
  try {
    const policy = parsePolicy(fleetPolicy(fleet));
    const control = await createHeadscaleControl(createHeadscaleApi(headscale.requests), policy);
    const randomness = createRandomness(randomInt(2 ** 47));
    const oauth = options.oauth ?? newClient();
    const tags = [`tag:${fleet}`, `tag:${fleet}-ci`];
    const { clock } = context;
    const scopes = options.scopes === undefined ? {} : { scopes: options.scopes };
    const reader = options.reader === undefined ? {} : { reader: options.reader };
    const part = createTailscaleApi(control, {
      ...oauth,
      ...scopes,
      ...reader,
      clock,
      randomness,
      tags,
    });
    const api = await startApi(part, context);
    const close = async () => {
      await api.close();
      await headscale.close();
      if (options.context === undefined) context.clock.close();
    };
    const { url: controlUrl, certificate } = headscale;
    return { url: api.url, controlUrl, certificate, oauth, dump: part.dump, close };
  } catch (thrown) {
    await headscale.close();
    throw thrown;
  }
}

function ownContext(): ApiContext {
  const clock = createWorldClock({ startMs: Date.now(), rate: 1 });
  return { clock, ledger: createLedger(), faults: createFaults(clock.now) };
}

function newClient(): OauthClient {
  const [clientId, secret] = [8, 16].map((bytes) => randomBytes(bytes).toString('hex'));
  return { clientId: `${clientId}`, clientSecret: `tskey-client-${clientId}-${secret}` };
}
