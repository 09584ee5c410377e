/** How one request reaches the other side and its answer comes back: by fetch, unless told. */

export type AnswerHeaders = { get(name: string): string | null };
type Sending = {
  readonly url: string;
  readonly method: string;
  readonly headers: Headers;
  readonly body: string | null;
  readonly timeoutMs: number;
};
/** Rejects with an Error whose `code`, or whose cause's, says how the connection failed. */
export type Transport = (sending: Sending) => Promise<{
  readonly status: number;
  readonly headers: AnswerHeaders;
  /** null where it breaks off */
  readonly body: Buffer | null;
}>;

export const byFetch: Transport = async ({ url, method, headers, body, timeoutMs }) => {
  const response = await fetch(url, {
    method,
    headers,
    body,
    // None of these APIs redirects: what does is something in between, and gets no token of ours.
    redirect: 'manual',
    signal: AbortSignal.timeout(timeoutMs),
  });
  const bytes = await response.arrayBuffer().catch(() => null);
  return {
    status: response.status,
    headers: response.headers,
    body: bytes === null ? null : Buffer.from(bytes),
  };
};
