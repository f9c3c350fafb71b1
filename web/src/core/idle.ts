// When nobody has touched anything for as long as the company allows. Time is given from outside: a computer that slept
// finds out when it wakes, because clocks are compared and no timer is trusted.

export class Idle {
  #limit: number | null = null;
  #last: number;

  constructor(now: number) {
    this.#last = now;
  }

  /** Minutes as the company has set them; none until they are known. */
  allow(minutes: number): void {
    this.#limit = minutes * 60_000;
  }

  get minutes(): number | null {
    return this.#limit === null ? null : this.#limit / 60_000;
  }

  touch(now: number): void {
    if (now > this.#last) this.#last = now;
  }

  due(now: number): boolean {
    return this.#limit !== null && now - this.#last >= this.#limit;
  }
}
