/** Requests to headscale, whose certificate no authority has signed. */
import { Agent, request } from 'node:https';

type Answer = { readonly status: number; readonly text: string };

export type Requests = {
  /** Rejects where there is no answer. */
  send(method: string, path: string, body?: object): Promise<Answer>;
  /** For all later ones. */
  authorise(apiKey: string): void;
  close(): void;
};

const timeoutMs = 10_000;

export function createRequests(url: string, certificate: string): Requests {
  const agent = new Agent({ keepAlive: true, ca: certificate });
  let apiKey: string | null = null;
  return {
    send: (method, path, body) =>
      new Promise((resolve, reject) => {
        const asked = request(`${url}${path}`, {
          method,
          agent,
          headers: {
            'content-type': 'application/json',
            ...(apiKey === null ? {} : { authorization: `Bearer ${apiKey}` }),
          },
          signal: AbortSignal.timeout(timeoutMs),
        });
        asked.once('error', reject);
        asked.once('response', (answer) => {
          let text = '';
          answer.setEncoding('utf8').on('data', (piece: string) => {
            text += piece;
          });
          answer.once('error', reject);
          answer.once('end', () => resolve({ status: answer.statusCode ?? 0, text }));
        });
        asked.end(body === undefined ? undefined : JSON.stringify(body));
      }),
    authorise(key) {
      apiKey = key;
    },
    close: () => agent.destroy(),
  };
}
