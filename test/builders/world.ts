/** A small world for decisions: one agent in one place, changed by each test. */
import {
  type Agent,
  type AgentFile,
  type AgentId,
  agentIdOf,
  agentPath,
} from '../../reconciler/core/agent/agent.ts';
import { type Catalog, catalogExample, parseCatalog } from '../../reconciler/core/agent/catalog.ts';
import { type Policy, parsePolicy, policyExample } from '../../reconciler/core/agent/policy.ts';
import { withEnding } from '../../reconciler/core/fleet/ending.ts';
import { configHashOf, hostSettingsOf } from '../../reconciler/core/fleet/host-settings.ts';
import {
  agentStateKey,
  deviceTag,
  labelNames,
  type ObservedDevice,
  type ObservedServer,
  type Offers,
} from '../../reconciler/core/fleet/observed.ts';
import { type AgentRecord, type Attempt, newRecord } from '../../reconciler/core/fleet/recorded.ts';
import {
  type RunRef,
  type RunState,
  type RunStates,
  runText,
} from '../../reconciler/core/fleet/run.ts';
import type { World } from '../../reconciler/core/fleet/world.ts';
import type { ConfigureRequest } from '../../reconciler/ports/configurator.ts';

export const fleet = 'aura';
export const nowMs = Date.parse('2026-11-22T12:00:00Z');
export const roleVersion = '1';

export function at(minutes: number): string {
  return new Date(nowMs + minutes * 60_000).toISOString();
}

/** Properties ask for thousands of worlds, nearly all of them with the same two files. */
const policies = new Map<string, Policy>();
const catalogs = new Map<string, Catalog>();
const textsMax = 100;

export function policyOf(extra = ''): Policy {
  return parsedOnce(policies, policyExample + extra, parsePolicy);
}

export function catalogOf(text = catalogText): Catalog {
  return parsedOnce(catalogs, text, parseCatalog);
}

type Parsed<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly problems: readonly unknown[] };

function parsedOnce<Value>(
  known: Map<string, Value>,
  text: string,
  parse: (text: string) => Parsed<Value>,
): Value {
  const before = known.get(text);
  if (before !== undefined) return before;
  const parsed = parse(text);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  if (known.size >= textsMax) known.clear();
  known.set(text, parsed.value);
  return parsed.value;
}

export const catalogText = catalogExample
  .replace(
    'regions:\n',
    '  pro:\n    stripe: {products: [prod_Pro]}\n    serverTypes: {eu-central: cpx22, us-east: cpx21}\n    monthlyCeiling: 30\nregions:\n  us-east: {locations: [ash]}\n',
  )
  .replace('{eu-central: cpx22}', '{eu-central: cpx12, us-east: cpx11}');

export const offers: Offers = {
  currency: 'EUR',
  backupPercent: 20,
  ipv4MonthlyNet: { fsn1: 0.5, nbg1: 0.5, hel1: 0.5, ash: 0.5 },
  list: [
    ...['fsn1', 'nbg1', 'hel1'].map((location) => offer('cpx12', location, 5, 40)),
    ...['fsn1', 'nbg1', 'hel1'].map((location) => offer('cpx22', location, 10, 80)),
    offer('cpx11', 'ash', 5, 40),
    offer('cpx21', 'ash', 9, 80),
  ],
};

function offer(serverType: string, location: string, monthlyNet: number, diskGb: number) {
  return {
    serverType,
    location,
    monthlyNet,
    diskGb,
    memoryGb: diskGb / 20,
    architecture: 'x86',
    available: true,
  };
}

export function subscriptionNo(n: number): string {
  return `sub_Test${n}`;
}

export function idNo(n: number): AgentId {
  return agentIdOf(subscriptionNo(n));
}

export function agentNo(n: number, spec: Partial<Agent['spec']> = {}): Agent {
  return {
    apiVersion: 'aura.dev/v1',
    kind: 'Agent',
    metadata: { name: idNo(n), createdAt: at(-600) },
    spec: {
      subscription: subscriptionNo(n),
      customer: `cus_Test${n}`,
      plan: 'starter',
      access: { state: 'granted', since: at(-600) },
      region: 'eu-central',
      power: 'running',
      revision: 1,
      ...spec,
    },
  };
}

export function fileNo(
  n: number,
  spec: Partial<Agent['spec']> = {},
): AgentFile & { kind: 'valid' } {
  return {
    kind: 'valid',
    id: idNo(n),
    path: agentPath(idNo(n)),
    oid: String(n).padStart(40, '0'),
    agent: agentNo(n, spec),
  };
}

export const nonce = 'abcdefghij012345';

export function serverNo(n: number, part: Partial<ObservedServer> = {}): ObservedServer {
  return {
    id: String(1000 + n),
    name: idNo(n),
    status: 'running',
    created: at(-500),
    labels: labelsNo(n),
    ipv4: `198.51.100.${n}`,
    ipv4Id: String(5000 + n),
    ipv6Id: null,
    location: 'fsn1',
    serverType: 'cpx12',
    image: 'debian-12',
    diskGb: 40,
    memoryGb: 2,
    protection: { delete: true, rebuild: true },
    locked: false,
    backups: false,
    firewalls: [],
    ...part,
  };
}

function usualSettings() {
  return hostSettingsOf({}, serverNo(1), policyOf());
}

