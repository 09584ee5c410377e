/**
 * A control plane of real nodes: headscale, as Tailscale's API needs it. Headscale keeps neither a
 * key's description nor the time of its revocation, so keys are kept here too, in memory, like the
 * rest of the local cloud. Its clock is wall time.
 */
import type { ControlPlane, DeviceChange, ShownDevice } from '../tailscale/control-plane.ts';
import { TailscaleError } from '../tailscale/errors.ts';
import type { Policy } from '../tailscale/policy.ts';
import { type AuthKey, domain } from '../tailscale/tailnet.ts';
import type { HeadscaleApi, HeadscaleNode } from './headscale-api.ts';
import { headscalePolicy } from './headscale-policy.ts';

const namesMax = 100;
const nodeKeyMs = 180 * 86_400_000;

/** Loads the first policy before it resolves. */
export async function createHeadscaleControl(
  headscale: HeadscaleApi,
  first: Policy,
): Promise<ControlPlane> {
  let policy = first;
  const setPolicy = async (wanted: Policy) => {
    await headscale.setPolicy(headscalePolicy(wanted)).catch(refusePolicy);
    policy = wanted;
  };
  await setPolicy(first);
  const device = async (id: string) => {
    const node = await headscale.node(id);
    return node === null ? null : shown(node);
  };
  return {
    now: Date.now,
    policy: () => policy,
    checkPolicy: (wanted) => headscale.checkPolicy(headscalePolicy(wanted)).catch(refusePolicy),
    setPolicy,
    ...keysOf(headscale),
    devices: async () => (await headscale.nodes()).map(shown),
    device,
    async deleteDevice({ nodeId }) {
      // Headscale does not tell a node that it was deleted, only that its key has expired.
      await headscale.setExpiry(nodeId, Date.now());
      await headscale.deleteNode(nodeId);
      if ((await headscale.node(nodeId)) !== null)
        throw new TailscaleError(500, `device ${nodeId} is still there after its deletion`);
    },
    async changeDevice(before, change) {
      await apply(headscale, before, change);
      const after = await device(before.nodeId);
      if (after === null) throw new TailscaleError(404, 'no such device');
      return after;
    },
  };
}

/** A key is only made here, so a key of headscale that is not noted is no key of this API. */
function keysOf(
  headscale: HeadscaleApi,
): Pick<ControlPlane, 'createKey' | 'keys' | 'key' | 'revokeKey'> {
  /** by headscale's id */
  const made = new Map<string, AuthKey>();
  const keys = async () => {
    for (const { id, used } of await headscale.keys()) {
      const key = made.get(id);
      if (key !== undefined) key.used = used;
    }
    return [...made.values()];
  };
  return {
    async createKey({ seconds, ...wanted }) {
      const created = Math.floor(Date.now() / 1000) * 1000;
      const expires = created + seconds * 1000;
      const { reusable, ephemeral, tags } = wanted;
      const { id, secret } = await headscale.createKey({
        reusable,
        ephemeral,
        tags,
        expiresMs: expires,
      });
      const key = { ...wanted, id: `k${id}CNTRL`, secret, created, expires };
      const noted: AuthKey = { ...key, revoked: null, used: false };
      made.set(id, noted);
      return noted;
    },
    keys,
    key: async (id) => (await keys()).find((key) => key.id === id) ?? null,
    async revokeKey(id) {
      for (const [own, key] of made) {
        if (key.id !== id || key.revoked !== null) continue;
        await headscale.expireKey(own);
        key.revoked = Date.now();
      }
    },
  };
}

/** Both ids of a device are the one that its own `tailscale status` shows. */
function shown(node: HeadscaleNode): ShownDevice {
  const { id, hostname, givenName, addresses, createdMs, expiresMs } = node;
  const { tags, ephemeral, online, advertisedRoutes, enabledRoutes } = node;
  return {
    id,
    nodeId: id,
    hostname,
    name: `${givenName}.${domain}`,
    address: addresses.find((one) => !one.includes(':')) ?? '',
    ipv6: addresses.find((one) => one.includes(':')) ?? '',
    tags,
    ephemeral,
    // Headscale admits no node that would have to wait for it.
    authorized: true,
    created: createdMs,
    lastSeen: node.lastSeenMs ?? createdMs,
    online,
    keyExpiryDisabled: expiresMs === null,
    expires: expiresMs ?? 0,
    advertisedRoutes,
    enabledRoutes,
  };
}

async function apply(
  headscale: HeadscaleApi,
  device: ShownDevice,
  change: DeviceChange,
): Promise<void> {
  const { nodeId } = device;
  switch (change.kind) {
    case 'tags':
      return headscale.setTags(nodeId, change.tags);
    case 'key':
      return headscale.setExpiry(nodeId, change.expiryDisabled ? null : Date.now() + nodeKeyMs);
    case 'expire':
      return headscale.setExpiry(nodeId, Date.now());
    case 'name':
      return headscale.rename(nodeId, await freeName(headscale, device, change.name));
    case 'routes':
      return headscale.approveRoutes(nodeId, change.routes);
    case 'authorized':
      if (change.authorized) return;
      throw new TailscaleError(501, 'this control plane cannot withdraw an authorisation');
    case 'ip':
      throw new TailscaleError(501, 'this control plane cannot change an address');
    default:
      change satisfies never;
  }
}

/** Headscale refuses a name that is taken, where Tailscale appends a number. */
async function freeName(
  headscale: HeadscaleApi,
  { nodeId, hostname }: ShownDevice,
  wanted: string,
): Promise<string> {
  const nodes = await headscale.nodes();
  const others = nodes.filter(({ id }) => id !== nodeId);
  const taken = new Set(others.map(({ givenName }) => givenName));
  const first = wanted === '' ? labelOf(hostname) : wanted;
  for (let n = 0; n < namesMax; n += 1) {
    const name = n === 0 ? first : `${first}-${n}`;
    if (!taken.has(name)) return name;
  }
  throw new TailscaleError(400, `the name ${first} is taken`);
}

function labelOf(hostname: string): string {
  const label = hostname.toLowerCase().replaceAll(/[^a-z0-9-]+/g, '-');
  return label.slice(0, 60).replaceAll(/^-+|-+$/g, '') || 'node';
}

function refusePolicy(error: unknown): never {
  if (!(error instanceof TailscaleError) || error.statusCode === 503) throw error;
  throw new TailscaleError(400, error.message);
}
