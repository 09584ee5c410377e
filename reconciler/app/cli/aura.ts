#!/usr/bin/env node
/**
 * The command line: finds the verb, loads what it needs and nothing else, runs it, and ends with
 * its exit code.
 */
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { runLine } from './command-line.ts';

// What a verb loads is compiled once and kept: half of what a run takes to start.
const { AURA_CACHE_DIR: cacheFolder = '' } = process.env;
if (cacheFolder.trim() !== '') enableCompileCache(join(cacheFolder.trim(), 'compiled'));
process.exitCode = await runLine(process.argv.slice(2), process);
