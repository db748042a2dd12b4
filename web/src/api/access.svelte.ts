/** Whether the server asks for a token that this browser has not shown, or no longer may. The app then asks for it. */
let refused = $state(false);

export const access = {
  get refused(): boolean {
    return refused;
  },
};

/** Take note that the server turned us away. */
export function turnedAway(): void {
  refused = true;
}

/** The address to open with a token: the one that was wanted; the server keeps the token as a cookie and goes there. */
export function withToken(address: URL, token: string): string {
  const next = new URL(address);
  next.searchParams.set('token', token.trim());
  return next.pathname + next.search;
}
