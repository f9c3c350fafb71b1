// The one door to the server. Every call ends in a value, a `Problem` (the server said no and why)
// or an `Unreachable` (nobody answered; the same call may be tried again).

import type { Method } from './identity.ts';
import type { PasskeyAsk } from './passkey.ts';
import type { Page, Row, Search } from './types.ts';

export interface Fault {
  pointer: string;
  code: string;
  detail: string;
}

interface ProblemBody {
  type?: string;
  title?: string;
  status?: number;
  detail?: string;
  request_id?: string;
  errors?: Fault[];
  current?: Row;
  reason?: string;
  tenants?: { id: string; name: string }[];
  challenge?: string;
  methods?: Method[];
  passkey?: PasskeyAsk;
}

export class Problem extends Error {
  readonly slug: string;
  readonly status: number;
  readonly faults: readonly Fault[];
  /** The row as it is now, when somebody else changed it first. */
  readonly current: Row | null;
  readonly tenants: readonly { id: string; name: string }[];
  /** A word for why, where one status has several reasons. */
  readonly reason: string | null;
  /** An id to quote to support, when the server gave one. */
  readonly requestId: string | null;
  /** How one can go on: the second step of signing in, or a fresh proof of who one is. */
  readonly challenge: string | null;
  readonly methods: readonly Method[];
  readonly passkey: PasskeyAsk | null;
  /** Seconds until another try makes sense, where the server said so. */
  readonly wait: number | null;

  constructor(status: number, body: ProblemBody, wait: number | null = null) {
    super(body.detail ?? body.title ?? `HTTP ${status}`);
    this.slug = body.type?.split('/').pop() ?? 'unknown';
    this.status = status;
    this.faults = body.errors ?? [];
    this.current = body.current ?? null;
    this.tenants = body.tenants ?? [];
    this.reason = body.reason ?? null;
    this.requestId = body.request_id ?? null;
    this.challenge = body.challenge ?? null;
    this.methods = body.methods ?? [];
    this.passkey = body.passkey ?? null;
    this.wait = wait;
  }

  /** What is wrong with one field, in words, or null. `field` is a name, as in the row. */
  faultOf(field: string): string | null {
    return this.faults.find((fault) => fault.pointer === `/${field}`)?.detail ?? null;
  }
}

export class Unreachable extends Error {
  constructor(cause: unknown) {
    super('unreachable', { cause });
  }
}

export interface ApiOptions {
  /** Whose page this is: the server looks at the cookie that belongs to it and at no other. */
  app?: '1' | 'staff';
  fetch?: typeof fetch;
  uuid?: () => string;
  /** Called when the session has ended; true means "signed in again, try once more". */
  signInAgain?: () => Promise<boolean>;
  /** Called when an act asks for a fresh proof; true means "given, try once more". */
  stepUp?: (asked: Problem) => Promise<boolean>;
  /** Called when nothing is allowed before a second factor is made. */
  enrol?: () => void;
  /** Called when something is not there, or not for this person. */
  missing?: () => void;
}

interface Call {
  json?: unknown;
  raw?: Blob;
  version?: number;
  signal?: AbortSignal;
  /** Showing who one is must see its own refusals. */
  proving?: boolean;
  /** Goes on though the page is being left. */
  keepalive?: boolean;
}

export class Api {
  readonly #fetch: typeof fetch;
  readonly #uuid: () => string;
  readonly #signInAgain: () => Promise<boolean>;
  readonly #stepUp: (asked: Problem) => Promise<boolean>;
  readonly #enrol: () => void;
  readonly #missing: () => void;
  readonly #app: string;

  constructor(options: ApiOptions = {}) {
    this.#app = options.app ?? '1';
    this.#fetch = options.fetch ?? ((input, init) => fetch(input, init));
    this.#uuid = options.uuid ?? (() => crypto.randomUUID());
    this.#signInAgain = options.signInAgain ?? (async () => false);
    this.#stepUp = options.stepUp ?? (async () => false);
    this.#enrol = options.enrol ?? (() => undefined);
    this.#missing = options.missing ?? (() => undefined);
  }

