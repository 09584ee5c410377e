/** Bytes become text and bytes again without loss, and bytes that are not text are recognized. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { agentExample, parseAgentFile } from '../../../reconciler/core/agent/agent-file.ts';
import {
  bytesOfText,
  notPlainFile,
  textOfBytes,
  whyNoText,
} from '../../../reconciler/core/agent/file-content.ts';

const runs = { seed: 20261130, numRuns: 2000 };
/** Bytes that begin, continue or end characters of every length, valid and invalid. */
const odd = [0, 0x0a, 0x41, 0x7f, 0x80, 0xbf, 0xc1, 0xc3, 0xa4, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xff];
const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 40 }),
  fc.array(fc.constantFrom(...odd), { maxLength: 12 }).map((all) => Uint8Array.from(all)),
  fc.string({ unit: 'grapheme', maxLength: 20 }).map((text) => Buffer.from(text)),
);

describe('the content of a file', () => {
  it('is the same bytes once it is written again, and text exactly where it is UTF-8', () => {
    let texts = 0;
    const sample = fc.property(bytes, (some) => {
      const text = textOfBytes(Buffer.from(some));
      assert.deepEqual(bytesOfText(text), Buffer.from(some));
      const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
      let decoded: string | null = null;
      try {
        decoded = strict.decode(some);
      } catch {
        assert.notEqual(whyNoText(text), null);
        return;
      }
      texts += 1;
      assert.equal(text, decoded);
      assert.equal(whyNoText(text), null);
    });
    fc.assert(sample, runs);
    assert.ok(texts > runs.numRuns / 4 && texts < runs.numRuns * 0.9, `${texts} were texts`);
  });

  it('is never the placeholder for something else than a plain file', () => {
    fc.assert(
      fc.property(bytes, (some) => {
        assert.notEqual(textOfBytes(Buffer.from(some)), notPlainFile.text);
      }),
      runs,
    );
  });
});

describe('an agent’s file', () => {
  const path = 'agents/e/b/agt-ebatfk893tq6.yaml';
  const problemsOf = (text: string) => {
    const file = parseAgentFile({ path, oid: '', text });
    return file.kind === 'valid' ? [] : file.problems;
  };

  it('in Windows-1252 is invalid, at the line and column of the first such byte', () => {
    const windows = Buffer.from(agentExample.replace('spec:', 'spec: # Gr\u00f6\u00dfe'), 'latin1');
    const message = 'is not UTF-8: byte 0xF6 is no part of a character';
    assert.deepEqual(problemsOf(textOfBytes(windows)), [
      { path, line: 4, column: 11, field: '', message },
    ]);
  });

  it('with CRLF, or with a byte order mark, is valid', () => {
    assert.deepEqual(problemsOf(agentExample.replaceAll('\n', '\r\n')), []);
    assert.deepEqual(problemsOf(textOfBytes(Buffer.from(`\ufeff${agentExample}`))), []);
  });

  it('that is a link is invalid as a whole', () => {
    const [problem] = problemsOf(notPlainFile.text);
    assert.deepEqual([problem?.line, problem?.column], [0, 0]);
    assert.match(problem?.message ?? '', /is a link, a submodule or a folder/);
  });
});
