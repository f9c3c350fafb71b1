// Who is signed in, and the one client that speaks for him.

import { Api } from '../core/api.ts';
import type { Me } from '../core/types.ts';

class Session {
  me = $state.raw<Me | null>(null);
  /** The session ended under somebody's hands: the page stays as it is and asks for the password over it. */
  ended = $state(false);
  #waiting: ((signedIn: boolean) => void)[] = [];

  readonly api = new Api({
    signInAgain: () => {
      if (!this.me) return Promise.resolve(false);
      this.ended = true;
      return new Promise<boolean>((resolve) => this.#waiting.push(resolve));
    },
  });

  async load(): Promise<Me> {
    const me = await this.api.get<Me>('/v1/me');
    const before = this.me;
    this.me = me;
    // Somebody else signed in over another person's page: nothing of it may stay on the screen.
    if (before && (before.user.id !== me.user.id || before.tenant.id !== me.tenant.id)) location.assign('/');
    return me;
  }

  /** After a second sign-in everything that waited goes on where it stopped. */
  resume(): void {
    this.ended = false;
    for (const go of this.#waiting.splice(0)) go(true);
  }

  async signOut(): Promise<void> {
    await this.api.post('/v1/logout');
    // A fresh document: no row of this person stays in memory.
    location.assign('/signin');
  }
}

export const session = new Session();

/** The signed-in person; pages behind the sign-in are shown only when there is one. */
export function whoIs(): Me {
  if (!session.me) throw new Error('a page was shown before anybody signed in');
  return session.me;
}
