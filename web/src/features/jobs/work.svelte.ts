// What a piece of work took and what of it is billed: its lines, what the customer authorised, its quotes and invoices.

import { chosenCode } from '../../core/document.ts';
import { may } from '../../core/rights.ts';
import type { Authorisation, Invoice, Job, JobLine, JobMoney, Quote, QuoteLine } from '../../core/types.ts';
import { save } from '../../ui/save.svelte.ts';
import { session, whoIs } from '../../ui/session.svelte.ts';

export class Work {
  readonly job: string;
  lines = $state.raw<JobLine[]>([]);
  money = $state.raw<JobMoney | null>(null);
  authorised = $state.raw<Authorisation[]>([]);
  quotes = $state.raw<Quote[]>([]);
  invoices = $state.raw<Invoice[]>([]);
  error = $state.raw<unknown>(null);
  ready = $state(false);

  constructor(job: string) {
    this.job = job;
  }

  async load(): Promise<void> {
    const me = whoIs();
    const filter = { job_id: this.job };
    const all = <T>(right: string, plural: string) => (may(me, right) ? session.api.all<T>(plural, { filter }) : Promise.resolve([]));
    this.error = null;
    try {
      const [lines, money, authorised, quotes, invoices] = await Promise.all([
        session.api.all<JobLine>('job_lines', { filter, sort: 'position' }),
        may(me, 'invoice.read') ? session.api.get<JobMoney>(`/v1/jobs/${this.job}/money`) : null,
        all<Authorisation>('authorisation.read', 'authorisations'),
        all<Quote>('quote.read', 'quotes'),
        all<Invoice>('invoice.read', 'invoices'),
      ]);
      this.lines = lines;
      this.money = money;
      this.authorised = authorised;
      this.quotes = quotes;
      this.invoices = invoices;
      this.ready = true;
    } catch (error) {
      this.error = error;
    }
  }

  /** Null where the customer set no limit, or somebody lifted it. */
  readonly limit = $derived.by<number | null>(() => {
    if (this.authorised.length === 0 || this.authorised.some(({ amount }) => amount === null)) return null;
    return this.authorised.reduce((sum, { amount }) => sum + (amount ?? 0), 0);
  });
  readonly above = $derived.by(() => (this.limit !== null && this.money !== null ? Math.max(0, this.money.used - this.limit) : 0));

  ofLine = (id: string) => this.money?.lines.find((line) => line.id === id);

  async add(fields: Record<string, unknown>): Promise<void> {
    const position = Math.min(100_000, Math.max(0, ...this.lines.map((line) => line.position)) + 10);
    await session.api.create<JobLine>('job_lines', { job_id: this.job, position, ...fields });
    await this.load();
  }

  async change(line: JobLine, fields: Partial<JobLine>): Promise<void> {
    await save('job_lines', line, fields);
    await this.load();
  }

  async remove(line: JobLine): Promise<void> {
    await session.api.remove('job_lines', line);
    await this.load();
  }

  /** The same line again, for who takes its removal back. */
  again(line: JobLine): Promise<void> {
    const { position, section, kind, item_id, description, qty3, unit, price4, cost4, discount_bp, billable } = line;
    const fields = { section, kind, item_id, description, qty3, unit, price4, cost4, discount_bp, tax_code_id: chosenCode(line), billable };
    const held = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== undefined));
    return this.add({ ...held, position });
  }

  async invoice(): Promise<Invoice> {
    return session.api.post<Invoice>(`/v1/jobs/${this.job}/invoice`);
  }

  /** A change of what was agreed, with what was used above it as its lines: nothing is typed again. */
  async vary(job: Job, title: string): Promise<Quote> {
    const quote = await session.api.create<Quote>('quotes', { kind: 'variation', customer_id: job.customer_id, job_id: job.id, title });
    const first = !this.quotes.some(({ kind, status }) => kind === 'variation' && status === 'accepted');
    const lines = first ? await this.#extra() : [];
    if (lines.length > 0) await session.api.post(`/v1/quotes/${quote.id}/lines`, { lines });
    return quote;
  }

  async #extra(): Promise<Record<string, unknown>[]> {
    const sources = new Map<string, QuoteLine>();
    for (const line of this.lines)
      if (line.source_line_id && !sources.has(line.source_line_id))
        sources.set(line.source_line_id, await session.api.get<QuoteLine>(`/v1/quote_lines/${line.source_line_id}`));
    return this.lines.flatMap((line) => {
      const source = line.source_line_id ? sources.get(line.source_line_id) : undefined;
      const qty3 = line.qty3 - (source?.qty3 ?? 0);
      if (line.kind !== 'item' || !line.billable || line.written_off || qty3 <= 0) return [];
      const { item_id, description, unit, price4, discount_bp } = line;
      const fields = { item_id, description, qty3, unit, price4, discount_bp, tax_code_id: chosenCode(line) };
      return [Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null))];
    });
  }

  async authorise(fields: Record<string, unknown>): Promise<void> {
    await session.api.create('authorisations', { job_id: this.job, ...fields });
    await this.load();
  }
}
