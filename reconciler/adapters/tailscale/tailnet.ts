/**
 * The port `Tailnet` with Tailscale's API v2: https://tailscale.com/api
 *
 * The OAuth client's secret is exchanged for tokens that are valid for an hour and are kept in
 * memory. The fleet of a key is in its description, that of a device in its tag.
 */
import { Failure } from '../../core/failure.ts';
import type { ObservedAuthKey } from '../../core/fleet/fleet-resources.ts';
import {
  deviceTag,
  isAgentDevice,
  type ObservedDevice,
  runTag,
} from '../../core/fleet/observed.ts';
import type { Tailnet } from '../../ports/tailnet.ts';
import { Fields } from '../http/answer.ts';
import { type HttpAnswer, type HttpRequest, nullWhereAbsent } from '../http/client.ts';
import { type Ask, createTailscaleApi, type TailscaleOptions } from './api.ts';

type WantedKey = {
  readonly fleet: string;
  readonly seconds: number;
  readonly ephemeral: boolean;
  readonly tag: string;
  /** who joins with it, in its description */
  readonly holder: string;
};

const deletionLooksMax = 4;
const deletionWaitMs = 2000;

export function createTailnet(options: TailscaleOptions): Tailnet {
  const { ask } = createTailscaleApi(options);
  const tailnetPath = `/api/v2/tailnet/${encodeURIComponent(options.tailnet)}`;
  const keysPath = `${tailnetPath}/keys`;
  const device = async (nodeId: string) => {
    const answer = await nullWhereAbsent(ask({ method: 'GET', path: devicePath(nodeId) }));
    return answer === null ? null : observedDevice(new Fields(answer.body, 'a device'));
  };
  // Repeating it sets the same.
  const set = async (nodeId: string, part: 'key' | 'name' | 'tags', body: HttpRequest['body']) => {
    const path = `${devicePath(nodeId)}/${part}`;
    await ask({ method: 'POST', path, body, repeatable: true });
  };
  const createKey = async ({ fleet, seconds, ephemeral, tag, holder }: WantedKey) => {
    const create = { reusable: false, ephemeral, preauthorized: true, tags: [tag] };
    const description = `${descriptionPrefix(fleet)}${holder}`;
    const body = { capabilities: { devices: { create } }, expirySeconds: seconds, description };
    const answer = await ask({ method: 'POST', path: keysPath, body });
    const key = new Fields(answer.body, 'a new key');
    return { id: key.text('id'), secret: key.text('key'), created: key.time('created') };
  };
  return {
    device,
    async devices(fleet) {
      const items = (await allDevices(ask, tailnetPath))
        .filter((one) => isAgentDevice({ tags: tagsOf(one) }, fleet))
        .map(observedDevice);
      return { items: items.sort((a, b) => compare(a.nodeId, b.nodeId)), partial: [] };
    },
    nodeIds: async (fleet) => nodeIdsWithout(runTag(fleet), await allDevices(ask, tailnetPath)),
    createKey: ({ fleet, agent, seconds }) =>
      createKey({ fleet, seconds, ephemeral: false, tag: deviceTag(fleet), holder: agent }),
    createRunKey: ({ fleet, seconds }) =>
      createKey({ fleet, seconds, ephemeral: true, tag: runTag(fleet), holder: 'run' }),
    async keys(fleet) {
      // Keys of other clients too: a key that is not listed here is never revoked.
      const answer = await ask({ method: 'GET', path: `${keysPath}?all=true` });
      const found: ObservedAuthKey[] = [];
      for (const listed of new Fields(answer.body, "Tailscale's answer").objects('keys')) {
        const key = await wholeKey(ask, keysPath, listed);
        if (key?.description.startsWith(descriptionPrefix(fleet))) found.push(key);
      }
      return found.sort((a, b) => compare(a.id, b.id));
    },
    async revokeKey(id) {
      const path = `${keysPath}/${encodeURIComponent(id)}`;
      await nullWhereAbsent(ask({ method: 'DELETE', path }));
    },
    rename: (nodeId, name) => set(nodeId, 'name', { name }),
    setTags: (nodeId, tags) => set(nodeId, 'tags', { tags }),
    async allows({ from, to, port }) {
      const path = `${tailnetPath}/acl/validate`;
      const body = [{ src: from, accept: [`${to}:${port}`] }];
      return passes(await ask({ method: 'POST', path, body, repeatable: true }));
    },
    disableKeyExpiry: (nodeId) => set(nodeId, 'key', { keyExpiryDisabled: true }),
    async deleteDevice(nodeId) {
      await nullWhereAbsent(ask({ method: 'DELETE', path: devicePath(nodeId) }));
      for (let looks = 1; (await device(nodeId)) !== null; looks += 1) {
        if (looks >= deletionLooksMax)
          throw new Failure('UnexpectedAnswer', `device ${nodeId} still exists after its deletion`);
        await options.clock.wait(deletionWaitMs);
      }
    },
  };
}

/** A failed test comes with its data; a message alone says that the test itself is invalid. */
function passes({ body }: HttpAnswer): boolean {
  const answer = new Fields(body, "Tailscale's answer");
  if (!answer.has('message')) return true;
  if (answer.has('data') && answer.objects('data').length > 0) return false;
  const message = `Tailscale does not test its policy: ${answer.text('message')}`;
  throw new Failure('UnexpectedAnswer', message, { errorClass: 'stalled' });
}

function devicePath(nodeId: string): string {
  return `/api/v2/device/${encodeURIComponent(nodeId)}`;
}

/** A fleet's name has no space, so no fleet's prefix begins another's. At most 37 characters. */
function descriptionPrefix(fleet: string): string {
  return `${fleet} `;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

async function allDevices(ask: Ask, tailnetPath: string): Promise<readonly Fields[]> {
  const answer = await ask({ method: 'GET', path: `${tailnetPath}/devices` });
  return new Fields(answer.body, "Tailscale's answer").objects('devices');
}

function nodeIdsWithout(tag: string, devices: readonly Fields[]): readonly string[] {
  const kept = devices.filter((one) => !tagsOf(one).includes(tag));
  return kept.map((one) => one.text('nodeId')).sort(compare);
}

/** A device that a person owns has none. */
function tagsOf(device: Fields): readonly string[] {
  return device.has('tags') ? device.texts('tags') : [];
}

function observedDevice(device: Fields): ObservedDevice {
  return {
    nodeId: device.text('nodeId'),
    name: device.text('name'),
    hostname: device.text('hostname'),
    addresses: device.texts('addresses'),
    tags: tagsOf(device),
    created: device.time('created'),
    online: device.flag('connectedToControl'),
    lastSeen: device.has('lastSeen') ? device.time('lastSeen') : null,
    keyExpires: !device.flag('keyExpiryDisabled'),
  };
}

/** The listing may contain only the id of a key. Null if the key is no longer valid. */
async function wholeKey(
  ask: Ask,
  keysPath: string,
  listed: Fields,
): Promise<ObservedAuthKey | null> {
  const id = listed.text('id');
  let key = listed;
  if (!listed.has('expires')) {
    const path = `${keysPath}/${encodeURIComponent(id)}`;
    const answer = await nullWhereAbsent(ask({ method: 'GET', path }));
    if (answer === null) return null;
    key = new Fields(answer.body, 'a key');
  }
  const isOver = key.has('revoked') || (key.has('invalid') && key.flag('invalid'));
  if (isOver || !key.has('description') || !key.has('expires')) return null;
  const [created, expires] = [key.time('created'), key.time('expires')];
  return { id, description: key.text('description'), created, expires };
}
