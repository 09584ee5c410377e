/** What identifies a prepared image, and which servers can be made from an image. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ObservedImage } from '../../../reconciler/core/fleet/fleet-resources.ts';
import {
  contentHash,
  imageLabels,
  imageMisfit,
  imageWith,
  isSnapshotId,
  newest,
} from '../../../reconciler/core/stack/prepared-image.ts';
import { at, nonce } from '../../builders/world.ts';

const content = {
  base: 'debian-12',
  architecture: 'x86',
  roleVersion: 'abc',
  sources: { docker: 'distribution', node: 'npm' },
};

describe('the content of an image', () => {
  test('has another hash where any part of it differs, and not by the order of keys', () => {
    const others = [
      { ...content, base: 'debian-13' },
      { ...content, architecture: 'arm' },
      { ...content, roleVersion: 'abd' },
      { ...content, sources: { docker: 'vendor', node: 'npm' } },
      { ...content, sources: null },
    ];
    assert.equal(new Set([content, ...others].map(contentHash)).size, 6);
    const sources = { node: 'npm', docker: 'distribution' };
    assert.equal(contentHash({ ...content, sources }), contentHash(content));
  });

  test('is found by its label, the newest first', () => {
    const labels = imageLabels({ fleet: 'aura', nonce }, content);
    const one = (id: string, minutes: number, more = {}) => ({
      id,
      description: '',
      created: at(minutes),
      labels: { ...labels, ...more },
      monthlyCost: null,
    });
    const hash = contentHash(content);
    const all = [one('2', -5), one('1', -9), one('3', -1, { 'aura.dev/image': 'other' })];
    assert.equal(imageWith(hash, all)?.id, '2');
    assert.equal(imageWith('none', all), null);
    assert.equal(newest(all)?.id, '3');
    assert.equal(newest([{ ...one('4', 0), labels: {} }]), null);
  });
});

describe('an image', () => {
  const image: ObservedImage = {
    id: '7',
    architecture: 'x86',
    diskGb: 40,
    available: true,
    labels: {},
  };
  const type = { serverType: 'cpx12', architecture: 'x86', diskGb: 40 };
  const misfit = (found: readonly ObservedImage[]) => imageMisfit('7', found, type);

  test('fits a server of its architecture whose disk is at least as large', () => {
    assert.equal(misfit([image]), null);
    assert.equal(misfit([{ ...image, architecture: 'arm' }, image]), null);
    assert.equal(imageMisfit('7', [image], { ...type, diskGb: 41 }), null);
  });

  for (const [what, found, said] of [
    ['that does not exist', [], 'image 7 does not exist in this project'],
    [
      'of another architecture',
      [{ ...image, architecture: 'arm' }],
      /is for arm, and cpx12 is x86/,
    ],
    ['that is being made', [{ ...image, available: false }], 'image 7 is not available'],
    ['of a larger disk', [{ ...image, diskGb: 80 }], /needs a disk of 80 GB, and cpx12 has 40 GB/],
  ] as const)
    test(`${what} fits no server`, () => assert.match(misfit(found) ?? '', new RegExp(said)));

  test('is a snapshot where its name is a number', () => {
    assert.deepEqual(['123', 'debian-12', '12a'].map(isSnapshotId), [true, false, false]);
  });
});
