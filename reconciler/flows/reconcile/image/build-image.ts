/**
 * Builds a prepared image: buys a builder, plays the roles that need no agent, removes what has to
 * differ between hosts, makes a snapshot, ends the builder, and proposes the image for the catalog.
 * An image with the same content that exists is used instead.
 */
import type { Policy } from '../../../core/agent/policy.ts';
import { asFailure, Failure, isFailure } from '../../../core/failure.ts';
import type { Builder } from '../../../core/fleet/builder.ts';
import { labelNames, type ObservedServer } from '../../../core/fleet/observed.ts';
import { type RunRef, writtenRun } from '../../../core/fleet/run.ts';
import { builderRefusal } from '../../../core/plan/builder-limit.ts';
import { type BuilderChoice, chooseBuilder } from '../../../core/stack/builder-choice.ts';
import { contentHash, type ImageContent, imageLabels } from '../../../core/stack/prepared-image.ts';
import { breakGlassName, builderStackSpec, userDataOf } from '../../../core/stack/stack-spec.ts';
import { cut } from '../../../core/text/cut.ts';
import { durationMs } from '../../../core/text/duration.ts';
import type { BuilderName, Host } from '../../../ports/configurator.ts';
import type { Ports } from '../../../ports/ports.ts';
import { lookFirst } from '../../shared/look-first.ts';
import { mainUnlessStopped } from '../../shared/read-remote.ts';
import { refuseWrongProject } from '../apply/project.ts';
import { requireFirewalls } from '../apply/ssh-access.ts';
import { observe } from '../observe/observe.ts';
import { endBuilder, makeBuilder } from './builder.ts';
import { writeBuilder } from './builder-lease.ts';
import { baseOf, existing, type Made, requireBase } from './find-image.ts';
import { proposeImage } from './propose-image.ts';

export const imagePortNames = [
  'state',
  'files',
  'journal',
  'cloud',
  'tailnet',
  'states',
  'stacks',
  'configurator',
  'forge',
  'keys',
  'clock',
  'log',
] as const;
type ImagePorts = Pick<Ports, (typeof imagePortNames)[number]>;

type ImageStep = 'create' | 'boot' | 'install' | 'snapshot' | 'end' | 'propose';

type Options = {
  readonly run: RunRef;
  /** the image to begin with; null for the catalog's, or for that of the catalog's snapshot */
  readonly base: string | null;
  onStep(step: ImageStep, about: string): void;
};

export type ImageBuilt =
  | {
      readonly kind: 'built' | 'reused';
      /** id of the snapshot */
      readonly image: string;
      readonly content: string;
      readonly contents: string;
      /** the pull request; null where the catalog names the image already */
      readonly proposal: string | null;
    }
  /** a limit, a stop or a partial reading forbids to buy the builder */
  | { readonly kind: 'refused'; readonly message: string };

/** What one build works with, after its reading. */
type Build = {
  readonly ports: ImagePorts;
  readonly policy: Policy;
  readonly content: ImageContent;
  readonly choice: BuilderChoice;
  readonly builder: Builder;
  readonly onStep: Options['onStep'];
};

export async function buildImage(given: ImagePorts, options: Options): Promise<ImageBuilt> {
  const { ports } = lookFirst(given, () => mainUnlessStopped(given));
  const world = await observe(ports, 'fleet', options.run);
  const { catalog, policy, offers } = world;
  const chosen = chooseBuilder(catalog, offers);
  if (chosen.kind === 'none') throw new Failure('InvalidInput', chosen.message);
  const { choice } = chosen;
  const content: ImageContent = {
    base: options.base ?? (await baseOf(ports, catalog)),
    architecture: choice.architecture,
    roleVersion: ports.configurator.roleVersion,
    sources: ports.configurator.sources,
  };
  const there = await existing(ports, policy, content);
  if (there !== null) return proposed(ports, { kind: 'reused', ...there }, { content, options });
  await requireBase(ports, content);
  const message = builderRefusal(world, choice);
  if (message !== null) return { kind: 'refused', message };
  await refuseWrongProject(ports, policy);
  await ports.configurator.ready();
  const builder = newBuilder(ports, { policy, run: options.run, content, choice }, world.nowMs);
  const build = { ports, policy, content, choice, builder, onStep: options.onStep };
  const made = await onBuilder(build, given);
  return proposed(ports, { kind: 'built', ...made }, { content, options });
}

async function proposed(
  ports: ImagePorts,
  made: Made & { readonly kind: 'built' | 'reused' },
  { content, options }: { readonly content: ImageContent; readonly options: Options },
): Promise<ImageBuilt> {
  options.onStep('propose', `image ${made.image}`);
  const { image: id, contents } = made;
  const proposal = await proposeImage(ports, { id, base: content.base, contents });
  return { ...made, content: contentHash(content), proposal };
}

