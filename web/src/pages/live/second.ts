/** The present second: it moves on only while something on screen reads it. */
import { createSubscriber } from 'svelte/reactivity';

const follow = createSubscriber((update) => {
  const timer = setInterval(update, 1000);
  return () => clearInterval(timer);
});

/** The present time in epoch milliseconds; whoever reads it in an effect or in markup is run again each second. */
export function second(): number {
  follow();
  return Date.now();
}
