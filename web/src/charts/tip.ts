/**
 * The box under the crosshair of stacked bars: the parts that are there, the largest first, and what they add up to.
 *
 * It is built of elements, never of HTML: the names in it come from transcripts.
 */
import type { DefaultLabelFormatterCallbackParams } from 'echarts';

export interface TipPart {
  name: string;
  value: number;
  colour: string;
}

type Given = DefaultLabelFormatterCallbackParams | DefaultLabelFormatterCallbackParams[];

/** The parts of a bucket that are not zero, the largest first. */
export function partsOf(given: Given): TipPart[] {
  return (Array.isArray(given) ? given : [given])
    .map((one) => ({ name: one.seriesName ?? '', value: typeof one.value === 'number' ? one.value : 0, colour: String(one.color ?? '') }))
    .filter((part) => part.value !== 0)
    .sort((left, right) => right.value - left.value);
}

/** Draw the box. */
export function stackTip(given: Given, words: (value: number | null) => string): HTMLElement {
  const parts = partsOf(given);
  const box = element('div');
  const first = Array.isArray(given) ? given[0] : given;
  box.append(element('div', first?.name ?? ''));
  for (const part of parts) box.append(line(part.name, words(part.value), part.colour));
  const all = parts.reduce((sum, part) => sum + part.value, 0);
  if (parts.length !== 1) box.append(line(parts.length ? 'All' : 'Nothing', parts.length ? words(all) : '', ''));
  return box;
}

function line(name: string, words: string, colour: string): HTMLElement {
  const row = element('div');
  row.style.cssText = 'display: flex; align-items: center; gap: 6px; line-height: 20px';
  const dot = element('span');
  dot.style.cssText = 'flex: none; width: 8px; height: 8px; border-radius: 2px';
  dot.style.background = colour || 'transparent';
  const value = element('b', words);
  value.style.cssText = 'margin-left: auto; padding-left: 16px; font-weight: 600';
  row.append(dot, element('span', name), value);
  return row;
}

function element(tag: string, text = ''): HTMLElement {
  const made = document.createElement(tag);
  made.textContent = text;
  return made;
}
