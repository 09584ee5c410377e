/**
 * What Terraform finds of a server when it refreshes its state, and whether that is what the listing
 * says. What both see has to be the same; of what the listing does not show, the state is the only
 * memory, and what differs from that was changed by another party.
 */
import { impossible } from '../failure.ts';
import { type ObservedServer, serverIsOn } from '../fleet/observed.ts';
import { compareText } from '../fleet/world.ts';

/** What a refresh found, in the words of the listing as far as both see the same. */
export type RefreshedServer = Pick<
  ObservedServer,
  | 'id'
  | 'name'
  | 'status'
  | 'labels'
  | 'ipv4'
  | 'location'
  | 'serverType'
  | 'image'
  | 'protection'
  | 'firewalls'
>;
/** Something that the listing does not show is not as the state remembers it. */
export type UnlistedDrift = {
  readonly attribute: string;
  readonly remembered: string;
  readonly found: string;
};
export type Refreshed =
  | {
      readonly kind: 'found';
      readonly server: RefreshedServer;
      readonly drifts: readonly UnlistedDrift[];
    }
  /** the server that the state remembers is not there */
  | { readonly kind: 'gone'; readonly id: string }
  /** the state remembers no server */
  | { readonly kind: 'unknown' };

/** Every point in which Terraform's reading is not the listing's; sorted, empty where they agree. */
export function differencesOf(listed: ObservedServer, refreshed: Refreshed): readonly string[] {
  switch (refreshed.kind) {
    case 'unknown':
      return ['the state remembers no server'];
    case 'gone':
      return [`the state remembers server ${refreshed.id}, which Terraform does not find`];
    case 'found': {
      const { drifts } = refreshed;
      // An image that was removed since is in no listing, and Terraform goes on remembering its name.
      const server =
        listed.image === null ? { ...refreshed.server, image: null } : refreshed.server;
      const lists = pointsOf(listed);
      const differing = Object.entries(pointsOf(server)).flatMap(([name, found]) =>
        lists[name as keyof typeof lists] === found
          ? []
          : [`${name} is ${found}, the listing says ${lists[name as keyof typeof lists]}`],
      );
      const unlisted = drifts.map(
        ({ attribute, remembered, found }) =>
          `${attribute} is ${found}, the state remembers ${remembered}`,
      );
      return [...differing, ...unlisted].sort(compareText);
    }
    default:
      return impossible(refreshed);
  }
}

/** What both see, as texts. A server on its way from one power to another is on in both. */
function pointsOf(server: RefreshedServer) {
  const { labels, protection, firewalls } = server;
  return {
    id: server.id,
    name: server.name,
    power: serverIsOn(server) ? 'on' : 'off',
    labels: Object.entries(labels)
      .map(([name, value]) => `${name}=${value}`)
      .sort(compareText)
      .join(' '),
    ipv4: server.ipv4 ?? 'none',
    location: server.location,
    'server type': server.serverType,
    image: server.image ?? 'none',
    'delete protection': String(protection.delete),
    'rebuild protection': String(protection.rebuild),
    firewalls: [...firewalls].sort(compareText).join(' '),
  };
}
