/**
 * Everything outside of a flow, in memory: state that a test reads and changes, the ports over it,
 * and processes that die. Nothing here is random, and time passes only during waits.
 */

import { createAgreedTime } from '../../reconciler/adapters/agreed-time.ts';
import { createJournal } from '../../reconciler/adapters/journal/journal.ts';
import { type Policy, policyExample } from '../../reconciler/core/agent/policy.ts';
import type { Offers } from '../../reconciler/core/fleet/observed.ts';
import type { AgentFiles } from '../../reconciler/ports/desired-state.ts';
import type { Ports } from '../../reconciler/ports/ports.ts';
import { catalogText, nowMs, offers, policyOf, roleVersion } from '../builders/world.ts';
import { createFakeArchive, createFakeBundler } from './archive.ts';
import { begin } from './begin.ts';
import { createFakeBilling, createStripe, type FakeStripe, payingOf } from './billing.ts';
import { createBucket, createFakeStates, type FakeBucket } from './bucket.ts';
import { createFakeCloud } from './cloud.ts';
import { createFakeForge, createForge, type FakeForge } from './forge.ts';
import { createGit, type FakeGit } from './git.ts';
import { createFakeConfigurator, createHosts, type FakeHosts } from './hosts.ts';
import { createFakeKeys, type KeyMaker } from './keys.ts';
import { createFakeLog, type LogLine } from './log.ts';
import { createFakeCustomerMail, createFakeMail, type SentMail } from './mail.ts';
import { createFakeFiles } from './parsed.ts';
import {
  createProcess,
  type Fault,
  type FaultRequest,
  guarded,
  type Ledger,
  type PortName,
  type Process,
} from './process.ts';
import { createFakeProcesses, type FakeProcesses } from './processes.ts';
import { createFakeRepository, tipsBy } from './repository.ts';
import { wasRunning } from './running.ts';
import { createProject, type FakeProject } from './servers.ts';
import { createFakeStacks, type FakeTerraform } from './stacks.ts';
import { createFakeTailnet, createTailnet, type FakeTailnet } from './tailnet.ts';
import { createFakeClock, createJournalClock, createTime, type FakeTime, soonMs } from './time.ts';
import { createUnkind, type Unkind } from './unkind.ts';

type FakeWorldOptions = {
  readonly nowMs?: number;
  /** YAML that is appended to the smallest policy */
  readonly policy?: string;
  /** all of catalog.yaml */
  readonly catalog?: string;
  readonly offers?: Offers;
  /**
   * whether `aura init` has been run: firewalls, their state and their record; true where absent
   */
  readonly firewalls?: boolean;
};

/** A process of its own over the world's state. */
export type FakeProcess = { readonly ports: Ports; alive(): boolean; kill(): void };

export type FakeWorld = {
  /** of the process that runs now */
  readonly ports: Ports;
  readonly policy: Policy;
  readonly time: FakeTime;
  readonly git: FakeGit;
  readonly project: FakeProject;
  /** empty, but for what a test puts there; `misdirect` selects it */
  readonly otherProject: FakeProject;
  readonly tailnet: FakeTailnet;
  readonly bucket: FakeBucket;
  readonly terraform: FakeTerraform;
  readonly hosts: FakeHosts;
  readonly forge: FakeForge;
  readonly stripe: FakeStripe;
  readonly mails: SentMail[];
  readonly mailedMs: number[];
  /** settings without which customers get no mail; empty, but for what a test adds */
  readonly lacks: string[];
  readonly logs: LogLine[];
  readonly keys: KeyMaker;
  readonly processes: FakeProcesses;
  /** how its answers differ from its state */
  readonly unkind: Unkind;
  /** effects that were begun, e.g. `cloud.powerOff`, in order; a test may empty it */
  readonly calls: string[];
  fault(request: FaultRequest): Fault;
  /** Faults stop. */
  calm(): void;
  /** Ends the running process, as if its machine had gone. */
  kill(): void;
  /** A fresh process over the same state: `ports` are new. */
  restart(): Ports;
  /** A fresh process whose Hetzner token is for the other project, until the next restart. */
  misdirect(): Ports;
  alive(): boolean;
  /**
   * Another process beside the running one. A service waits in the background: after its death it
   * continues and finds its ports dead.
   */
  spawn(kind?: 'run' | 'service'): FakeProcess;
  advance(ms: number): void;
};

