import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { withoutHosts } from './hosts-here.ts';

const aura = join(import.meta.dirname, '../../reconciler/app/cli/aura.ts');

test('packages that are missing are named, and nothing is started', { skip: withoutHosts }, () => {
  // In a mount namespace of its own the programs are files that cannot be executed.
  const hide =
    'for one in systemd-nspawn nft; do mount --bind /dev/null "$(command -v $one)"; done';
  const script = `${hide}; exec "$@"`;
  const args = ['--mount', 'sh', '-c', script, 'sh', process.execPath, aura, 'cloud', '--hosts'];
  const { status, stdout, stderr } = spawnSync('unshare', args, { encoding: 'utf8' });
  assert.equal(status, 1);
  assert.equal(stdout, '');
  assert.match(stderr, /real hosts need the packages systemd-container, nftables: install them/);
});
