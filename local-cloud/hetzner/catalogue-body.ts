/** Shows the catalogue as Hetzner's API does. */
import {
  backupPercent,
  currency,
  floatingIpMonthly,
  gbMonthly,
  type ImageSample,
  ipv4Monthly,
  type LoadBalancerTypeSample,
  loadBalancerTypes,
  locations,
  type ServerTypeSample,
  serverTypes,
  systemImages,
  vatRate,
} from './catalogue.ts';
import { constant } from './json.ts';

const price = (net: number) => ({ net: net.toFixed(10), gross: (net * 1.19).toFixed(10) });

function typePrices(type: ServerTypeSample): readonly object[] {
  return Object.entries(type.monthly).map(([location, net]) => ({
    location,
    price_hourly: price(net / 624),
    price_monthly: price(net),
    included_traffic: 654_311_424_000,
    price_per_tb_traffic: price(1),
  }));
}

/** What this project can buy now; the same object until something changes. */
export function serverTypeBody(type: ServerTypeSample, soldOut: ReadonlySet<string>): object {
  const gone = Object.keys(type.monthly).filter((place) => soldOut.has(`${type.name}/${place}`));
  const key = `${type.name} ${gone.join()} ${type.deprecation?.after ?? ''}`;
  const known = typeBodies.get(key);
  if (known !== undefined) return known;
  const body = constant(newTypeBody(type, gone));
  typeBodies.set(key, body);
  return body;
}

const typeBodies = new Map<string, object>();

function newTypeBody(type: ServerTypeSample, soldOut: readonly string[]): object {
  const deprecation =
    type.deprecation === undefined
      ? null
      : { announced: type.deprecation.announced, unavailable_after: type.deprecation.after };
  return {
    id: type.id,
    name: type.name,
    description: type.name.toUpperCase(),
    category: 'regular_purpose',
    cores: type.cores,
    memory: type.memory,
    disk: type.disk,
    storage_type: 'local',
    cpu_type: type.cpuType,
    architecture: type.architecture,
    deprecated: deprecation !== null,
    deprecation,
    included_traffic: 0,
    prices: typePrices(type),
    locations: locations
      .filter((location) => location.name in type.monthly)
      .map((location) => ({
        id: location.id,
        name: location.name,
        deprecation,
        available: !soldOut.includes(location.name),
        recommended: deprecation === null,
      })),
  };
}

const locationBodies: ReadonlyMap<string, object> = new Map(
  locations.map((one) => [one.name, constant(one)]),
);

export function locationBody(name: string): object | null {
  return locationBodies.get(name) ?? null;
}

export function pricingBody(): object {
  return {
    currency,
    vat_rate: vatRate,
    floating_ip: { price_monthly: price(floatingIpMonthly.ipv4) },
    floating_ips: Object.entries(floatingIpMonthly).map(([type, net]) => ({
      type,
      prices: everywhere(net).map(({ location, price_monthly }) => ({ location, price_monthly })),
    })),
    primary_ips: [
      {
        type: 'ipv4',
        prices: Object.entries(ipv4Monthly).map(([location, net]) => ({
          location,
          price_hourly: price(net / 624),
          price_monthly: price(net),
        })),
      },
      {
        type: 'ipv6',
        prices: Object.keys(ipv4Monthly).map((location) => ({
          location,
          price_hourly: price(0),
          price_monthly: price(0),
        })),
      },
    ],
    image: { price_per_gb_month: price(gbMonthly.snapshot) },
    volume: { price_per_gb_month: price(gbMonthly.volume) },
    server_backup: { percentage: backupPercent.toFixed(10) },
    server_types: serverTypes.map((type) => ({
      id: type.id,
      name: type.name,
      prices: typePrices(type),
    })),
    load_balancer_types: loadBalancerTypes.map(({ id, name, monthly }) => ({
      id,
      name,
      prices: everywhere(monthly),
    })),
  };
}

function everywhere(net: number) {
  return locations.map(({ name }) => ({
    location: name,
    price_hourly: price(net / 624),
    price_monthly: price(net),
    included_traffic: 21_990_232_555_520,
    price_per_tb_traffic: price(1),
  }));
}

export function loadBalancerTypeBody({ id, name, targets, monthly }: LoadBalancerTypeSample) {
  return {
    id,
    name,
    description: name.toUpperCase(),
    max_connections: 20_000,
    max_services: 5,
    max_targets: targets,
    max_assigned_certificates: 10,
    deprecated: null,
    prices: everywhere(monthly),
  };
}

const imageBodies: ReadonlyMap<number, object> = new Map(
  systemImages.map((image) => [image.id, constant(newImageBody(image))]),
);

/** Null where it is not a system image. */
export function systemImageBody(id: number): object | null {
  return imageBodies.get(id) ?? null;
}

function newImageBody(image: ImageSample): object {
  return {
    id: image.id,
    type: 'system',
    status: 'available',
    name: image.name,
    description: `${image.flavor} ${image.version}`,
    image_size: null,
    disk_size: 5,
    created: '2026-01-15T12:00:00+00:00',
    created_from: null,
    bound_to: null,
    os_flavor: image.flavor,
    os_version: image.version,
    rapid_deploy: true,
    protection: { delete: false },
    deprecated: image.deprecated ?? null,
    deleted: null,
    labels: {},
    architecture: image.architecture,
  };
}
