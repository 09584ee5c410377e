/** A reader of customers' status over a fleet in memory of its own. */
import type { AgentId } from '../../reconciler/core/agent/agent.ts';
import { createStatusReader } from '../../reconciler/flows/status/read.ts';
import { createReadModel } from '../../reconciler/flows/status/read-model.ts';

type ModelPorts = Parameters<typeof createReadModel>[0];

export function readerOf(ports: ModelPorts, patienceMs?: number) {
  const reader = createStatusReader(ports, createReadModel(ports, patienceMs));
  return {
    ...reader,
    read: async (id: AgentId) => (await reader.read(id))?.status ?? null,
    document: reader.read,
  };
}
