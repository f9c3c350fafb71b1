// The customer's session: the token behind the '#' is exchanged for one that lasts an hour, and exchanged again when
// that is over. Nothing of either is stored in the browser.

import { Problem, Unreachable } from '../../core/api.ts';
import type { Opened, Page, Quote } from './types.ts';
import { words } from './words.svelte.ts';

async function answerOf(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    return {};
  }
}

class Zone {
  opened = $state.raw<Opened | null>(null);
  page = $state.raw<Page | null>(null);
  gone = $state(false);
  needsCode = $state(false);
  error = $state.raw<unknown>(null);
  /** The offer changed while it was being answered. */
  newer = $state(false);
  #session = '';

  async #send(method: string, path: string, json?: unknown): Promise<Response> {
    const headers: Record<string, string> = { Accept: 'application/json' };
    if (this.#session) headers['Authorization'] = `Bearer ${this.#session}`;
    if (json !== undefined) headers['Content-Type'] = 'application/json';
    const lang = method === 'GET' ? `?lang=${words.language}` : '';
    try {
      return await fetch(`/v1/portal${path}${lang}`, { method, headers, credentials: 'omit', ...(json === undefined ? {} : { body: JSON.stringify(json) }) });
    } catch (error) {
      throw new Unreachable(error);
    }
  }

  async #open(): Promise<void> {
    this.#session = '';
    const response = await this.#send('POST', '/open', { token: location.hash.slice(1) || '-' });
    const body = await answerOf(response);
    if (!response.ok) throw new Problem(response.status, body as object);
    this.#take(body as Opened);
  }

  #take(opened: Opened): void {
    this.#session = opened.session;
    this.opened = opened;
    this.needsCode = opened.needs_code;
  }

  /** One call; a session that is over is begun anew, once. */
  async #call(method: string, path: string, json?: unknown): Promise<Response> {
    let response = await this.#send(method, path, json);
    if (response.status === 401 && !this.needsCode) {
      const problem = new Problem(401, (await answerOf(response)) as object);
      if (problem.slug !== 'unauthenticated') throw this.#seen(problem);
      await this.#open();
      response = await this.#send(method, path, json);
    }
    if (!response.ok) throw this.#seen(new Problem(response.status, (await answerOf(response)) as object));
    return response;
  }

  #seen(problem: Problem): Problem {
    if (problem.slug === 'link-gone') this.gone = true;
    if (problem.slug === 'second-factor-required') this.needsCode = true;
    return problem;
  }

  async get<T>(path: string): Promise<T> {
    return (await (await this.#call('GET', path)).json()) as T;
  }

  async post<T>(path: string, json: unknown = {}): Promise<T> {
    return (await (await this.#call('POST', path, json)).json()) as T;
  }

  async file(path: string): Promise<Blob> {
    return (await this.#call('GET', path)).blob();
  }

  async load(): Promise<void> {
    this.error = null;
    try {
      if (!this.#session) await this.#open();
      if (this.needsCode) return;
      this.page = await this.get<Page>('/page');
    } catch (error) {
      if (error instanceof Problem && error.slug === 'link-gone') this.gone = true;
      else if (!(error instanceof Problem && error.slug === 'second-factor-required')) this.error = error;
    }
  }

  async confirm(code: string): Promise<void> {
    this.#take(await this.post<Opened>('/code/confirm', { code }));
    await this.load();
  }

  /** After a refused answer: the quote as it is now, if that is why. */
  async current(quote: Quote, failure: unknown): Promise<Quote | null> {
    if (!(failure instanceof Problem && failure.status === 409 && failure.reason)) return null;
    const now = await this.get<Quote>(`/quotes/${quote.id}`);
    this.newer = now.state === 'open' && now.version_id !== quote.version_id;
    return now;
  }

  /** The quote as it is after an answer, where the page is that quote's. */
  put(quote: Quote): void {
    if (this.page?.quote) this.page = { ...this.page, quote };
  }
}

export const zone = new Zone();
