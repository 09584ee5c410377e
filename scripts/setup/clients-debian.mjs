// Hetzner's command line from its Debian package, unpacked and not installed: it writes only to the
// draft and needs no root. apt verifies the package against its signed index.
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { arch } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { cached, fail, hashOf, onPath, run, say } from './parts.mjs';

/**
 * Debian replaces old builds, so a single version cannot be pinned. Where the machine's archive has
 * no build of this family, as on Ubuntu, its own version is taken.
 */
const family = '1.30';
const wanted = [`hcloud-cli=${family}.*`, 'hcloud-cli'];
const timeout = 120_000;

export async function setUpHcloudCli() {
  const folder = await cached('hcloud-cli', hashOf([], family, arch()), async (draft) => {
    if (onPath('apt-get') === null || onPath('dpkg-deb') === null)
      fail('it comes as a Debian package, and there is no apt-get with dpkg-deb');
    say("fetches Hetzner's command line (a Debian package, 3 MB)");
    const work = mkdtempSync(join(draft, 'package-'));
    await download(work);
    const unpacked = join(work, 'unpacked');
    await run('dpkg-deb', 'dpkg-deb', ['-x', packageIn(work), unpacked]);
    const program = join(draft, 'hcloud');
    copyFileSync(join(unpacked, 'usr', 'bin', 'hcloud'), program);
    // Fails for a build of another architecture. HOME is empty, so no configuration is read.
    const env = { PATH: process.env.PATH, HOME: work };
    await run('hcloud version', program, ['version'], { env, timeout });
    rmSync(work, { recursive: true, force: true });
  });
  return join(folder, 'hcloud');
}

/** Uses the machine's package lists; where those are missing or old, private ones. */
async function download(work) {
  const args = ['-qq', '-o', 'APT::Sandbox::User=root', '-o', 'Acquire::Retries=1'];
  const options = { cwd: work, timeout };
  const get = (which) =>
    run('apt-get download hcloud-cli', 'apt-get', [...args, 'download', which], options);
  try {
    await firstOf(wanted, get);
  } catch {
    say("the machine's package lists do not lead to it: fetches lists of its own");
    const lists = join(work, 'lists');
    const cache = join(work, 'cache');
    mkdirSync(join(lists, 'partial'), { recursive: true });
    mkdirSync(join(cache, 'archives', 'partial'), { recursive: true });
    args.push('-o', `Dir::State::lists=${lists}`, '-o', `Dir::Cache=${cache}`);
    await run('apt-get update', 'apt-get', [...args, 'update'], options);
    await firstOf(wanted, get);
  }
}

async function firstOf([first, ...others], get) {
  try {
    await get(first);
  } catch (error) {
    if (others.length === 0) throw error;
    await firstOf(others, get);
  }
}

function packageIn(folder) {
  const name = readdirSync(folder).find((entry) => entry.endsWith('.deb'));
  return name === undefined ? fail('apt-get brought no package') : join(folder, name);
}
