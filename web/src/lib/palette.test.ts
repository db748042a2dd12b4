import { expect, it } from 'vitest';
import { freeSlot, modelColour } from './palette.ts';

it('a model keeps its colour, and two models have two', () => {
  const first = modelColour('claude-opus-4-8');
  const second = modelColour('gpt-6-codex');
  expect(first).not.toBe(second);
  expect(modelColour('claude-opus-4-8')).toBe(first);
});

it('a ninth model shares the colour that it would have had', () => {
  const all = new Set([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(freeSlot('ninth', all)).toBe(freeSlot('ninth', new Set()));
});
