/**
 * Compares what Terraform finds of a server in a refresh with the listing. Attributes in both must
 * be equal. Attributes that the listing does not show are compared with the state.
 */
import { impossible } from '../failure.ts';
import { type ObservedServer, serverIsOn } from '../fleet/observed.ts';
import { compareText } from '../fleet/world.ts';

/** What a refresh found, in the attributes that the listing has too. */
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
/** An attribute that is not in the listing and differs from the state. */
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
  /** the server in the state does not exist */
  | { readonly kind: 'gone'; readonly id: string }
  /** the state holds no server */
  | { readonly kind: 'unknown' };

/** Every difference between Terraform's reading and the listing, sorted. */
export function differencesOf(listed: ObservedServer, refreshed: Refreshed): readonly string[] {
  switch (refreshed.kind) {
    case 'unknown':
      return ['the state remembers no server'];
    case 'gone':
      return [`the state remembers server ${refreshed.id}, which Terraform does not find`];
    case 'found': {
      const { drifts } = refreshed;
      // A removed image is not listed, and its name stays in Terraform's state.
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

/** The attributes of both readings, as texts. */
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