function newBuilder(
  { keys }: ImagePorts,
  about: {
    readonly policy: Policy;
    readonly run: RunRef;
    readonly content: ImageContent;
    readonly choice: BuilderChoice;
  },
  nowMs: number,
): Builder {
  const nonce = keys.newNonce();
  const { serverType, location, monthlyCost } = about.choice;
  const at = (ms: number) => new Date(ms).toISOString();
  return {
    name: nameOf(nonce),
    nonce,
    ...writtenRun(about.run),
    since: at(nowMs),
    until: at(nowMs + about.policy.apply.leaseMinutes * 60_000),
    content: contentHash(about.content),
    serverType,
    location,
    monthlyCost,
  };
}

function nameOf(nonce: string): BuilderName {
  return `builder-${nonce}`;
}

/**
 * Leases, makes, uses and ends the builder. It is ended whatever came of its use; where that fails
 * too, or a stop was set meanwhile, its lease expires, so that the next run ends it.
 */
async function onBuilder(build: Build, given: ImagePorts): Promise<Made> {
  const { ports, policy, builder } = build;
  await writeBuilder(ports, builder);
  let outcome: { readonly made: Made } | { readonly failure: Failure };
  try {
    outcome = { made: await imageOn(build) };
  } catch (thrown) {
    outcome = { failure: asFailure(thrown) };
  }
  build.onStep('end', builder.name);
  try {
    const isGone = await endBuilder({ ports, policy }, builder);
    if (!isGone) await expire(build, given, lateMs);
  } catch (thrown) {
    const failure = asFailure(thrown);
    given.log.error({ builder: builder.name, error: failure }, 'the builder could not be ended');
    await expire(build, given, 0);
    if ('made' in outcome) return outcome.made;
  }
  if ('failure' in outcome) throw outcome.failure;
  return outcome.made;
}

/** A server may appear so long after its create was answered by an error. */
const lateMs = 15 * 60_000;

async function expire({ builder }: Build, given: ImagePorts, afterMs: number): Promise<void> {
  const until = new Date((await given.cloud.now()) + afterMs).toISOString();
  await writeBuilder(given, { ...builder, until });
}

async function imageOn(build: Build): Promise<Made> {
  const { ports, policy, builder, content, onStep } = build;
  const { cloud, configurator, keys } = ports;
  const name = nameOf(builder.nonce);
  const hostKey = keys.newHostKey(name);
  onStep('create', `${builder.name}, a ${builder.serverType} in ${builder.location}`);
  const { base, bootstrap } = await requireFirewalls({ run: build });
  const sshKeys = await cloud.sshKeys(policy.fleet);
  const spec = builderStackSpec({
    policy,
    builder,
    image: content.base,
    firewall: base.id,
    userData: userDataOf({
      agent: name,
      caPublicKeys: [keys.caPublicKey],
      hostPrivateKey: hostKey.privateKey,
      hostPublicKey: hostKey.publicKey,
    }),
    sshKeys: sshKeys.filter((one) => one.name === breakGlassName(policy)).map(({ id }) => id),
  });
  const server = await makeBuilder(build, builder, {
    spec,
    firewalls: [base.id, bootstrap.id],
  });
  const host: Host = {
    agent: name,
    network: 'public',
    ipv4: addressOf(server),
    hostKeys: [hostKey.publicKey],
  };
  onStep('boot', builder.name);
  await configurator.waitForBoot(host, durationMs(policy.apply.bootTimeout));
  onStep('install', builder.name);
  const contents = await configurator.prepare(host);
  onStep('snapshot', builder.name);
  await cloud.powerOff(server.id);
  const labels = imageLabels({ fleet: policy.fleet, nonce: builder.nonce }, content);
  const image = await snapshotOf(build, server, { labels, description: cut(contents, 250) });
  return { image, contents };
}

function addressOf({ id, ipv4 }: ObservedServer): string {
  if (ipv4 !== null) return ipv4;
  throw new Failure('UnexpectedAnswer', `server ${id} has no IPv4 address`);
}

/** A lost answer is resolved by looking for the snapshot of this builder. */
async function snapshotOf(
  { ports, policy, builder, content }: Build,
  server: ObservedServer,
  what: Parameters<Ports['cloud']['createSnapshot']>[1],
): Promise<string> {
  try {
    return await ports.cloud.createSnapshot(server.id, what);
  } catch (thrown) {
    if (!(thrown instanceof Failure) || isFailure(thrown, 'Stopped')) throw thrown;
    const all = await ports.cloud.snapshots(policy.fleet);
    if (!all.some(({ labels }) => labels[labelNames.nonce] === builder.nonce)) throw thrown;
    const made = await existing(ports, policy, content);
    if (made === null) throw thrown;
    return made.image;
  }
}
