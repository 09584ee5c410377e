/** Mail to operators and customers. Every method throws `Failure`. */
import type { AgentId } from '../core/agent/agent.ts';

export type Mail = {
  send(mail: {
    readonly to: string;
    readonly subject: string;
    readonly text: string;
    readonly html?: string;
    readonly idempotencyKey: string;
  }): Promise<void>;
  /** Whether the sender's domain is verified; it sends nothing. */
  sender(): Promise<Sender>;
};

export type Sender = {
  readonly domain: string;
  /** `unknown`: the key may only send */
  readonly state: 'verified' | 'not verified' | 'absent' | 'unknown';
};

/** Mail to customers. */
export type CustomerMail = {
  /** the settings without which nothing can be sent; empty where all are set */
  readonly lacks: readonly string[];
  send: Mail['send'];
  /** The URL of the agent's status page, which expires a while after `atMs`. */
  statusLink(agent: { readonly id: AgentId; readonly epoch: number }, atMs: number): string;
};
