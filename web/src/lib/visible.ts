/**
 * Text of transcripts made harmless for the eye: orders to a terminal are left out, signs that hide or turn text round
 * are shown by their code (‹U+202E›). Lines and tabs stay.
 */
const SUSPECT =
  // eslint-disable-next-line no-control-regex
  /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff\ufffc]|[\u{e0000}-\u{e007f}]|[\ud800-\udfff]/u;
const EVERY = new RegExp(SUSPECT.source, 'gu');
const ORDER =
  // eslint-disable-next-line no-control-regex
  /(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b[\]PX^_][^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)|\x1b[ -/]*[0-~]/g;
const LINE_END = /\r\n?|\u2028|\u2029/g;
const PICTURES = 0x2400;

/** Make a text harmless; most texts come back as they are. */
export function visible(text: string): string {
  if (!SUSPECT.test(text)) return text;
  return text.replace(ORDER, '').replace(LINE_END, '\n').replace(EVERY, seen);
}

function seen(sign: string): string {
  const code = sign.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCodePoint(PICTURES + code);
  if (code === 0x7f) return '\u2421';
  return `‹U+${code.toString(16).toUpperCase().padStart(4, '0')}›`;
}
