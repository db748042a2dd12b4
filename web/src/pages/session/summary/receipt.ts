/** The lines of a session's receipt, model by model, each model with what it cost in all. */
import type { ReceiptAnswer, UsageAnswer } from '../../../api/schema.d.ts';
import { groupBy } from '../../../lib/group.ts';

export interface ModelReceipt {
  model: string;
  usage: UsageAnswer | undefined;
  lines: ReceiptAnswer[];
  /** Where the rates come from, if all lines have it from one place. */
  rate: string;
}

/** Group the lines by model; the server's order is kept. */
export function byModel(lines: readonly ReceiptAnswer[], usage: readonly UsageAnswer[]): ModelReceipt[] {
  return [...groupBy(lines, (line) => line.model)].map(([model, some]) => {
    const rates = new Set(some.map((line) => line.rate).filter(Boolean));
    return { model, usage: usage.find((one) => one.model === model), lines: some, rate: rates.size === 1 ? [...rates][0]! : '' };
  });
}
