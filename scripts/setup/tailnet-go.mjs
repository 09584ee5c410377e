// The programs of the tailnet that real hosts join: headscale, and tailscaled with its command line
// in one program. Built from Go modules whose sums stand in go.sum, without C, so that they run in
// any Linux image. That takes minutes, so only what starts real hosts asks for it.
import { symlinkSync } from 'node:fs';
import { arch, platform } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { cached, fail, hashOf, onPath, projectRoot, run, say } from './parts.mjs';

const modules = 'local-cloud/tailnet/go';
const files = [`${modules}/go.mod`, `${modules}/go.sum`];
const programs = ['github.com/juanfont/headscale/cmd/headscale', 'tailscale.com/cmd/tailscaled'];
const flags = ['-mod=readonly', '-trimpath', '-tags=ts_include_cli', '-ldflags=-s -w'];
const timeout = 40 * 60_000;

export async function setUpTailnet() {
  const hash = hashOf(files, ...programs, ...flags, platform(), arch());
  const folder = await cached('tailnet', hash, async (draft) => {
    const go = onPath('go') ?? fail('headscale and tailscaled are built with go (1.26 or newer)');
    say('builds headscale and tailscaled from their Go modules; this takes minutes');
    const env = {
      ...process.env,
      CGO_ENABLED: '0',
      GOFLAGS: '',
      GOWORK: 'off',
      GOTOOLCHAIN: 'local',
    };
    const args = ['build', '-o', `${draft}/`, ...flags, ...programs];
    await run('go build', go, args, { cwd: join(projectRoot, modules), env, timeout });
    // Under this name it is the command line.
    symlinkSync('tailscaled', join(draft, 'tailscale'));
  });
  return { headscale: join(folder, 'headscale'), tailscaled: join(folder, 'tailscaled') };
}
