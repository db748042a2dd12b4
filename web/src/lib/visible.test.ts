import { expect, test } from 'vitest';
import { visible } from './visible.ts';

test('plain text stays as it is, with its lines, tabs and emoji', () => {
  const text = 'one\n\ttwo 👩‍💻 é';
  expect(visible(text)).toBe(text);
});

test('colours, titles and links of a terminal are left out', () => {
  expect(visible('\x1b[1;31mred\x1b[0m \x1b]8;;http://evil\x07link\x1b]8;;\x07 \x9b2Jx')).toBe('red link x');
});

test('signs that turn the text round are shown by their code', () => {
  expect(visible('a\u202Eb\u2066c')).toBe('a‹U+202E›b‹U+2066›c');
});

test('signs that nobody sees are shown too', () => {
  expect(visible('a\u200Bb\u{E0041}c')).toBe('a‹U+200B›b‹U+E0041›c');
});

test('control characters have pictures, and half a surrogate pair its code', () => {
  expect(visible('a\x00b\x7fc\ud800')).toBe('a␀b␡c‹U+D800›');
});

test('every way to end a line ends a line', () => {
  expect(visible('a\r\nb\rc\u2028d')).toBe('a\nb\nc\nd');
});
