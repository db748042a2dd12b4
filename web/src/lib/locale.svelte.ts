/**
 * The reader's currency and time zone, as the server's settings say. Reactive: numbers on screen follow a change.
 */
import type { Currency as CurrencyAnswer } from '../api/schema.d.ts';

/** A currency, and how many of it a dollar is worth. */
export interface Currency extends Omit<CurrencyAnswer, 'per_dollar'> {
  per_dollar: number;
}

export const DOLLAR: Currency = { code: 'USD', symbol: '$', per_dollar: 1, digits: 2 };

export const locale = $state<{ currency: Currency; zone: string }>({
  currency: DOLLAR,
  zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
});

/** Take over what the server says. A zone that this browser does not know is left out. */
export function setLocale(currency: CurrencyAnswer, zone: string): void {
  locale.currency = { ...currency, per_dollar: Number(currency.per_dollar) };
  if (isZone(zone)) locale.zone = zone;
}

function isZone(zone: string): boolean {
  try {
    return Boolean(zone) && Boolean(new Intl.DateTimeFormat('en', { timeZone: zone }));
  } catch {
    return false;
  }
}
