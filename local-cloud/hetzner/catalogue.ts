/**
 * Samples of what Hetzner sells, of 2026-11: locations, server types with net prices a month, and
 * images. The product pins none of them; it reads them from the API like any client.
 */

type Location = {
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
  [latitude, longitude]: readonly [number, number],
): Location => ({
  id,
  name,
  description: `${city} DC Park 1`,
  country,
  city,
  latitude,
  longitude,
  network_zone: zone,
});

export const locations: readonly Location[] = [
  place(1, 'fsn1', 'Falkenstein', 'DE', 'eu-central', [50.47612, 12.370071]),
  place(2, 'nbg1', 'Nuremberg', 'DE', 'eu-central', [49.452102, 11.076665]),
  place(3, 'hel1', 'Helsinki', 'FI', 'eu-central', [60.169855, 24.938379]),
  place(4, 'ash', 'Ashburn, VA', 'US', 'us-east', [39.045821, -77.487073]),
  place(5, 'hil', 'Hillsboro, OR', 'US', 'us-west', [45.54222, -122.951924]),
  place(6, 'sin', 'Singapore', 'SG', 'ap-southeast', [1.283333, 103.833333]),
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
  /** net monthly price by location; it is sold where it is listed */
  readonly monthly: Readonly<Record<string, number>>;
  /** announced deprecation; not sold from `after` on */
  readonly deprecation?: { readonly announced: string; readonly after: string };
};

const eu = (price: number) => ({ fsn1: price, nbg1: price, hel1: price });
const us = (price: number) => ({ ash: price, hil: price });

/** Still listed, and not for sale. */
const retired = (id: number, name: string, cores: number, memory: number): ServerTypeSample => ({
  id,
  name,
  cores,
  memory,
  disk: cores * 20,
  architecture: 'x86',
  cpuType: 'shared',
  monthly: {},
  deprecation: { announced: '2024-06-06T12:00:00+00:00', after: '2024-09-06T12:00:00+00:00' },
});

export const serverTypes: readonly ServerTypeSample[] = [
  retired(1, 'cx11', 1, 2),
  retired(3, 'cx21', 2, 4),
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
    id: 104,
    name: 'cx22',
    cores: 2,
    memory: 4,
    disk: 40,
    architecture: 'x86',
    cpuType: 'shared',
    monthly: eu(4.99),
    deprecation: { announced: '2026-10-16T06:00:00+00:00', after: '2027-01-16T06:00:00+00:00' },
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

/** Net monthly prices, by location where they differ. */
export const gbMonthly = { snapshot: 0.011, volume: 0.044 } as const;
export const backupPercent = 20;
export const floatingIpMonthly = { ipv4: 3, ipv6: 1 } as const;

export type LoadBalancerTypeSample = {
  readonly id: number;
  readonly name: string;
  readonly targets: number;
  readonly monthly: number;
};
export const loadBalancerTypes: readonly LoadBalancerTypeSample[] = [
  { id: 1, name: 'lb11', targets: 25, monthly: 5.49 },
  { id: 2, name: 'lb21', targets: 75, monthly: 16.4 },
];

export type ImageSample = {
  readonly id: number;
  readonly name: string;
  readonly flavor: string;
  readonly version: string;
  readonly architecture: 'x86' | 'arm';
  readonly deprecated?: string;
};

const images = (first: number, flavor: string, version: string): readonly ImageSample[] => [
  { id: first, name: `${flavor}-${version}`, flavor, version, architecture: 'x86' },
  { id: first + 1, name: `${flavor}-${version}`, flavor, version, architecture: 'arm' },
];

export const systemImages: readonly ImageSample[] = [
  {
    id: 3,
    name: 'centos-7',
    flavor: 'centos',
    version: '7',
    architecture: 'x86',
    deprecated: '2024-07-01T00:00:00+00:00',
  },
  ...images(114690387, 'debian', '12'),
  ...images(310547110, 'debian', '13'),
  ...images(161547269, 'ubuntu', '24.04'),
  ...images(67794396, 'ubuntu', '22.04'),
  ...images(310557660, 'rocky', '10'),
];