/** What a run asks of a host, by the default policy. */
export function configurationOf(part: Partial<ConfigureRequest> = {}): ConfigureRequest {
  const { heartbeats: _, ...settings } = usualSettings();
  return { ...settings, heartbeat: null, configHash: 'c0ffee', untilAnswer: true, ...part };
}

export function labelsNo(n: number): Record<string, string> {
  return {
    [labelNames.fleet]: fleet,
    [labelNames.agent]: idNo(n),
    [labelNames.subscription]: subscriptionNo(n),
    [labelNames.customer]: `cus_Test${n}`,
    [labelNames.created]: String(Date.parse(at(-500)) / 1000),
    [labelNames.revision]: '1',
    [labelNames.nonce]: nonce,
    [labelNames.spec]: '0'.repeat(32),
  };
}

export function deviceNo(n: number, part: Partial<ObservedDevice> = {}): ObservedDevice {
  return {
    nodeId: `node${n}`,
    name: `${idNo(n)}.example.ts.net`,
    hostname: idNo(n),
    addresses: [`100.64.0.${n}`],
    tags: [deviceTag(fleet)],
    created: at(-490),
    online: true,
    lastSeen: null,
    keyExpires: false,
    ...part,
  };
}

/** The record of an agent that runs as its file asks. */
export function recordNo(n: number, part: Partial<AgentRecord> = {}): AgentRecord {
  return {
    ...newRecord(idNo(n), subscriptionNo(n), `cus_Test${n}`),
    phase: 'running',
    server: {
      id: String(1000 + n),
      nonce,
      created: at(-500),
      ipv4: `198.51.100.${n}`,
      power: 'on',
    },
    chosen: {
      revision: 1,
      plan: 'starter',
      region: 'eu-central',
      location: 'fsn1',
      serverType: 'cpx12',
      image: 'debian-12',
    },
    hostKey: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAITestHostKey',
    configured: { configHash: configHashOf(usualSettings()), roleVersion, at: at(-480) },
    tailnet: { nodeId: `node${n}`, address: `100.64.0.${n}` },
    everRunning: true,
    ...part,
  };
}

/** The record of an agent whose create reached `step` and failed there. */
export function unfinishedNo(n: number, part: Partial<AgentRecord> = {}): AgentRecord {
  const { configured: _configured, tailnet: _tailnet, ...rest } = recordNo(n);
  return { ...rest, phase: 'creating', everRunning: false, ...part };
}

export function attempt(part: Partial<Attempt> = {}): Attempt {
  return {
    change: 'create',
    revision: 1,
    run: 'run-1',
    runAttempt: 1,
    started: at(-60),
    ended: at(-50),
    outcome: 'failed',
    step: 'configure',
    reason: 'ConfigureFailed',
    errorClass: 'transient',
    scope: 'agent',
    ...part,
  };
}

/** The same, where a run saw long ago on `main` what each file asks to be ended. */
export function seenLongAgo(world: World, minutes = -300): World {
  const files = new Map(world.files.map((file) => [file.id as string, file]));
  const records = world.records.map((record) => {
    const file = files.get(record.name);
    return file?.kind === 'valid'
      ? withEnding(record, file.agent.spec, nowMs + minutes * 60_000)
      : record;
  });
  return { ...world, records };
}

export function without<Value extends object, Key extends keyof Value>(
  value: Value,
  key: Key,
): Omit<Value, Key> {
  const { [key]: _dropped, ...rest } = value;
  return rest;
}

/** The input of `readingOf` for a listing without any failure. */
export const wholeReading = {
  unlisted: new Set<string>(),
  named: null,
  partial: [],
  statusExists: true,
  clockDoubt: null,
};

export function worldOf(
  part: Partial<World> = {},
  observed: Partial<World['observed']> = {},
): World {
  return {
    nowMs,
    main: 'a'.repeat(40),
    status: 'b'.repeat(40),
    catalog: catalogOf(),
    policy: policyOf(),
    files: [],
    records: [],
    observed: {
      servers: [],
      devices: [],
      states: [],
      primaryIps: [],
      firewalls: [],
      reading: { kind: 'complete' },
      ...observed,
    },
    offers,
    builders: [],
    unprovenAlone: new Set(),
    resources: null,
    locks: [],
    roleVersion,
    fleet: 'none',
    runs: new Map(),
    run: null,
    stop: null,
    orphanFiles: [],
    approvals: [],
    unreadable: [],
    ...part,
  };
}

/** A run that was started once. */
export function firstAttempt(id: string): RunRef {
  return { id, attempt: 1 };
}

/** The Forge's states of first attempts, by their runs' ids. */
export function runsSaid(said: Readonly<Record<string, RunState>>): RunStates {
  return new Map(Object.entries(said).map(([id, state]) => [runText(firstAttempt(id)), state]));
}

/** A world in which agents 1…n run as their files ask. */
export function convergedWorld(n: number, part: Partial<World> = {}): World {
  const numbers = Array.from({ length: n }, (_, place) => place + 1);
  return worldOf(
    {
      files: numbers.map((one) => fileNo(one)),
      records: numbers.map((one) => recordNo(one)),
      ...part,
    },
    {
      servers: numbers.map((one) => serverNo(one)),
      devices: numbers.map((one) => deviceNo(one)),
      states: numbers.map((one) => stateNo(one)),
    },
  );
}

export function stateNo(n: number) {
  return { key: agentStateKey(fleet, idNo(n)), modified: at(-400), locked: false };
}