export function createFakeWorld(options: FakeWorldOptions = {}): FakeWorld {
  const outside = createOutside(options);
  const ledger: Ledger = { faults: [], calls: [] };
  let process = createProcess();
  let ports = createPorts(outside, ledger, process);
  const renew = (reached: Outside) => {
    process.kill();
    process = createProcess();
    ports = createPorts(reached, ledger, process);
    return ports;
  };
  const { mails, logs, keys, files: _kept, ...visible } = outside;
  return {
    ...visible,
    mails,
    logs,
    keys,
    calls: ledger.calls,
    get ports() {
      return ports;
    },
    fault(request) {
      const fault = { request, seen: 0, fired: 0, struck: null };
      ledger.faults.push(fault);
      return fault;
    },
    calm() {
      ledger.faults = [];
    },
    kill: () => process.kill(),
    restart: () => renew(outside),
    misdirect: () => renew({ ...outside, project: outside.otherProject }),
    alive: () => process.alive(),
    spawn(kind = 'run') {
      const own = createProcess();
      const { unkind, otherProject } = outside;
      const astray = kind === 'run' && unkind.misdirected > 0;
      if (astray) unkind.misdirected -= 1;
      const reached = astray ? { ...outside, project: otherProject } : outside;
      const ports = createPorts(reached, ledger, own);
      const clock = createFakeClock(outside.time, createProcess());
      return { ...own, ports: kind === 'run' ? ports : { ...ports, clock } };
    },
    advance: (ms) => outside.time.advance(ms),
  };
}

type Outside = {
  /** kept between runs, as on a disk */
  readonly files: AgentFiles;
} & Omit<
  FakeWorld,
  | 'ports'
  | 'calls'
  | 'fault'
  | 'calm'
  | 'kill'
  | 'restart'
  | 'misdirect'
  | 'alive'
  | 'spawn'
  | 'advance'
>;

function createOutside(options: FakeWorldOptions): Outside {
  const policy = policyOf(options.policy);
  const time = createTime(options.nowMs ?? nowMs);
  const git = createGit(time);
  const stripe = createStripe();
  git.add('main', {
    subject: 'A new installation',
    author: 'Pat Operator',
    edits: {
      'catalog.yaml': options.catalog ?? catalogText,
      'policy.yaml': policyExample + (options.policy ?? ''),
    },
  });
  const project = createProject({
    time,
    offers: options.offers ?? offers,
    tips: () => ({
      main: git.lastReadable('main'),
      status: git.tip('status')?.id ?? null,
      paying: payingOf(stripe),
    }),
  });
  const otherProject = createProject({
    time,
    offers: options.offers ?? offers,
    tips: () => ({ main: null, status: null, paying: [] }),
    idsFrom: 700_000,
  });
  const bucket = createBucket();
  if (options.firewalls !== false) begin({ policy, git, project, bucket, time });
  const tailnet = createTailnet(time);
  return {
    policy,
    time,
    git,
    project,
    otherProject,
    tailnet,
    bucket,
    unkind: createUnkind({ time, git, project, tailnet, bucket }),
    terraform: { mishaps: [], lateMs: 120_000, openPlans: 0, drifts: new Map() },
    hosts: createHosts(roleVersion),
    forge: createForge(git, time),
    stripe,
    files: createFakeFiles(),
    processes: new Map(),
    mails: [],
    mailedMs: [],
    lacks: [],
    logs: [],
    keys: { count: 0, privateKeys: new Set() },
  };
}

function createPorts(outside: Outside, ledger: Ledger, process: Process): Ports {
  const { time, git, project, tailnet, bucket, terraform, hosts, forge, stripe } = outside;
  const guard = <Port extends object>(name: PortName, port: Port): Port =>
    guarded(ledger, process, name, port);
  const log = createFakeLog(outside.logs);
  const wasOnSince = (id: string, sinceMs: number) => wasRunning(project, id, sinceMs);
  const { unkind } = outside;
  const repository = createFakeRepository(git, unkind.served);
  const { fetch, push } = createFakeRepository(git, unkind.served);
  const journal = createJournal({
    state: guard('journal', { fetch, push }),
    clock: createJournalClock(time, process),
    log,
    soonMs,
  });
  const state = guard('state', repository);
  const clock = guard('clock', createFakeClock(time, process));
  const asked = guard('forge', createFakeForge(forge, git));
  const cloud = guard('cloud', unkind.cloud(createFakeCloud(project, time, process), project));
  return {
    billing: guard('billing', unkind.billing(createFakeBilling(stripe, time), process)),
    state: { ...state, ...guard('state', tipsBy(state)) },
    files: guard('files', outside.files),
    journal: guard('journal', journal),
    cloud: {
      ...cloud,
      ...createAgreedTime({ cloudNow: cloud.now, clock, forgeNow: asked.now, log }),
    },
    tailnet: guard('tailnet', unkind.tailnet(createFakeTailnet(tailnet, time, wasOnSince))),
    states: guard('states', unkind.states(createFakeStates(bucket))),
    archive: guard('archive', createFakeArchive(bucket, time)),
    bundler: guard('bundler', createFakeBundler(git)),
    stacks: guard('stacks', createFakeStacks({ terraform, bucket, project, time, process })),
    configurator: guard(
      'configurator',
      createFakeConfigurator({ hosts, project, tailnet, time, process }),
    ),
    keys: guard('keys', createFakeKeys(outside.keys)),
    forge: asked,
    mail: guard('mail', createFakeMail(outside, time)),
    customerMail: guard('customerMail', createFakeCustomerMail(outside, time, outside.lacks)),
    clock,
    processes: createFakeProcesses(outside.processes, time),
    log: guard('log', log),
  };
}
