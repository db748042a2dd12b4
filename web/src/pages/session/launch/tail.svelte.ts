/**
 * What stands below a conversation while an agent writes: the blocks that no event of it holds yet.
 *
 * An agent may say the same twice, so only events behind those that were known when a block began can hold it. One that
 * nobody saw begin may be held by any. And only events that are drawn: a list draws what is new a frame later.
 */
import { untrack } from 'svelte';
import { release, type Launch } from '../../../api/launches.svelte.ts';
import { unheldSince, type Block, type Spoken } from '../../../api/writing.ts';
import type { Conversation } from '../replay/conversation.svelte.ts';

const MOST = 200;

export class Tail {
  readonly #conversation: Conversation;
  readonly #launch: () => Launch | undefined;
  readonly #since = new Map<string, string>();
  shown: readonly Block[] = $derived.by(() => this.#unheld());
  #first = true;

  constructor(conversation: Conversation, launch: () => Launch | undefined) {
    this.#conversation = conversation;
    this.#launch = launch;
    $effect(() => {
      const launch = this.#launch();
      if (!launch) return;
      const shown = new Set(this.shown.map((one) => one.name));
      const held = launch.blocks.filter((one) => one.done && !shown.has(one.name)).map((one) => one.name);
      untrack(() => release(launch.answer.id, held));
    });
  }

  #unheld(): Block[] {
    const blocks = this.#launch()?.blocks ?? [];
    const { events, loaded } = this.#conversation;
    if (!loaded) return [...blocks];
    for (const block of blocks) {
      if (this.#since.has(block.name)) continue;
      this.#since.set(block.name, this.#first || block.done ? '' : (events.ids.at(-1) ?? ''));
    }
    this.#first = false;
    if (!blocks.length) return [];
    const from = Math.max(0, events.length - MOST);
    const spoken = events.ids.slice(from).map((id, index): Spoken | null => {
      const said = this.#conversation.said.get(id);
      return said && this.#conversation.drawn.has(id) ? { kind: said.kind, text: said.text, leftOut: said.left_out, position: from + index } : null;
    });
    return unheldSince(blocks, spoken.filter((one) => one !== null), (block) => {
      const since = this.#since.get(block.name) ?? '';
      return since === '' ? 0 : (events.positions.get(since) ?? -1) + 1;
    });
  }
}
