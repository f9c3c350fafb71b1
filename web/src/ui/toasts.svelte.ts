// Short messages at the edge of the screen. One that can be undone stays ten seconds, and longer while it is
// pointed at or has the focus.

export interface Toast {
  id: number;
  text: string;
  bad: boolean;
  undo: (() => Promise<void>) | null;
}

const STAYS_MS = 10_000;
let last = 0;

class Toasts {
  list = $state.raw<readonly Toast[]>([]);
  readonly #timers = new Map<number, ReturnType<typeof setTimeout>>();

  say(text: string, undo: (() => Promise<void>) | null = null): void {
    this.#add({ id: ++last, text, bad: false, undo });
  }

  complain(text: string): void {
    this.#add({ id: ++last, text, bad: true, undo: null });
  }

  close(toast: Toast): void {
    this.hold(toast);
    this.list = this.list.filter(({ id }) => id !== toast.id);
  }

  hold(toast: Toast): void {
    clearTimeout(this.#timers.get(toast.id));
    this.#timers.delete(toast.id);
  }

  release(toast: Toast): void {
    this.hold(toast);
    this.#timers.set(
      toast.id,
      setTimeout(() => this.close(toast), STAYS_MS),
    );
  }

  #add(toast: Toast): void {
    this.list = [...this.list.slice(-2), toast];
    this.release(toast);
  }
}

export const toasts = new Toasts();
