import { flushSync } from 'svelte';
import { afterEach, describe, expect, it } from 'vitest';
import { bind, keys, type Binding } from './keys.svelte.ts';

const stops: (() => void)[] = [];

/** Run an effect as a component would, and count how often it runs. */
function binding(bindings: () => Binding[]): { runs: number } {
  const seen = { runs: 0 };
  stops.push(
    $effect.root(() => {
      $effect(() => {
        seen.runs += 1;
        return bind(bindings());
      });
    }),
  );
  flushSync();
  return seen;
}

afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

const key = (title: string): Binding => ({ title, group: 'Test', keys: ['j'], run: () => undefined });

describe('binding keys in an effect', () => {
  it('runs once, though it changes what is bound', () => {
    expect(binding(() => [key('One')]).runs).toBe(1);
    expect(keys.all.map(({ title }) => title)).toEqual(['One']);
  });

  it('does not run again because another effect binds', () => {
    const first = binding(() => [key('One')]);
    binding(() => [key('Two')]);
    expect(first.runs).toBe(1);
    expect(keys.all.map(({ title }) => title)).toEqual(['One', 'Two']);
  });

  it('runs again when what it binds changes, and leaves nothing behind', () => {
    let title = $state('Compact rows');
    const seen = binding(() => [key(title)]);
    title = 'Comfortable rows';
    flushSync();
    expect(seen.runs).toBe(2);
    expect(keys.all.map((one) => one.title)).toEqual(['Comfortable rows']);
  });

  it('takes nothing away from others that bind at the same moment', () => {
    let asks = $state(false);
    binding(() => (asks ? [key('Interrupt')] : [key('Send')]));
    binding(() => (asks ? [key('Allow')] : []));
    binding(() => (asks ? [key('Stop')] : [key('Resume')]));
    asks = true;
    flushSync();
    expect(keys.all.map((one) => one.title).sort()).toEqual(['Allow', 'Interrupt', 'Stop']);
  });
});
