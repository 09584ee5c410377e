/** A key of an SSH user CA, for a local cloud to hand out. */
import { createOpensshKey } from '../../reconciler/adapters/openssh.ts';

export const sshCaKey = createOpensshKey('local cloud').privateKey;
