/** A patch as lines, each with its number before and after. */
export interface DiffLine {
  sign: ' ' | '+' | '-' | '@';
  /** null where the agent told no line numbers. */
  before: number | null;
  after: number | null;
  text: string;
}

const HUNK = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@(.*)$/;

/** Read the hunks of a unified diff. What a hunk tells of its place beside numbers stays as its text. */
export function readPatch(patch: string): DiffLine[] {
  const lines: DiffLine[] = [];
  let before: number | null = null;
  let after: number | null = null;
  for (const line of patch.replace(/\n$/, '').split('\n')) {
    if (line.startsWith('@@')) {
      const place = HUNK.exec(line);
      before = place ? Number(place[1]) : null;
      after = place ? Number(place[2]) : null;
      lines.push({ sign: '@', before, after, text: (place ? place[3]! : line.slice(2)).trim() });
    } else if (line.startsWith('+')) {
      lines.push({ sign: '+', before: null, after, text: line.slice(1) });
      if (after !== null) after += 1;
    } else if (line.startsWith('-')) {
      lines.push({ sign: '-', before, after: null, text: line.slice(1) });
      if (before !== null) before += 1;
    } else if (!line.startsWith('\\') && (line || lines.length)) {
      lines.push({ sign: ' ', before, after, text: line.slice(1) });
      if (before !== null) before += 1;
      if (after !== null) after += 1;
    }
  }
  return lines;
}
