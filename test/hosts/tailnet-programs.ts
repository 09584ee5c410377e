/** Whether this machine can run a real tailnet, or why its tests are skipped. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { findTool } from '../../reconciler/adapters/tools.ts';
import { Failure } from '../../reconciler/core/failure.ts';

type Programs = { readonly headscale: string; readonly tailscaled: string };

/** The variable names a folder with both programs. `root`: for namespaces and interfaces. */
export function tailnetPrograms(needs: 'root' | 'programs'): Programs | { readonly skip: string } {
  if (process.platform !== 'linux') return { skip: 'hosts: a real tailnet needs Linux' };
  if (needs === 'root' && process.getuid?.() !== 0)
    return { skip: 'hosts: network namespaces need root' };
  const folder = process.env['AURA_TAILNET_PROGRAMS'] ?? '';
  if (folder !== '') return given(folder);
  try {
    return { headscale: findTool('headscale'), tailscaled: findTool('tailscaled') };
  } catch (error) {
    if (!(error instanceof Failure && error.reason === 'ToolMissing')) throw error;
    return {
      skip: 'hosts: headscale and tailscaled are not built (node scripts/setup.mjs --only tailnet)',
    };
  }
}

/** A wrong folder is a mistake, and no reason to skip. */
function given(folder: string): Programs {
  const [headscale = '', tailscaled = ''] = ['headscale', 'tailscaled'].map((name) =>
    join(folder, name),
  );
  for (const path of [headscale, tailscaled])
    if (!existsSync(path)) throw new Error(`AURA_TAILNET_PROGRAMS: there is no ${path}`);
  return { headscale, tailscaled };
}
