import { describe, expect, it } from 'vitest';
import { isHeldBy, MOST_DONE, sent, unheldSince, whole, withPiece, withWritten, type Block, type Piece, type Spoken } from './writing.ts';

const piece = (start: number, text: string, done = false): Piece => ({
  launch: 'one', session_id: 's', block: 'b', kind: 'text', start, text, done,
});
const block = (text: string, more: Partial<Block> = {}): Block => ({
  name: 'b', kind: 'text', text, signs: Array.from(text).length, done: false, doneAt: 0, ...more,
});
const words = (blocks: readonly Block[] | null): string[] | undefined => blocks?.map((one) => one.text);

describe('a piece', () => {
  it('begins a block and goes on with it', () => {
    const begun = withPiece([], piece(0, 'Let me '), 1)!;
    expect(words(withPiece(begun, piece(7, 'look.'), 2))).toEqual(['Let me look.']);
  });

  it('that overlaps what is held is cut', () => {
    expect(words(withPiece([block('Let me lo')], piece(7, 'look.'), 1))).toEqual(['Let me look.']);
  });

  it('that came already changes nothing', () => {
    expect(words(withPiece([block('Let me look.')], piece(0, 'Let me '), 1))).toEqual(['Let me look.']);
  });

  it('behind a gap means: ask anew', () => {
    expect(withPiece([block('Let ')], piece(7, 'look.'), 1)).toBeNull();
    expect(withPiece([], piece(7, 'look.'), 1)).toBeNull();
  });

  it('is counted in characters, not in halves of them', () => {
    const begun = withPiece([], piece(0, '📼 is '), 1)!;
    expect(words(withPiece(begun, piece(5, 'it'), 2))).toEqual(['📼 is it']);
  });

  it('that ends a block leaves its words and says when', () => {
    expect(withPiece([block('All done.')], piece(9, '', true), 5)).toEqual([block('All done.', { done: true, doneAt: 5 })]);
  });

  it('of an agent that writes faster than anybody reads lets go of the oldest', () => {
    let blocks: Block[] = [];
    for (let at = 0; at < 50; at += 1) {
      blocks = withPiece(blocks, { ...piece(0, 'word'), block: String(at) }, at)!;
      blocks = withPiece(blocks, { ...piece(4, '', true), block: String(at) }, at)!;
    }
    expect([blocks.length, blocks[0]!.name, blocks.at(-1)!.name]).toEqual([MOST_DONE, '30', '49']);
  });

  it('that ends a block nobody has seen asks for what was missed, unless there was nothing', () => {
    expect(withPiece([], piece(9, '', true), 5)).toBeNull();
    expect(withPiece([], piece(0, '', true), 5)).toEqual([]);
  });
});

describe('what is fetched', () => {
  const written = (text: string): { block: string; kind: string; text: string } => ({ block: 'b', kind: 'text', text });

  it('fills a gap', () => {
    expect(words(withWritten([block('Let ')], [written('Let me look')], 1))).toEqual(['Let me look']);
  });

  it('that is older than what was told meanwhile takes nothing away', () => {
    expect(words(withWritten([block('Let me look')], [written('Let me')], 1))).toEqual(['Let me look']);
  });

  it('and does not hold a block says that it is whole', () => {
    expect(withWritten([block('Done')], [], 7)).toEqual([block('Done', { done: true, doneAt: 7 })]);
  });

  it('lets a block that began meanwhile go on', () => {
    const [mistaken] = withWritten([block('Let ')], [], 7);
    expect(withPiece([mistaken!], piece(4, 'me'), 8)).toEqual([block('Let me')]);
  });
});

describe('a block', () => {
  const said = (text: string, kind = 'assistant', leftOut = 0, position = 0): Spoken => ({ kind, text, leftOut, position });

  it('is held by the event that says the same', () => {
    expect(isHeldBy(block('Hello\n'), said('Hello'))).toBe(true);
    expect(isHeldBy(block('Hello'), said('Hello', 'thinking'))).toBe(false);
    expect(isHeldBy(block('Hello'), said('Hello you'))).toBe(false);
    expect(isHeldBy(sent('x', 'Go on', 1), said('Go on', 'user'))).toBe(true);
  });

  it('is held by an event of which only the beginning is here', () => {
    expect(isHeldBy(block('Hello you'), said('Hello', 'assistant', 4))).toBe(true);
  });

  it('that says what another said before waits for an event of its own', () => {
    const two = [whole(block('Ran.', { name: 'a' }), 1), whole(block('Ran.', { name: 'b' }), 2)];
    expect(unheldSince(two, [said('Ran.')], () => 0).map((one) => one.name)).toEqual(['b']);
    expect(unheldSince(two, [said('Ran.'), said('Ran.')], () => 0)).toEqual([]);
  });

  it('is not held by an event that was there before it began', () => {
    expect(unheldSince([block('Ran.')], [said('Ran.', 'assistant', 0, 4)], () => 5)).toHaveLength(1);
    expect(unheldSince([block('Ran.')], [said('Ran.', 'assistant', 0, 5)], () => 5)).toEqual([]);
  });
});
