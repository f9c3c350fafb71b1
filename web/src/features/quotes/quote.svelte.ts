// One quote with its versions, and the acts on it.

import { instantOf } from '../../core/time.ts';
import type { Acceptance, Contact, Customer, Enquiry, Job, Place, Quote, QuoteLine, QuoteVersion } from '../../core/types.ts';
import { PLACE_FIELDS } from '../../core/types.ts';
import { LinesDraft } from '../../ui/lines.svelte.ts';
import { taxTables, today, writing } from '../../ui/money.svelte.ts';
import { reference } from '../../ui/reference.svelte.ts';
import { save } from '../../ui/save.svelte.ts';
import { session, whoIs } from '../../ui/session.svelte.ts';
import { quotes } from './list.ts';

const WRITTEN: readonly Quote['status'][] = ['draft', 'internal_review'];

export class OpenQuote {
  readonly id: string;
  quote = $state.raw<Quote | null>(null);
  versions = $state.raw<QuoteVersion[]>([]);
  /** The one that is shown. */
  version = $state.raw<QuoteVersion | null>(null);
  lines = $state.raw<QuoteLine[]>([]);
  answers = $state.raw<Acceptance[]>([]);
  customer = $state.raw<Customer | null>(null);
  contacts = $state.raw<Contact[]>([]);
  places = $state.raw<Place[]>([]);
  enquiry = $state.raw<Enquiry | null>(null);
  job = $state.raw<Job | null>(null);
  error = $state.raw<unknown>(null);
  ready = $state(false);
  /** Counts what happened here, so that the diary knows when to look. */
  moved = $state(0);
  readonly draft: LinesDraft<QuoteVersion>;

  constructor(id: string) {
    this.id = id;
    this.draft = new LinesDraft<QuoteVersion>({
      put: (body, last) =>
        last
          ? session.api.postLast<QuoteVersion>(`/v1/quotes/${id}/lines`, body)
          : session.api.post<QuoteVersion>(`/v1/quotes/${id}/lines`, body),
      saved: (version) => this.#saved(version),
      reread: () => session.api.all<QuoteLine>('quote_lines', { filter: { quote_version_id: this.version?.id }, sort: 'position' }),
      base: () => this.version?.version,
      refresh: async () => {
        if (this.version) this.version = await session.api.get<QuoteVersion>(`/v1/quote_versions/${this.version.id}`);
      },
      listed: () => this.customer?.price_list_id != null,
      day: today,
      writing,
      optional: true,
      texts: true,
    });
  }

  readonly isWritten = $derived.by(() => this.quote !== null && WRITTEN.includes(this.quote.status));
  readonly isNewest = $derived.by(() => this.version?.id === this.quote?.version_id);

  async load(): Promise<void> {
    this.error = null;
    try {
      const [quote] = await Promise.all([session.api.get<Quote>(`/v1/quotes/${this.id}`), taxTables.load(), reference.load()]);
      this.quote = quote;
      await Promise.all([this.#readVersions(), this.#readAnswers(), this.#readBeside(quote)]);
      this.ready = true;
    } catch (error) {
      this.error = error;
    }
  }

  /** Somebody else may have gone on with it; what is being typed here is never thrown away. */
  async look(): Promise<void> {
    if (!this.ready || this.draft.unsaved || this.draft.phase === 'saving') return;
    try {
      const [quote, version] = await Promise.all([
        session.api.get<Quote>(`/v1/quotes/${this.id}`),
        this.version ? session.api.get<QuoteVersion>(`/v1/quote_versions/${this.version.id}`) : null,
      ]);
      if (this.draft.unsaved) return;
      if (quote.version !== this.quote?.version || version?.version !== this.version?.version) await this.load();
    } catch {
      return;
    }
  }

  async show(version: QuoteVersion): Promise<void> {
    const lines = await session.api.all<QuoteLine>('quote_lines', { filter: { quote_version_id: version.id }, sort: 'position' });
    this.version = version;
    this.lines = lines;
    if (this.isWritten && this.isNewest) this.draft.take(version, lines, { intro: version.intro, terms: version.terms });
  }

  async change(fields: Partial<Quote>): Promise<void> {
    if (!this.quote) return;
    this.#took(await save('quotes', this.quote, fields));
  }

  async send(fields: Record<string, unknown> = {}): Promise<void> {
    await this.draft.flush();
    await this.act('send', fields);
  }

  async act(name: 'send' | 'review' | 'revise' | 'accept' | 'decline' | 'cancel', body: Record<string, unknown> = {}): Promise<void> {
    this.#took({ ...this.quote, ...(await session.api.post<Quote>(`/v1/quotes/${this.id}/${name}`, body)) });
    await Promise.all([this.#readVersions(), this.#readAnswers()]);
  }

  /** The work of an accepted quote. Asked for again it is the same work. */
  async makeJob(type: string, site: string): Promise<Job> {
    const job = await session.api.post<Job>(`/v1/quotes/${this.id}/job`, { job_type_id: type, ...(site === '' ? {} : { site_id: site }) });
    this.job = job;
    this.#took(await session.api.get<Quote>(`/v1/quotes/${this.id}`));
    return job;
  }

  validUntil = (day: string) => this.change({ valid_until: day === '' ? null : day });

  #took(quote: Quote): void {
    this.quote = quote;
    this.moved++;
    quotes.update(quote);
  }

  #saved(version: QuoteVersion): void {
    this.version = version;
    this.versions = this.versions.map((one) => (one.id === version.id ? version : one));
    if (this.quote) quotes.update((this.quote = { ...this.quote, total: version.total, version: this.quote.version + 1 }));
    this.moved++;
  }

  async #readVersions(): Promise<void> {
    const versions = await session.api.all<QuoteVersion>('quote_versions', { filter: { quote_id: this.id } });
    this.versions = versions.sort((a, b) => b.n - a.n);
    const newest = this.versions[0];
    if (newest) await this.show(newest);
  }

  async #readAnswers(): Promise<void> {
    this.answers = await session.api.all<Acceptance>('acceptances', { filter: { quote_id: this.id } });
  }

  async #readBeside(quote: Quote): Promise<void> {
    const filter = { customer_id: quote.customer_id };
    const one = <T>(plural: string, id: string | null) => (id ? session.api.get<T>(`/v1/${plural}/${id}`) : null);
    [this.customer, this.contacts, this.places, this.enquiry, this.job] = await Promise.all([
      one<Customer>('customers', quote.customer_id),
      session.api.all<Contact>('contacts', { filter }),
      session.api.all<Place>('sites', { filter, fields: [...PLACE_FIELDS] }),
      one<Enquiry>('enquiries', quote.enquiry_id),
      one<Job>('jobs', quote.job_id),
    ]);
  }
}

/** Noon of a calendar day, for words about it. */
export const noonOf = (day: string) => instantOf(day, 12 * 60, whoIs().tenant.timezone);
