import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { roleVersionOf } from '../../../reconciler/app/main/role-version.ts';

let folder = '';
const write = (path: string, text: string) => writeFile(join(folder, path), text);

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aura-roles-'));
  await mkdir(join(folder, 'roles/agent'), { recursive: true });
  await write('site.yml', 'a');
  await write('roles/agent/main.yml', 'b');
});
after(() => rm(folder, { recursive: true }));

test('only the content of roles counts', async () => {
  const version = await roleVersionOf(folder);
  assert.match(version, /^[0-9a-f]{12}$/);
  await utimes(join(folder, 'site.yml'), 1, 1);
  await write('site.retry', 'host');
  await write('.DS_Store', 'x');
  await write('README.md', 'x');
  assert.equal(await roleVersionOf(folder), version);
  await write('roles/agent/main.yml', 'bb');
  const other = await roleVersionOf(folder);
  assert.notEqual(other, version);
  await write('roles/agent/new.yml', '');
  assert.notEqual(await roleVersionOf(folder), other);
});

test('content that moves from one file to the next is other content', async () => {
  await write('roles/agent/new.yml', 'x');
  await write('site.yml', 'ay');
  const version = await roleVersionOf(folder);
  await write('roles/agent/new.yml', 'xa');
  await write('site.yml', 'y');
  assert.notEqual(await roleVersionOf(folder), version);
});

test('without roles it is a version that no host was configured with', async () => {
  assert.equal(await roleVersionOf(null), 'none');
});
