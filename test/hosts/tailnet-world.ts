/** A tailnet of real nodes for one test file, and the product's client in front of it. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startControl } from '../../local-cloud/tailnet/control.ts';
import { createTailnet } from '../../reconciler/adapters/tailscale/tailnet.ts';
import { parseAgentId } from '../../reconciler/core/agent/agent.ts';
import type { Tailnet } from '../../reconciler/ports/tailnet.ts';
import { type Exchange, startRecording } from '../support/recording.ts';
import { openNetwork } from './tailnet-network.ts';
import { createNode, type TailnetNode } from './tailnet-node.ts';

export type TailnetWorld = {
  readonly tailnet: Tailnet;
  readonly api: ReturnType<typeof apiOf>;
  readonly folder: string;
  /** of the control server, and the certificate that it shows */
  readonly controlUrl: string;
  readonly certificate: string;
  /** the API behind that client, and its credentials */
  readonly apiUrl: string;
  readonly oauth: Oauth;
  /** the traffic of the product's client */
  exchanges(): readonly Exchange[];
  /** a machine of its own; its tailscaled runs */
  node(): Promise<TailnetNode>;
  close(): Promise<void>;
};

export const agents = ['agt-7m2k9q4xw3td', 'agt-1a2b3c4d5e6f', 'agt-0g1h2j3k4m5n'].map(
  (id) => parseAgentId(id) ?? assert.fail(id),
);
export const fleet = 'aura';

export async function startTailnetWorld(programs: {
  readonly headscale: string;
  readonly tailscaled: string;
}): Promise<TailnetWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'aura-tn-'));
  const network = openNetwork();
  const nodes: TailnetNode[] = [];
  let isClosed = false;
  const { namespace, address } = network.hub;
  const control = await startControl({
    folder: join(folder, 'control'),
    binaries: programs,
    listen: { namespace, address, port: 8080 },
    addressRange: '100.64.0.0/10',
    scopes: ['all'],
  }).catch((error: unknown) => {
    network.close();
    rmSync(folder, { recursive: true });
    throw error;
  });
  const { url, controlUrl, certificate, oauth } = control;
  const recording = await startRecording(url);
  return {
    tailnet: clientOf(recording.url, oauth),
    api: apiOf(url, oauth),
    folder,
    controlUrl,
    certificate,
    apiUrl: url,
    oauth,
    exchanges: recording.take,
    async node() {
      const options = {
        ...programs,
        controlUrl,
        certificate,
        folder: join(folder, `n${nodes.length}`),
      };
      const node = createNode({ ...options, namespace: network.machine().namespace });
      nodes.push(node);
      await node.start();
      return node;
    },
    async close() {
      if (isClosed) return;
      isClosed = true;
      for (const node of nodes) await node.close();
      await recording.close();
      await control.close();
      network.close();
      rmSync(folder, { recursive: true });
    },
  };
}

type Oauth = { readonly clientId: string; readonly clientSecret: string };

const waitFor = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

export function clientOf(baseUrl: string, oauth: Oauth, wait = waitFor): Tailnet {
  const clock = { now: Date.now, wait };
  return createTailnet({ baseUrl, ...oauth, tailnet: '-', clock, random: () => 0 });
}

/** For what the product's client does not ask. */
export function apiOf(baseUrl: string, { clientId, clientSecret }: Oauth) {
  return async (method: string, path: string, body?: string | object) => {
    const form = { grant_type: 'client_credentials', client_id: clientId };
    const token = await fetch(`${baseUrl}/api/v2/oauth/token`, {
      method: 'POST',
      body: new URLSearchParams({ ...form, client_secret: clientSecret }),
    });
    const { access_token: bearer } = (await token.json()) as { access_token: string };
    const answer = await fetch(`${baseUrl}/api/v2${path}`, {
      method,
      headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
      ...(body === undefined
        ? {}
        : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return { status: answer.status, text: await answer.text() };
  };
}
