/**
 * The last rows of the decision table: nothing is done, and a person should know. What is here has no
 * repair of its own that could do no harm.
 */
import type { Withdrawal } from '../fleet/marks.ts';
import { idle, type Row, type Situation } from '../fleet/situation.ts';

/** What closes ours can be opened by another firewall, which is its owner's to take off. */
const foreignFirewallRow: Row = (situation) => {
  const { server, world } = situation;
  const { firewalls } = world.observed;
  if (server === null || firewalls.length === 0) return null;
  const others = server.firewalls.filter((id) => !firewalls.some((one) => one.id === id));
  if (others.length === 0) return null;
  return idle(
    situation,
    'ForeignFirewall',
    `server ${server.id} is behind firewall ${others.join(', ')} too, which is none of ours and may open what ours close`,
  );
};

/** A record or a state speaks of a server that is not there; a new one is made when it should run. */
const serverGoneRow: Row = (situation) => {
  const { view, server, wanted, complete } = situation;
  if (server !== null || wanted || !complete || view.agent.spec.retired !== undefined) return null;
  const recorded = view.record?.server?.id;
  if (recorded === undefined && !view.state) return null;
  const what = recorded === undefined ? 'its server is gone' : `server ${recorded} is gone`;
  const state = view.state ? ', its state is still there' : '';
  return idle(
    situation,
    'ServerGone',
    `${what}${state}; it is to be off, and gets a new one once it should run`,
  );
};

/** It runs on; but what is taken off sale cannot be had again when it is lost or moved. */
const withdrawnRow: Row = (situation) => {
  const { server, world } = situation;
  if (server === null || world.marks === null) return null;
  const words = world.marks.withdrawals.flatMap((one) => wordOn(one, situation) ?? []);
  if (words.length === 0) return null;
  return idle(situation, 'Deprecated', words.join('; '));
};

function wordOn(one: Withdrawal, { server, view }: Situation): string | null {
  const day = one.at.slice(0, 10);
  if (one.kind === 'image') {
    const image = server?.image ?? view.record?.chosen?.image;
    return image === one.name ? `image ${one.name} is deprecated as of ${day}` : null;
  }
  const here = one.location === null || one.location === server?.location;
  if (server?.serverType !== one.name || !here) return null;
  const where = one.location === null ? '' : ` in ${one.location}`;
  return `server type ${one.name} cannot be bought${where} after ${day}`;
}

export const attentionRows: readonly Row[] = [foreignFirewallRow, serverGoneRow, withdrawnRow];
