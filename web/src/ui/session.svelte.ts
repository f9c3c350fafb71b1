// Who is signed in, and the one client that speaks for him.

import { Api, Problem } from '../core/api.ts';
import { Idle } from '../core/idle.ts';
import type { Me } from '../core/types.ts';
import { goHome, goOut, inside, ofStaff, onMove } from './staff.ts';

/** Why the session ended under somebody's hands: the server said so, or nobody has touched anything for long. */
export type Ended = 'over' | 'idle';

interface Asked {
  problem: Problem;
  answer: (proved: boolean) => void;
}

const LOOK_MS = 5_000;
const REFRESH_MS = 60_000;
/** The server keeps a session of the platform's staff no longer than this, whatever a company allows its own people. */
const STAFF_IDLE_MINUTES = 10;
const TOUCHES = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart', 'scroll'] as const;

class Session {
  me = $state.raw<Me | null>(null);
  /** Until the same person signs in again nothing of the page can be seen; what was typed stays in memory. */
  ended = $state<Ended | null>(null);
  /** An act waits for a fresh proof of who somebody is. */
  asked = $state.raw<Asked | null>(null);
  readonly idle = new Idle(Date.now());
  #waiting: ((signedIn: boolean) => void)[] = [];
  #proof: Promise<boolean> | null = null;
  /** Other tabs of the same person: what is touched there counts here. */
  readonly #tabs = new BroadcastChannel(ofStaff ? 'fieldward-staff' : 'fieldward');
  #told = 0;
  #looking = false;

  readonly api = new Api({
    app: ofStaff ? 'staff' : '1',
    signInAgain: () => {
      if (inside) return gone();
      if (!this.me) return Promise.resolve(false);
      this.ended ??= 'over';
      return new Promise<boolean>((resolve) => this.#waiting.push(resolve));
    },
    stepUp: (problem) => this.#ask(problem),
    enrol: () => {
      if (this.me && !this.me.must_enrol) this.me = { ...this.me, must_enrol: true };
    },
    // For staff of the platform nothing is there any more once their time is over.
    missing: () => {
      if (inside) void this.#refresh();
    },
  });

  async load(): Promise<Me> {
    const me = await this.#askWho();
    const before = this.me;
    // What is the same is not told again to everything that shows it.
    if (!before || sayingOf(before) !== sayingOf(me)) this.me = me;
    // Somebody else signed in over another person's page: nothing of it may stay on the screen.
    if (before && (before.user.id !== me.user.id || before.tenant.id !== me.tenant.id)) location.assign('/');
    this.idle.allow(inside ? Math.min(me.tenant.idle_minutes, STAFF_IDLE_MINUTES) : me.tenant.idle_minutes);
    if (!before) this.#watch();
    return me;
  }

  async #askWho(): Promise<Me> {
    try {
      const me = await this.api.get<Me>('/v1/me');
      return inside && me.tenant.id !== inside.company ? await gone() : me;
    } catch (failure) {
      if (inside && failure instanceof Problem && (failure.status === 401 || failure.status === 404)) return gone();
      throw failure;
    }
  }

  /** After a second sign-in everything that waited goes on where it stopped. */
  resume(): void {
    this.idle.touch(Date.now());
    this.ended = null;
    for (const go of this.#waiting.splice(0)) go(true);
  }

  async signOut(): Promise<void> {
    if (inside) await this.api.post('/v1/staff/leave');
    await this.api.post('/v1/logout');
    // A fresh document: no row of this person stays in memory.
    if (ofStaff) goOut();
    else location.assign('/signin');
  }

  /** Staff of the platform go out of the company that they are in. */
  async leave(): Promise<void> {
    await this.api.post('/v1/staff/leave');
    goOut();
  }

  /** One question for all that wait: what was proved holds for each of them. */
  #ask(problem: Problem): Promise<boolean> {
    this.#proof ??= new Promise<boolean>((resolve) => {
      this.asked = {
        problem,
        answer: (proved) => {
          this.asked = null;
          this.#proof = null;
          resolve(proved);
        },
      };
    });
    return this.#proof;
  }

  #watch(): void {
    const touch = () => {
      // Whoever comes back after the time was up does not undo it by moving the mouse.
      if (this.#lockIfDue()) return;
      const now = Date.now();
      this.idle.touch(now);
      if (now - this.#told < LOOK_MS) return;
      this.#told = now;
      this.#tabs.postMessage(now);
    };
    for (const kind of TOUCHES) addEventListener(kind, touch, { capture: true, passive: true });
    this.#tabs.addEventListener('message', ({ data }) => {
      if (typeof data === 'number' && data <= Date.now()) this.idle.touch(data);
    });
    setInterval(() => void this.#lockIfDue(), LOOK_MS);
    document.addEventListener('visibilitychange', () => void this.#lockIfDue());
    setInterval(() => void this.#refresh(), REFRESH_MS);
  }

  #lockIfDue(): boolean {
    const now = Date.now();
    if (!this.idle.due(now)) return false;
    if (this.ended !== null) {
      // Nobody came back for as long again: not even memory keeps it.
      if (this.idle.due(now - (this.idle.minutes ?? 0) * 60_000)) location.assign('/signin');
      return true;
    }
    this.ended = 'idle';
    if (inside) {
      void this.signOut().catch(goHome);
      return true;
    }
    // What stands in an open field is saved when the field is left; after that the server is told.
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
    void this.api.prove('/v1/logout').catch(() => undefined);
    return true;
  }

  /** Somebody of the platform's staff may have come in, or this session may be over. */
  async #refresh(): Promise<void> {
    if (document.hidden || this.ended !== null || !this.me || this.#looking) return;
    this.#looking = true;
    try {
      await this.load();
    } catch {
      return; // asked again in a minute
    } finally {
      this.#looking = false;
    }
  }
}

/** The company is closed to this page of the staff; whatever waits for an answer waits until the page is gone. */
function gone(): Promise<never> {
  goHome();
  return new Promise<never>(() => undefined);
}

// In another window they went into another company, or out of this one.
if (inside) onMove(goHome);

const sayingOf = (me: Me) => JSON.stringify({ ...me, fresh_until: null });

export const session = new Session();

/** The signed-in person; pages behind the sign-in are shown only when there is one. */
export function whoIs(): Me {
  if (!session.me) throw new Error('a page was shown before anybody signed in');
  return session.me;
}
