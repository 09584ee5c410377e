#!/usr/bin/env node
/** The command line: loads the verb and nothing else, runs it, and ends with its exit code. */
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { runLine } from './command-line.ts';

// The compiled code is cached: compiling takes half of the start of a run.
const { AURA_CACHE_DIR: cacheFolder = '' } = process.env;
if (cacheFolder.trim() !== '') enableCompileCache(join(cacheFolder.trim(), 'compiled'));
process.exitCode = await runLine(process.argv.slice(2), process);
