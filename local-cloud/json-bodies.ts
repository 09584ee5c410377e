/** Parses request bodies as JSON, whatever their content type. */
import type { FastifyInstance } from 'fastify';

/**
 * Clients send a content type with actions and deletes without a body; this is not an error.
 * @param refusal the error for a body that is not JSON
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
