/** Which model the others are compared with, and how much dearer it would have been. */
import type { AsModelRow, ModelFigures } from '../../api/schema.d.ts';

/** The model to compare with until one is chosen: the second that cost most, or the only one; null where none has a price. */
export function defaultOther(rows: readonly ModelFigures[]): string | null {
  const priced = rows.filter((row) => row.cost_usd !== null && row.cost_usd > 0);
  return (priced[1] ?? priced[0])?.model ?? null;
}

/** What the other model would have cost more; null where one of the two costs is not known. */
export function difference(row: AsModelRow | undefined): number | null {
  return row?.cost_usd == null || row.as_model_cost_usd == null ? null : row.as_model_cost_usd - row.cost_usd;
}
