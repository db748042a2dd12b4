/** Which component shows which kind of event. */
import type { Component } from 'svelte';
import Answer from './Answer.svelte';
import type { BlockProps } from './block.ts';
import Failure from './Failure.svelte';
import Injected from './Injected.svelte';
import Notice from './Notice.svelte';
import Prompt from './Prompt.svelte';
import Thinking from './Thinking.svelte';
import Tool from './Tool.svelte';

const BLOCKS: Record<string, Component<BlockProps>> = {
  user: Prompt,
  assistant: Answer,
  thinking: Thinking,
  tool_call: Tool,
  tool_result: Tool,
  error: Failure,
  system: Notice,
  context: Injected,
  hook: Injected,
};

/** The component of a kind; one that nobody knows yet is a notice. */
export function blockOf(kind: string): Component<BlockProps> {
  return BLOCKS[kind] ?? Notice;
}
