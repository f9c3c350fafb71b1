// Whose page this document is: the office's, or one of the platform's staff. It is decided once, when the document is
// loaded, and stays, so that both can be open side by side in one browser. A window of the staff remembers the company that
// it is in; that says which cookie counts and is no secret. Whoever comes in or goes out gets a fresh document.

import { isOfficeDoor, readPair, writePair, type Pair } from '../core/inside.ts';

export const STAFF_HOME = '/staff';
const KEY = 'fieldward.staff';

function remembered(): Pair | null {
  // Who opens the office's own door in this window is in the office from then on.
  if (isOfficeDoor(location.pathname)) sessionStorage.removeItem(KEY);
  return location.pathname === STAFF_HOME ? null : readPair(sessionStorage.getItem(KEY));
}

/** The company in which this document shows the office to somebody of the staff. */
export const inside = remembered();
export const ofStaff = inside !== null || location.pathname === STAFF_HOME;

// A session of the staff is in one company at a time: what one window does holds for all of them.
const windows = ofStaff ? new BroadcastChannel('fieldward-staff-moves') : null;

// A page that the browser had put aside is asked for anew: it may have been left since.
if (ofStaff) addEventListener('pageshow', ({ persisted }) => persisted && location.reload());

export function onMove(moved: () => void): () => void {
  windows?.addEventListener('message', moved);
  return () => windows?.removeEventListener('message', moved);
}

/** Says to the other windows that the session is in another company now, or in none. */
export const tellMove = () => windows?.postMessage('moved');

export function goIn(pair: Pair): void {
  sessionStorage.setItem(KEY, writePair(pair));
  tellMove();
  location.assign('/');
}

/** Back to the staff's own page; nothing of the company stays in memory. */
export function goHome(): void {
  sessionStorage.removeItem(KEY);
  location.assign(STAFF_HOME);
}

export function goOut(): void {
  tellMove();
  goHome();
}
