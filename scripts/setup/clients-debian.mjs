// Programs from their Debian packages, unpacked and not installed: this writes only to the draft and
// needs no root. apt verifies the packages against its signed index.
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { arch } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { cached, fail, hashOf, onPath, run, say } from './parts.mjs';

const timeout = 120_000;

/**
 * Debian replaces old builds, so a single version cannot be pinned. Where the machine's archive has
 * no build of this family, as on Ubuntu, its own version is taken.
 */
const hcloudCli = {
  source: 'hcloud-cli',
  family: '1.30',
  program: 'hcloud',
  version: ['version'],
  what: "Hetzner's command line (a Debian package, 3 MB)",
};
/** Prometheus' own judge of rules, expressions and expositions. */
const promtool = {
  source: 'prometheus',
  family: '2.42',
  program: 'promtool',
  version: ['--version'],
  what: 'promtool (of a Debian package, 19 MB)',
};

export const setUpHcloudCli = () => setUpProgram(hcloudCli);
export const setUpPromtool = () => setUpProgram(promtool);

async function setUpProgram({ source, family, program, version, what }) {
  const folder = await cached(source, hashOf([], family, arch()), async (draft) => {
    if (onPath('apt-get') === null || onPath('dpkg-deb') === null)
      fail('it comes as a Debian package, and there is no apt-get with dpkg-deb');
    say(`fetches ${what}`);
    const work = mkdtempSync(join(draft, 'package-'));
    await download(work, source, [`${source}=${family}.*`, source]);
    const unpacked = join(work, 'unpacked');
    await run('dpkg-deb', 'dpkg-deb', ['-x', packageIn(work), unpacked]);
    const place = join(draft, program);
    copyFileSync(join(unpacked, 'usr', 'bin', program), place);
    // Fails for a build of another architecture. HOME is empty, so no configuration is read.
    const env = { PATH: process.env.PATH, HOME: work };
    await run(`${program} ${version.join(' ')}`, place, version, { env, timeout });
    rmSync(work, { recursive: true, force: true });
  });
  return join(folder, program);
}

/** Uses the machine's package lists; where those are missing or old, private ones. */
async function download(work, source, wanted) {
  const args = ['-qq', '-o', 'APT::Sandbox::User=root', '-o', 'Acquire::Retries=1'];
  const options = { cwd: work, timeout };
  const get = (which) =>
    run(`apt-get download ${source}`, 'apt-get', [...args, 'download', which], options);
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
