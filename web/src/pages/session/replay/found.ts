/** Marks the words of a search in what is on screen, by the rules by which the server finds them. */
const TERM = /"([^"]+)"|(\S+)/g;
const MOST_MARKS = 3_000;

/** Cut a search into its terms, as the server does. */
export function termsOf(text: string): string[] {
  return [...text.matchAll(TERM)].map((found) => (found[1] ?? found[2] ?? '').normalize('NFC'));
}

/** Match any of some terms at the beginning of a word, in any case; null where there are none. */
export function patternOf(terms: readonly string[]): RegExp | null {
  const parts = terms.filter(Boolean).map((term) => {
    const words = term.trim().split(/\s+/).map(escaped).join('\\s+');
    return /^[a-z0-9]/i.test(term) ? `(?<![\\p{L}\\p{N}])${words}` : words;
  });
  return parts.length ? new RegExp(parts.join('|'), 'giu') : null;
}

/** Where the terms stand in the texts below an element. */
export function rangesIn(root: Node, pattern: RegExp): Range[] {
  const ranges: Range[] = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node && ranges.length < MOST_MARKS; node = walker.nextNode()) {
    for (const found of (node.nodeValue ?? '').matchAll(pattern)) {
      const range = document.createRange();
      range.setStart(node, found.index);
      range.setEnd(node, found.index + found[0].length);
      ranges.push(range);
    }
  }
  return ranges;
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, (sign) => (sign === '-' ? '\\x2d' : `\\${sign}`));
}
