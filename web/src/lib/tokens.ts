/**
 * The kinds of tokens, once: their order, words and colours wherever they are stacked, listed or drawn.
 *
 * They are disjoint and add up to the total; reasoning is a part of output and never added to it.
 */
export interface TokenCounts {
  input_tokens: number | null;
  output_tokens: number | null;
  cache_read_tokens: number | null;
  cache_write_5m_tokens: number | null;
  cache_write_1h_tokens: number | null;
  reasoning_tokens: number | null;
  total_tokens: number | null;
}

export interface TokenKind {
  name: 'input' | 'output' | 'cache_read' | 'cache_write';
  title: string;
  colour: string;
  of: (counts: TokenCounts) => number | null;
}

export const TOKEN_KINDS: TokenKind[] = [
  { name: 'input', title: 'Input', colour: '--input', of: (counts) => counts.input_tokens },
  { name: 'output', title: 'Output', colour: '--output', of: (counts) => counts.output_tokens },
  { name: 'cache_read', title: 'Cache read', colour: '--cache-read', of: (counts) => counts.cache_read_tokens },
  { name: 'cache_write', title: 'Cache write', colour: '--cache-write', of: cacheWrite },
];

/** Tokens written to the cache, for five minutes and for an hour together. */
export function cacheWrite(counts: TokenCounts): number | null {
  const { cache_write_5m_tokens: short, cache_write_1h_tokens: long } = counts;
  return short === null && long === null ? null : (short ?? 0) + (long ?? 0);
}

/** Cache read as part of all that went in; null where nothing did, or it is not known. */
export function cacheHitRate(counts: TokenCounts): number | null {
  const read = counts.cache_read_tokens;
  if (read === null || counts.input_tokens === null) return null;
  const whole = counts.input_tokens + read + (cacheWrite(counts) ?? 0);
  return whole ? read / whole : null;
}
