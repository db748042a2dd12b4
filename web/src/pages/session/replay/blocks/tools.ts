/** Which sign stands for which tool. */
import type { Component } from 'svelte';
import Bot from '@lucide/svelte/icons/bot';
import FileText from '@lucide/svelte/icons/file-text';
import Globe from '@lucide/svelte/icons/globe';
import List from '@lucide/svelte/icons/list-todo';
import Pen from '@lucide/svelte/icons/file-pen-line';
import Plug from '@lucide/svelte/icons/plug';
import Search from '@lucide/svelte/icons/search';
import Terminal from '@lucide/svelte/icons/terminal';
import Wrench from '@lucide/svelte/icons/wrench';

type Sign = Component<{ size?: number }>;
const RULES: [RegExp, Sign][] = [
  [/^mcp__/, Plug],
  [/bash|shell|exec|stdin|terminal|kill/i, Terminal],
  [/todo|plan|^task(create|update|list|get)/i, List],
  [/^(task|agent)$|agent/i, Bot],
  [/edit|write|patch/i, Pen],
  [/web|fetch|url/i, Globe],
  [/grep|glob|search|find|^ls$/i, Search],
  [/read|view|open/i, FileText],
];

/** The sign of a tool by its name. */
export function toolSign(tool: string): Sign {
  return RULES.find(([pattern]) => pattern.test(tool))?.[1] ?? Wrench;
}

/** The name of a tool for people: of one that a server brought, its own name and then the server's. */
export function toolName(tool: string): string {
  const found = /^mcp__(.+?)__(.+)$/.exec(tool);
  return found ? `${found[2]} (${found[1]})` : tool || 'Tool';
}
