/** A reader of customers' status over a fleet in memory of its own. */
import { createStatusReader } from '../../reconciler/flows/status/read.ts';
import { createReadModel } from '../../reconciler/flows/status/read-model.ts';

type ModelPorts = Parameters<typeof createReadModel>[0];

export function readerOf(ports: ModelPorts, patienceMs?: number) {
  return createStatusReader(ports, createReadModel(ports, patienceMs));
}
