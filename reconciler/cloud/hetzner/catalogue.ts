/**
 * Samples of what Hetzner sells, of 2026-11: locations, server types with net prices a month, and
 * images. The product pins none of them; it reads them from the API like anybody.
 */

export type Location = {
  id: number;
  name: string;
  description: string;
  country: string;
  city: string;
  latitude: number;
  longitude: number;
  network_zone: string;
};

const place = (
  id: number,
  name: string,
  city: string,
  country: string,
  zone: string,
): Location => ({
  id,
  name,
  description: `${city} DC Park 1`,
  country,
  city,
  latitude: 0,
  longitude: 0,
  network_zone: zone,
});

export const locations: readonly Location[] = [
  place(1, 'fsn1', 'Falkenstein', 'DE', 'eu-central'),
  place(2, 'nbg1', 'Nuremberg', 'DE', 'eu-central'),
  place(3, 'hel1', 'Helsinki', 'FI', 'eu-central'),
  place(4, 'ash', 'Ashburn, VA', 'US', 'us-east'),
  place(5, 'hil', 'Hillsboro, OR', 'US', 'us-west'),
  place(6, 'sin', 'Singapore', 'SG', 'ap-southeast'),
];

export const vatRate = '19.00';
export const currency = 'EUR';
export const ipv4Monthly: Readonly<Record<string, number>> = {
  fsn1: 0.5,
  nbg1: 0.5,
  hel1: 0.5,
  ash: 0.5,
  hil: 0.5,
  sin: 0.5,
};

export type ServerTypeSample = {
  readonly id: number;
  readonly name: string;
  readonly cores: number;
  readonly memory: number;
  readonly disk: number;
  readonly architecture: 'x86' | 'arm';
  readonly cpuType: 'shared' | 'dedicated';
  /** net, a month, by location: where it is listed it is sold */
  readonly monthly: Readonly<Record<string, number>>;
};

const eu = (price: number) => ({ fsn1: price, nbg1: price, hel1: price });
const us = (price: number) => ({ ash: price, hil: price });

export const serverTypes: readonly ServerTypeSample[] = [
  {
    id: 22,
    name: 'cpx11',
    cores: 2,
    memory: 2,
    disk: 40,
    architecture: 'x86',
    cpuType: 'shared',
    monthly: { ...us(5.49), sin: 7.49 },
  },
  {
    id: 23,
    name: 'cpx21',
    cores: 3,
    memory: 4,
    disk: 80,
    architecture: 'x86',
    cpuType: 'shared',
    monthly: { ...us(9.99), sin: 13.49 },
  },
  {
    id: 24,
    name: 'cpx31',
    cores: 4,
    memory: 8,
    disk: 160,
    architecture: 'x86',
    cpuType: 'shared',
    monthly: { ...us(18.99), sin: 25.49 },
  },
  {
    id: 45,
    name: 'cax11',
    cores: 2,
    memory: 4,
    disk: 40,
    architecture: 'arm',
    cpuType: 'shared',
    monthly: eu(4.49),
  },
  {
    id: 109,
    name: 'cpx12',
    cores: 1,
    memory: 2,
    disk: 40,
    architecture: 'x86',
    cpuType: 'shared',
    monthly: eu(5.99),
  },
  {
    id: 110,
    name: 'cpx22',
    cores: 2,
    memory: 4,
    disk: 80,
    architecture: 'x86',
    cpuType: 'shared',
    monthly: eu(8.99),
  },
  {
    id: 111,
    name: 'cpx32',
    cores: 4,
    memory: 8,
    disk: 160,
    architecture: 'x86',
    cpuType: 'shared',
    monthly: eu(15.99),
  },
];

export type ImageSample = {
  readonly id: number;
  readonly name: string;
  readonly flavor: string;
  readonly version: string;
  readonly architecture: 'x86' | 'arm';
};

const images = (first: number, flavor: string, version: string): readonly ImageSample[] => [
  { id: first, name: `${flavor}-${version}`, flavor, version, architecture: 'x86' },
  { id: first + 1, name: `${flavor}-${version}`, flavor, version, architecture: 'arm' },
];

export const systemImages: readonly ImageSample[] = [
  ...images(114690387, 'debian', '12'),
  ...images(310547110, 'debian', '13'),
  ...images(161547269, 'ubuntu', '24.04'),
  ...images(67794396, 'ubuntu', '22.04'),
  ...images(310557660, 'rocky', '10'),
];

const price = (net: number) => ({ net: net.toFixed(10), gross: (net * 1.19).toFixed(10) });

export function typePrices(type: ServerTypeSample): readonly object[] {
  return Object.entries(type.monthly).map(([location, net]) => ({
    location,
    price_hourly: price(net / 624),
    price_monthly: price(net),
    included_traffic: 654_311_424_000,
    price_per_tb_traffic: price(1),
  }));
}

export function serverTypeBody(
  type: ServerTypeSample,
  soldOut: (location: string) => boolean,
): object {
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
    deprecated: false,
    deprecation: null,
    prices: typePrices(type),
    locations: locations
      .filter((location) => location.name in type.monthly)
      .map((location) => ({
        id: location.id,
        name: location.name,
        deprecation: null,
        available: !soldOut(location.name),
        recommended: true,
      })),
  };
}

export function pricingBody(): object {
  return {
    currency,
    vat_rate: vatRate,
    floating_ip: { price_monthly: price(3) },
    floating_ips: [],
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
    image: { price_per_gb_month: price(0.011) },
    volume: { price_per_gb_month: price(0.044) },
    server_backup: { percentage: '20.00' },
    server_types: serverTypes.map((type) => ({
      id: type.id,
      name: type.name,
      prices: typePrices(type),
    })),
    load_balancer_types: [],
  };
}

export function imageBody(image: ImageSample): object {
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
    deprecated: null,
    deleted: null,
    labels: {},
    architecture: image.architecture,
  };
}
