// Where we are: the path, the filter in the query, and what is remembered with this entry of the history but
// never written into an address (search words, the place to return to after signing in).

export interface Memory {
  words?: string;
  from?: string;
}

class Router {
  path = $state(location.pathname);
  query = $state.raw(new URLSearchParams(location.search));
  memory = $state.raw<Memory>((history.state as Memory | null) ?? {});

  constructor() {
    addEventListener('popstate', () => this.#read());
    document.addEventListener('click', (event) => this.#follow(event));
  }

  go(to: string, options: { replace?: boolean; memory?: Memory } = {}): void {
    const memory = options.memory ?? {};
    if (options.replace) history.replaceState(memory, '', to);
    else history.pushState(memory, '', to);
    this.#read();
  }

  /** Changes what this entry of the history remembers; the place stays. */
  remember(memory: Memory): void {
    history.replaceState({ ...this.memory, ...memory }, '');
    this.memory = history.state as Memory;
  }

  /** Back to where one came from, or to `otherwise` if the page was opened directly. */
  back(otherwise: string): void {
    if (this.#moved) history.back();
    else this.go(otherwise, { replace: true });
  }

  #moved = false;

  #read(): void {
    this.#moved = true;
    this.path = location.pathname;
    this.query = new URLSearchParams(location.search);
    this.memory = (history.state as Memory | null) ?? {};
  }

  /** Ordinary links stay ordinary: only a plain click on a path of our own pages is taken over. */
  #follow(event: MouseEvent): void {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    const href = link?.getAttribute('href');
    if (!link || !href?.startsWith('/') || href.startsWith('/v1/')) return;
    if (link.target || link.hasAttribute('download')) return;
    event.preventDefault();
    this.go(href);
  }
}

export const router = new Router();
