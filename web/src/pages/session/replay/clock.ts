/**
 * A time that leaves idle gaps nearly out: for playing, and for the axis of the timeline.
 *
 * Between two moments at which something happened it runs like the true time, unless more than `longest` lies between
 * them: then all of that takes only `shortened`.
 */
export interface Gap {
  /** True times. */
  from: number;
  to: number;
  /** Where it begins and ends in shortened time. */
  begins: number;
  ends: number;
}

export interface Rules {
  /** Milliseconds; longer gaps are shortened. */
  longest: number;
  /** To so many milliseconds. */
  shortened: number;
}

export const PLAYING: Rules = { longest: 30_000, shortened: 3_000 };

export class Clock {
  readonly start: number;
  readonly end: number;
  /** All of it, in shortened milliseconds. */
  readonly total: number;
  readonly gaps: readonly Gap[];

  /** `times` rise. */
  constructor(times: ArrayLike<number>, { longest, shortened }: Rules) {
    this.start = times.length ? times[0]! : 0;
    this.end = times.length ? times[times.length - 1]! : 0;
    const gaps: Gap[] = [];
    let saved = 0;
    for (let place = 1; place < times.length; place++) {
      const [from, to] = [times[place - 1]!, times[place]!];
      if (to - from <= longest) continue;
      const begins = from - this.start - saved;
      gaps.push({ from, to, begins, ends: begins + shortened });
      saved += to - from - shortened;
    }
    this.gaps = gaps;
    this.total = this.end - this.start - saved;
  }

  /** Where a true time stands in shortened time. */
  at(time: number): number {
    const gap = this.gaps[last(this.gaps, (one) => one.from <= time)];
    if (!gap) return clamp(time - this.start, this.total);
    if (time >= gap.to) return clamp(gap.ends + time - gap.to, this.total);
    return gap.begins + ((time - gap.from) / (gap.to - gap.from)) * (gap.ends - gap.begins);
  }

  /** The true time of a moment of shortened time. */
  time(moment: number): number {
    const within = clamp(moment, this.total);
    const gap = this.gaps[last(this.gaps, (one) => one.begins <= within)];
    if (!gap) return this.start + within;
    if (within >= gap.ends) return gap.to + within - gap.ends;
    return gap.from + ((within - gap.begins) / (gap.ends - gap.begins)) * (gap.to - gap.from);
  }

  /** The gap that a moment of shortened time lies in. */
  gapAt(moment: number): Gap | null {
    const gap = this.gaps[last(this.gaps, (one) => one.begins <= moment)];
    return gap && moment < gap.ends ? gap : null;
  }
}

/** The last for which something holds that holds for the first ones; -1 where it holds for none. */
function last<Value>(values: readonly Value[], holds: (value: Value) => boolean): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(values[middle]!)) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function clamp(value: number, most: number): number {
  return Math.max(0, Math.min(most, value));
}
