/** A device as the API shows it, in its default fields or in all of them. */
import type { ShownDevice } from './control-plane.ts';

export function deviceBody(device: ShownDevice, fields: 'default' | 'all' = 'default'): object {
  return {
    id: device.id,
    nodeId: device.nodeId,
    name: device.name,
    hostname: device.hostname,
    addresses: [device.address, device.ipv6],
    tags: device.tags,
    user: '',
    os: 'linux',
    clientVersion: '1.102.5',
    updateAvailable: false,
    isEphemeral: device.ephemeral,
    isExternal: false,
    authorized: device.authorized,
    created: timeOf(device.created),
    expires: device.keyExpiryDisabled ? '0001-01-01T00:00:00Z' : timeOf(device.expires),
    keyExpiryDisabled: device.keyExpiryDisabled,
    connectedToControl: device.online,
    ...(device.online ? {} : { lastSeen: timeOf(device.lastSeen) }),
    blocksIncomingConnections: false,
    machineKey: '',
    nodeKey: `nodekey:${device.nodeId}`,
    tailnetLockError: '',
    tailnetLockKey: '',
    ...(fields === 'all' ? restOf(device) : {}),
  };
}

function restOf(device: ShownDevice): object {
  return {
    enabledRoutes: device.enabledRoutes,
    advertisedRoutes: device.advertisedRoutes,
    clientConnectivity: {
      endpoints: [],
      mappingVariesByDestIP: false,
      latency: {},
      clientSupports: {
        hairPinning: null,
        ipv6: true,
        pcp: false,
        pmp: false,
        udp: true,
        upnp: false,
      },
    },
    sshEnabled: false,
    postureIdentity: { serialNumbers: [], disabled: true },
    distro: { name: 'debian', version: '12', codeName: 'bookworm' },
  };
}

/** To the second, as the API has it. */
export function timeOf(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z');
}
