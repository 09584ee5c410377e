/**
 * Rows that change nothing and report a condition for a person, because no repair of it is safe.
 */
import type { Withdrawal } from '../fleet/fleet-resources.ts';
import {
  type Decision,
  idle,
  type OnServer,
  type Retired,
  type Situation,
} from '../fleet/situation.ts';
import { graceEnd } from './existence.ts';

export function graceRunning(situation: Retired): Decision {
  const { by } = situation.retired;
  const message = `retired by ${by}; nothing is destroyed before the grace is over`;
  return idle(situation, 'GraceRunning', message, graceEnd(situation));
}

export function endedNotRetired(situation: Situation): Decision {
  const message = 'access has ended and the file carries no tombstone';
  return idle(situation, 'EndedNotRetired', message);
}

export function hostKeyUnknown(situation: Situation): Decision {
  const message =
    'the host key of its server is not recorded, so nothing can be configured on it; a higher revision makes a new one';
  return idle(situation, 'HostKeyUnknown', message);
}

export function revisionBehind(situation: OnServer): Decision | null {
  const { view } = situation;
  const { revision } = view.agent.spec;
  const chosen = view.record?.chosen;
  if (chosen === undefined || revision >= chosen.revision) return null;
  const message = `revision ${revision} is requested, ${chosen.revision} runs; a lower revision destroys nothing`;
  return idle(situation, 'RevisionBehind', message);
}

/** A firewall that Aura does not manage may allow traffic; only its owner may detach it. */
export function foreignFirewall(situation: OnServer): Decision | null {
  const { server, world } = situation;
  const { firewalls } = world.observed;
  const others = server.firewalls.filter((id) => !firewalls.some((one) => one.id === id));
  if (firewalls.length === 0 || others.length === 0) return null;
  const message = `server ${server.id} is behind firewall ${others.join(', ')} too, which Aura does not manage and which may open ports that our firewalls close`;
  return idle(situation, 'ForeignFirewall', message);
}

/** A record or state exists without its server; a new one is created when the agent should run. */
export function serverGone(situation: Situation): Decision | null {
  const { view } = situation;
  const recorded = view.record?.server?.id;
  if (recorded === undefined && !view.state) return null;
  const what = recorded === undefined ? 'its server is gone' : `server ${recorded} is gone`;
  const state = view.state ? ', its state is still there' : '';
  const message = `${what}${state}; desired power is off; a server is created when it is turned on`;
  return idle(situation, 'ServerGone', message);
}

/**
 * The server keeps running, but a deprecated type or image cannot be bought again to replace it.
 */
export function deprecated(situation: OnServer): Decision | null {
  const withdrawals = situation.world.resources?.withdrawals ?? [];
  const words = withdrawals.flatMap((one) => wordOn(one, situation) ?? []);
  return words.length === 0 ? null : idle(situation, 'Deprecated', words.join('; '));
}

function wordOn(one: Withdrawal, { server, view }: OnServer): string | null {
  const day = one.at.slice(0, 10);
  if (one.kind === 'image') {
    const image = server.image ?? view.record?.chosen?.image;
    return image === one.name ? `image ${one.name} is deprecated as of ${day}` : null;
  }
  const here = one.location === null || one.location === server.location;
  if (server.serverType !== one.name || !here) return null;
  const where = one.location === null ? '' : ` in ${one.location}`;
  return `server type ${one.name} cannot be bought${where} after ${day}`;
}
