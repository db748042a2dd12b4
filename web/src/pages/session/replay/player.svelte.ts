/**
 * Plays a conversation by true time, at once to 64 times; idle gaps take a few seconds (see clock.ts).
 */
import { Clock, PLAYING, type Gap } from './clock.ts';
import { positionAt } from './events.ts';
import type { Stage } from './stage.svelte.ts';

export const SPEEDS = [1, 2, 4, 8, 16, 32, 64] as const;
export type Speed = (typeof SPEEDS)[number];
const LONGEST_FRAME = 250;

export class Player {
  readonly stage: Stage;
  playing = $state(false);
  speed = $state<Speed>(4);
  /** Where the play is, in the clock's shortened time. */
  moment = $state(0);
  clock = $derived.by(() => new Clock(this.stage.conversation.events.times, PLAYING));
  /** The idle gap that is being skipped. */
  gap: Gap | null = $derived.by(() => (this.playing ? this.clock.gapAt(this.moment) : null));
  #frame = 0;
  #last = 0;

  constructor(stage: Stage) {
    this.stage = stage;
  }

  /** The time that the timeline's cursor stands at. */
  get time(): number {
    return this.playing ? this.clock.time(this.moment) : this.stage.time;
  }

  toggle(): void {
    if (this.playing) this.pause();
    else this.play();
  }

  play(): void {
    if (!this.stage.conversation.events.length) return;
    this.moment = this.clock.at(this.stage.time);
    if (this.moment >= this.clock.total) this.moment = 0;
    this.playing = true;
    this.#last = performance.now();
    this.#show();
    this.#frame = requestAnimationFrame((now) => this.#tick(now));
  }

  pause(): void {
    cancelAnimationFrame(this.#frame);
    this.playing = false;
    this.stage.conversation.playhead = Infinity;
  }

  /** Go on from where the person has gone. */
  moved(): void {
    if (this.playing) this.moment = this.clock.at(this.stage.time);
  }

  faster(step: 1 | -1): void {
    const place = SPEEDS.indexOf(this.speed) + step;
    this.speed = SPEEDS[Math.max(0, Math.min(SPEEDS.length - 1, place))]!;
  }

  #tick(now: number): void {
    if (!this.playing) return;
    const passed = Math.min(now - this.#last, LONGEST_FRAME);
    this.#last = now;
    this.moment = Math.min(this.moment + passed * this.speed, this.clock.total);
    this.#show();
    if (this.moment >= this.clock.total) this.pause();
    else this.#frame = requestAnimationFrame((next) => this.#tick(next));
  }

  #show(): void {
    const { stage } = this;
    const time = this.clock.time(this.moment);
    const position = positionAt(stage.conversation.events.times, time);
    const there = stage.conversation.events.times[position] ?? time;
    // A half millisecond keeps what happens right now on screen, whatever the clock rounded.
    if (stage.conversation.playhead !== there + 0.5) stage.conversation.playhead = there + 0.5;
    stage.show(position);
  }
}
