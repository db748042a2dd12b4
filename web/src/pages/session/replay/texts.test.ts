import { expect, test } from 'vitest';
import { readPatch } from './diff.ts';
import { patternOf, termsOf } from './found.ts';
import { fieldsOf, oneLine, tasksLine } from './input.ts';

test('a patch is read into numbered lines', () => {
  expect(readPatch('@@ -3,2 +3,2 @@ def f\n a\n-b\n+c\n')).toEqual([
    { sign: '@', before: 3, after: 3, text: 'def f' },
    { sign: ' ', before: 3, after: 3, text: 'a' },
    { sign: '-', before: 4, after: null, text: 'b' },
    { sign: '+', before: null, after: 4, text: 'c' },
  ]);
});

test('a patch without a place has no numbers', () => {
  expect(readPatch('@@\n-b\n+c').map((line) => [line.before, line.after])).toEqual([[null, null], [null, null], [null, null]]);
});

test('one line of a tool is its command, path or pattern', () => {
  expect(oneLine('{"command":"pytest -q\\nmake","description":"Run"}')).toBe('pytest -q make');
  expect(oneLine('{"command":["bash","-lc","ls"]}')).toBe('bash -lc ls');
  expect(oneLine('{"pattern":"bug","path":"/src"}')).toBe('bug in /src');
  expect(oneLine('{"a":1,"b":"x"}')).toBe('a: 1, b: x');
  expect(oneLine('{}')).toBe('');
});

test('a list of tasks says how many are done', () => {
  expect(tasksLine([{ state: 'done' }, { state: 'active' }, { state: 'done' }])).toBe('3 tasks, 2 done, 1 in progress');
});

test('input that is no JSON, or was cut off, still has its line', () => {
  expect(oneLine('*** Begin Patch')).toBe('*** Begin Patch');
  expect(oneLine('{"file_path":"/a.py","content":"lorem')).toBe('/a.py');
});

test('fields that the diff shows are left out', () => {
  const input = '{"file_path":"/a","old_string":"x","new_string":"y"}';
  expect(fieldsOf(input, 'Edit', true).map((field) => field.name)).toEqual(['file_path']);
  expect(fieldsOf(input, 'Edit').length).toBe(3);
  expect(fieldsOf('{"command":"ls"}', 'Bash')[0]).toEqual({ name: 'command', text: 'ls', language: 'bash' });
});

test('terms are words and phrases, found at the beginning of words in any case', () => {
  expect(termsOf('retry "rate limit"')).toEqual(['retry', 'rate limit']);
  const pattern = patternOf(['lim', 'a.b'])!;
  expect([...'Limit climb a.bc axb'.matchAll(pattern)].map((found) => found[0])).toEqual(['Lim', 'a.b']);
  expect(patternOf([])).toBeNull();
});
