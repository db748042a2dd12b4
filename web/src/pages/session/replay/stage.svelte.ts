/**
 * Where the person is in a conversation, and how one gets elsewhere: the one place that scrolls the list.
 *
 * A jump holds its place, whatever arrives or grows above it, until the person scrolls.
 */
import { untrack } from 'svelte';
import type { Conversation } from './conversation.svelte.ts';
import { positionAt } from './events.ts';
import { countShown, isHidden, rowAt, rowPosition, type Row } from './rows.ts';
import { marksOf, nextOf, type Marks } from './marks.ts';

/** What the stage needs of virtua's list. */
export interface List {
  scrollToIndex(index: number, options?: { align?: 'start' | 'center' | 'end' | 'nearest' }): void;
  findItemIndex(offset: number): number;
  getScrollOffset(): number;
  getScrollSize(): number;
  getViewportSize(): number;
}

const READING_LINE = 28;
const NEAR_END = 32;
const PATIENCE = 600;
const BEFORE = 20;
const BEHIND = 60;

type Align = 'start' | 'end' | 'nearest';

export class Stage {
  readonly conversation: Conversation;
  list = $state.raw<List>();
  hidden = $state.raw<ReadonlySet<string>>(new Set());
  /** The position of the event that the person looks at. */
  cursor = $state(0);
  /** The person is at the end of a session that goes on, and stays there as it grows. */
  follows = $state(false);
  atEnd = $state(false);
  goesOn = false;
  /** Events that came while the person was elsewhere. */
  unseen = $state(0);
  rows = $derived.by(() => this.#shown());
  counts = $derived.by(() => countShown(this.conversation.rows));
  marks: Marks = $derived.by(() => marksOf(this.rows, this.conversation.events.calls));
  /** The index of the row under the cursor. */
  current = $derived.by(() => rowAt(this.rows, rowPosition(this.conversation.events, this.cursor)));
  #held: Align | null = null;
  #known = 0;

  constructor(conversation: Conversation) {
    this.conversation = conversation;
  }

  #shown(): Row[] {
    const { rows } = this.conversation;
    return this.hidden.size ? rows.filter((row) => !isHidden(row, this.hidden)) : rows;
  }

  get time(): number {
    return this.conversation.events.times[this.cursor] ?? 0;
  }

  /** Go to an event; its neighbours' words are fetched first, so that it arrives in its final place. */
  async jump(position: number): Promise<void> {
    this.#hold(position, 'start');
    await this.conversation.ensure(this.#around(this.current), PATIENCE);
    this.settle();
  }

  /** Go to the last event before a time at once, as a person who drags wants it. */
  seek(time: number): void {
    this.#hold(positionAt(this.conversation.events.times, time), 'start');
    this.settle();
  }

  /** Bring an event into view while it is played. */
  show(position: number): void {
    if (position === this.cursor) return;
    this.#hold(position, 'nearest');
    this.settle();
  }

  /** Go to the end and stay there. */
  async newest(): Promise<void> {
    this.#hold(Math.max(this.conversation.events.length - 1, 0), 'end');
    this.follows = true;
    this.unseen = 0;
    await this.conversation.ensure(this.#around(this.current), PATIENCE);
    this.settle();
  }

  step(by: 1 | -1): void {
    const row = this.rows[this.current + by];
    if (row) void this.jump(row.position);
  }

  /** Go to the next prompt, error or expensive call. Gives whether there was one. */
  next(kind: keyof Marks, step: 1 | -1): boolean {
    const found = nextOf(this.marks[kind], this.rows[this.current]?.position ?? 0, step);
    if (found !== null) void this.jump(found);
    return found !== null;
  }

  /** Put the held row where it belongs again. */
  settle(): void {
    if (this.#held) this.list?.scrollToIndex(this.current, { align: this.#held });
  }

  /** What stands below the rows has grown: whoever is at its end stays there. */
  stay(whole: { scrollTop: number; scrollHeight: number }): void {
    if (this.follows || (this.goesOn && this.atEnd && !this.#held)) whole.scrollTop = whole.scrollHeight;
    this.scrolled();
  }

  /** The person scrolls: from now on the cursor follows what is on screen. */
  letGo(): void {
    this.#held = null;
    this.follows = false;
  }

  /** The list has moved. */
  scrolled(): void {
    const { list, rows } = this;
    if (!list || !rows.length) return;
    const left = list.getScrollSize() - list.getScrollOffset() - list.getViewportSize();
    this.atEnd = left < NEAR_END;
    if (this.atEnd) this.unseen = 0;
    if (this.#held) return;
    const index = this.atEnd && left <= 1 ? rows.length - 1 : list.findItemIndex(list.getScrollOffset() + READING_LINE);
    this.cursor = rows[index]?.position ?? 0;
  }

  /** The session has grown: stay at its end where the person is there. */
  grown(goesOn: boolean): void {
    const { length } = this.conversation.events;
    const more = length - this.#known;
    this.goesOn = goesOn;
    const first = this.#known === 0;
    this.#known = length;
    if (first || more <= 0) return;
    if (this.follows || (goesOn && this.atEnd)) void this.newest();
    else this.unseen += more;
  }

  #hold(position: number, align: Align): void {
    this.cursor = position;
    this.#held = align;
    this.follows = false;
  }

  #around(index: number): number[] {
    return positionsOf(untrack(() => this.rows).slice(Math.max(0, index - BEFORE), index + BEHIND));
  }
}

/** All positions that some rows show: those of calls, and of their results. */
export function positionsOf(rows: readonly Row[]): number[] {
  return rows.flatMap((row) => (row.result < 0 ? [row.position] : [row.position, row.result]));
}
