/** The hosts of the story: simulated, or machines on this computer. */
import { findTool } from '../../reconciler/adapters/tools.ts';

/** What answers behind the servers' addresses. */
export type StageHosts =
  | { readonly kind: 'simulated' }
  /** `install`: the packages that machines need on this computer */
  | { readonly kind: 'real'; readonly install: boolean };

/** World seconds per wall second. Real machines boot by the clock on the wall. */
export const rates = { simulated: 25, real: 1 };

export function realHosts({ install }: { readonly install: boolean }) {
  return { hosts: { install }, tailnet: { binaries: { headscale: findTool('headscale') } } };
}

/** From the machine's distribution, npm and this computer, instead of the vendors' repositories. */
export function hostSources(): string {
  const sources = { docker: 'distribution', node: 'npm', tailscale: findTool('tailscaled') };
  return process.env['AURA_HOST_SOURCES'] ?? JSON.stringify(sources);
}
