// Runs a program with our input and output, forwards signals to it, and ends with it.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import process from 'node:process';

/**
 * Adds `more` to our variables. Resolves to the exit code, 128 + number where a signal ended it.
 */
export function launch(command, args, more = {}) {
  // Variables that are already set are kept.
  const child = spawn(command, args, { stdio: 'inherit', env: { ...more, ...process.env } });
  // A terminal sends ctrl-C to both processes: forwarding would deliver it twice.
  const interrupt = () => process.stdin.isTTY || child.kill('SIGINT');
  const forward = (signal) => child.kill(signal);
  process.on('SIGINT', interrupt).on('SIGTERM', forward).on('SIGHUP', forward);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      process.off('SIGINT', interrupt).off('SIGTERM', forward).off('SIGHUP', forward);
      resolve(code ?? 128 + constants.signals[signal]);
    });
  });
}
