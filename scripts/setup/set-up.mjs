// Sets up the requested parts under a lock, and records their paths in .cache/tools.json. Existing
// parts are only checked.
import { mkdirSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setUpClients } from './clients.mjs';
import { acquireLock } from './lock.mjs';
import { setUpNpm } from './npm.mjs';
import { cacheFolder, readOrEmpty, stopPrograms, sweepDrafts, writeWhole } from './parts.mjs';
import { setUpProvider } from './provider.mjs';
import { setUpAct, setUpAnsible, setUpMoto } from './python.mjs';
import { setUpTailnet } from './tailnet-go.mjs';
import { findTerraform } from './terraform.mjs';

/** Needed by Aura. */
export const allParts = ['npm', 'moto', 'act', 'ansible', 'provider'];
/** Needed by its tests only, or by real hosts (`tailnet`). */
export const extraParts = ['clients', 'tailnet'];
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Resolves to the places of everything that these parts bring. */
export async function setUp(parts) {
  mkdirSync(cacheFolder, { recursive: true });
  const release = await acquireLock(join(cacheFolder, 'setup.lock'));
  const interrupted = (signal) => {
    stopPrograms();
    release();
    process.exit(128 + constants.signals[signal]);
  };
  for (const signal of signals) process.on(signal, interrupted);
  try {
    sweepDrafts();
    const tools = {};
    if (parts.includes('npm')) Object.assign(tools, await setUpNpm());
    if (parts.includes('moto')) Object.assign(tools, await setUpMoto());
    if (parts.includes('act')) Object.assign(tools, await setUpAct());
    if (parts.includes('ansible')) Object.assign(tools, await setUpAnsible());
    if (parts.includes('provider'))
      Object.assign(tools, await setUpProvider(await findTerraform()));
    if (parts.includes('tailnet')) Object.assign(tools, await setUpTailnet());
    if (parts.includes('clients')) Object.assign(tools, await setUpClients());
    note(tools);
    return tools;
  } finally {
    for (const signal of signals) process.off(signal, interrupted);
    release();
  }
}

/** Keeps what was recorded for other parts, because a verb may set up only a few. */
function note(tools) {
  const file = join(cacheFolder, 'tools.json');
  writeWhole(file, `${JSON.stringify({ ...noted(file), ...tools }, null, 2)}\n`);
}

function noted(file) {
  try {
    return JSON.parse(readOrEmpty(file));
  } catch {
    return {};
  }
}
