import { describe, expect, it } from 'vitest';
import type { Binding } from '../lib/keys.svelte.ts';
import { actionEntries, byGroup, matches, parentOf } from './entries.ts';

const row = (title: string, group = 'Actions', palette = true): Binding => ({ title, group, palette, run: () => undefined });

describe('the command palette', () => {
  it('finds what holds every word, in any order', () => {
    expect([matches('Go to Sessions', 'ses go'), matches('Go to Sessions', 'ses dark'), matches('Go to Sessions', '')]).toEqual([true, false, true]);
  });
  it('offers only what is meant for it, and nothing twice', () => {
    const found = actionEntries([row('Scan now'), row('Next row', 'Lists', false), row('Scan now')], '');
    expect(found.map(({ title }) => title)).toEqual(['Scan now']);
  });
  it('puts first what has a word that begins so', () => {
    const found = actionEntries([row('Go to Usage'), row('Bus stop'), row('Export usage')], 'us');
    expect(found.map(({ title }) => title)).toEqual(['Go to Usage', 'Export usage', 'Bus stop']);
  });
  it('tells projects of one name apart by where they are', () => {
    expect([parentOf('/Users/ada/work/cli'), parentOf('C:\\code\\cli'), parentOf('cli')]).toEqual(['ada/work', 'C:/code', '']);
  });
  it('keeps each group in one piece', () => {
    const found = byGroup(actionEntries([row('Dark theme', 'Looks'), row('Scan now'), row('Light theme', 'Looks')], ''));
    expect(found.map(({ title }) => title)).toEqual(['Dark theme', 'Light theme', 'Scan now']);
  });
});
