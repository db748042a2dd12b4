/** The present moment as state, moved on every ten seconds, so that "5m ago" stays true. */
const STEP = 10_000;
let moment = $state(Date.now());
if (typeof window !== 'undefined') setInterval(() => (moment = Date.now()), STEP);

export const now = {
  get moment(): number {
    return moment;
  },
};