  async call(method: string, path: string, call: Call = {}): Promise<Response> {
    const headers: Record<string, string> = { Accept: 'application/json', 'X-App': this.#app };
    // One key for all tries of this call: a retry after a lost answer must not do the act twice.
    if (method === 'POST' && !call.proving) headers['Idempotency-Key'] = this.#uuid();
    if (call.version !== undefined) headers['If-Match'] = `"${call.version}"`;
    let body: BodyInit | null = null;
    if (call.raw) {
      body = call.raw;
      headers['Content-Type'] = 'text/csv';
    } else if (call.json !== undefined) {
      body = JSON.stringify(call.json);
      headers['Content-Type'] = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
    }
    const init: RequestInit = { method, headers, body, credentials: 'same-origin' };
    if (call.signal) init.signal = call.signal;
    if (call.keepalive) init.keepalive = true;

    let response = await this.#send(path, init);
    if (response.status === 401 && !call.proving && (await this.#signInAgain()))
      response = await this.#send(path, init);
    if (response.ok) return response;
    const problem = await problemOf(response);
    if (call.proving) throw problem;
    if (problem.slug === 'enrol-required') this.#enrol();
    if (problem.status === 404) this.#missing();
    if (problem.slug !== 'step-up-required' || !(await this.#stepUp(problem))) throw problem;
    response = await this.#send(path, init);
    if (!response.ok) throw await problemOf(response);
    return response;
  }

  async #send(path: string, init: RequestInit): Promise<Response> {
    try {
      return await this.#fetch(path, init);
    } catch (error) {
      if (error instanceof DOMException && error.name === 'AbortError') throw error;
      throw new Unreachable(error);
    }
  }

  async #value<T>(method: string, path: string, call?: Call): Promise<T> {
    const response = await this.call(method, path, call);
    if (response.status === 204) return undefined as T;
    return (await response.json()) as T;
  }

  get<T>(path: string, signal?: AbortSignal): Promise<T> {
    return this.#value('GET', path, signal ? { signal } : {});
  }

  async blob(path: string): Promise<Blob> {
    return (await this.call('GET', path)).blob();
  }

  async text(path: string): Promise<string> {
    return (await this.call('GET', path)).text();
  }

  search<T>(plural: string, body: Search, signal?: AbortSignal): Promise<Page<T>> {
    return this.#value('POST', `/v1/${plural}/search`, signal ? { json: body, signal } : { json: body });
  }

  /** All rows of a short list (statuses, types, people): follows the cursor to the end. */
  async all<T>(plural: string, body: Search = {}): Promise<T[]> {
    const rows: T[] = [];
    let cursor: string | null = null;
    do {
      const page: Page<T> = await this.search<T>(plural, {
        ...body,
        limit: 200,
        ...(cursor === null ? {} : { cursor }),
      });
      rows.push(...page.items);
      cursor = page.next_cursor;
    } while (cursor !== null);
    return rows;
  }

  create<T>(plural: string, fields: Record<string, unknown>): Promise<T> {
    return this.#value('POST', `/v1/${plural}`, { json: fields });
  }

  patch<T>(plural: string, row: Row, fields: Record<string, unknown>): Promise<T> {
    return this.#value('PATCH', `/v1/${plural}/${row.id}`, { json: fields, version: row.version });
  }

  async remove(plural: string, row: Row): Promise<void> {
    await this.call('DELETE', `/v1/${plural}/${row.id}`, { version: row.version });
  }

  post<T>(path: string, json: unknown = {}): Promise<T> {
    return this.#value('POST', path, { json });
  }

  /** As post(), for what is saved while the page is being left. */
  postLast<T>(path: string, json: unknown): Promise<T> {
    return this.#value('POST', path, { json, keepalive: true });
  }

  upload<T>(path: string, file: Blob): Promise<T> {
    return this.#value('POST', path, { raw: file });
  }

  /** Signing in, and everything else that shows who one is: its refusals are answers. */
  prove<T>(path: string, json: unknown = {}): Promise<T> {
    return this.#value('POST', path, { json, proving: true });
  }
}

async function problemOf(response: Response): Promise<Problem> {
  const wait = Number.parseInt(response.headers.get('Retry-After') ?? '', 10);
  return new Problem(response.status, await problemBody(response), Number.isNaN(wait) ? null : wait);
}

async function problemBody(response: Response): Promise<ProblemBody> {
  try {
    return (await response.json()) as ProblemBody;
  } catch {
    // Something between us and the server answered in another language.
    return { title: response.statusText };
  }
}
