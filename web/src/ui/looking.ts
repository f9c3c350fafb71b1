// A page looks now and then whether its record still is what it shows, and again when one comes back to it.

const LOOK_MS = 60_000;

/** For an $effect: `leave` is called when the page is left, also by closing it. */
export function lookNowAndThen(look: () => Promise<void>, leave: () => void = () => undefined): () => void {
  const seen = () => {
    if (document.visibilityState === 'visible') void look();
  };
  const timer = setInterval(seen, LOOK_MS);
  addEventListener('focus', seen);
  addEventListener('pagehide', leave);
  return () => {
    clearInterval(timer);
    removeEventListener('focus', seen);
    removeEventListener('pagehide', leave);
    leave();
  };
}
