/** Bodies as the APIs that speak JSON read them: as JSON, whatever they call themselves. */
import type { FastifyInstance } from 'fastify';

/**
 * Clients name a content type on actions and deletes that carry no body: that is no bad JSON.
 * @param refusal what a body that is no JSON is answered with
 */
export function acceptJson(app: FastifyInstance, refusal: (message: string) => Error): void {
  app.removeAllContentTypeParsers();
  for (const type of ['application/json', '*']) {
    app.addContentTypeParser(type, { parseAs: 'string' }, (_request, text, done) => {
      if (text.length === 0) return done(null, undefined);
      try {
        done(null, JSON.parse(text.toString()));
      } catch {
        done(refusal('the request body is not valid JSON'));
      }
    });
  }
}
