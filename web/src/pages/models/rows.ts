/** What a model did in the range beside what it is paid by: one row of the table of models. */
import type { ModelAnswer, ModelFigures } from '../../api/schema.d.ts';
import type { Models } from './load.ts';

export interface ModelRow {
  name: string;
  figures: ModelFigures;
  /** Of the provider that most of its calls went to; undefined where no price list and no setting knows the model. */
  price: ModelAnswer | undefined;
  /** How many providers it was called at. */
  providers: number;
  status: 'priced' | 'partly' | 'unpriced';
  first: string | null;
  last: string | null;
}

/** Put figures and prices of the models together; the order is that of the figures. */
export function modelRows({ figures, prices }: Models): ModelRow[] {
  const known = new Map<string, ModelAnswer[]>();
  for (const row of prices.rows) known.set(row.model, [...(known.get(row.model) ?? []), row]);
  return figures.rows.map((row) => modelRow(row, known.get(row.model ?? '') ?? []));
}

function modelRow(figures: ModelFigures, prices: ModelAnswer[]): ModelRow {
  const [most] = [...prices].sort((left, right) => right.calls - left.calls);
  const firsts = prices.map((row) => row.first_used).filter((at) => at !== null);
  const lasts = prices.map((row) => row.last_used).filter((at) => at !== null);
  return {
    name: figures.model ?? '',
    figures,
    price: most,
    providers: prices.length,
    status: !figures.unpriced_calls ? 'priced' : figures.unpriced_calls < figures.calls ? 'partly' : 'unpriced',
    first: earliest(firsts),
    last: earliest(lasts, -1),
  };
}

/** The earliest of some times, or with -1 the latest. They may be told with different offsets. */
function earliest(times: string[], direction: 1 | -1 = 1): string | null {
  return times.sort((left, right) => direction * (Date.parse(left) - Date.parse(right)))[0] ?? null;
}

/** A model whose name no line says can have no price set. */
export function canBePriced(name: string): boolean {
  return name !== '' && !name.startsWith('(');
}
