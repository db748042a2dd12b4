import { afterEach, expect, test, vi } from 'vitest';
import { Conversation } from './conversation.svelte.ts';
import { NO_EVENTS } from './events.ts';
import * as load from './load.ts';
import type { Said } from './load.ts';

const said = (at: number): Said => ({ id: `1.${at}.0`, left_out: 0, call_id: '' }) as Said;
const ids = Array.from({ length: 250 }, (_, at) => `1.${at}.0`);

function begin(): Conversation {
  const conversation = new Conversation('s', []);
  conversation.events = { ...NO_EVENTS, length: ids.length, ids };
  return conversation;
}

afterEach(() => vi.restoreAllMocks());

test('only the pages that are wanted are loaded, and each once', async () => {
  const pages = vi.spyOn(load, 'loadPage').mockImplementation((_, position, limit) => Promise.resolve(ids.slice(position, position + limit).map((_id, at) => said(position + at))));
  const conversation = begin();
  await conversation.ensure([5, 220], 1000);
  await conversation.ensure([6], 1000);
  expect(pages.mock.calls.map((call) => call[1])).toEqual([0, 200]);
  expect(conversation.said.has('1.220.0')).toBe(true);
});

test('a page that failed is not asked for again by itself, but when it is wanted again', async () => {
  const pages = vi.spyOn(load, 'loadPage').mockRejectedValueOnce(new Error('busy')).mockResolvedValue([said(5)]);
  vi.spyOn(console, 'error').mockReturnValue();
  const conversation = begin();
  await conversation.ensure([5], 1000);
  expect(pages).toHaveBeenCalledTimes(1);
  expect(conversation.pageError).toBeDefined();
  await conversation.ensure([5], 1000);
  expect(conversation.pageError).toBeUndefined();
  expect(conversation.said.has('1.5.0')).toBe(true);
});

test('a whole event is not put back by its cut beginning', async () => {
  vi.spyOn(load, 'loadWhole').mockResolvedValue({ ...said(5), text: 'all of it' });
  vi.spyOn(load, 'loadPage').mockResolvedValue([{ ...said(5), text: 'all', left_out: 6 }, said(6)]);
  const conversation = begin();
  await conversation.whole('1.5.0');
  await conversation.ensure([6], 1000);
  expect(conversation.said.get('1.5.0')?.text).toBe('all of it');
});
