// One invoice with what was credited and paid of it, and the acts on it.

import { may } from '../../core/rights.ts';
import type { Allocation, Contact, CreditLine, CreditNote, Customer, Invoice, InvoiceLine, Job, Payment, Quote } from '../../core/types.ts';
import { LinesDraft } from '../../ui/lines.svelte.ts';
import { taxTables, today, writing } from '../../ui/money.svelte.ts';
import { reference } from '../../ui/reference.svelte.ts';
import { save } from '../../ui/save.svelte.ts';
import { session, whoIs } from '../../ui/session.svelte.ts';
import { creditNotes, invoices, payments } from './list.ts';

interface Said {
  pointer: string;
  detail: string;
}

/** The answer of `GET /v1/invoices/{id}/approval`. */
export interface Approval {
  ready: boolean;
  stops: Said[];
  warnings: Said[];
}

export class OpenInvoice {
  readonly id: string;
  invoice = $state.raw<Invoice | null>(null);
  lines = $state.raw<InvoiceLine[]>([]);
  customer = $state.raw<Customer | null>(null);
  contacts = $state.raw<Contact[]>([]);
  job = $state.raw<Job | null>(null);
  quote = $state.raw<Quote | null>(null);
  credits = $state.raw<CreditNote[]>([]);
  creditLines = $state.raw<CreditLine[]>([]);
  allocations = $state.raw<(Allocation & { payment?: Payment })[]>([]);
  error = $state.raw<unknown>(null);
  ready = $state(false);
  moved = $state(0);
  readonly draft: LinesDraft<Invoice>;

  constructor(id: string) {
    this.id = id;
    this.draft = new LinesDraft<Invoice>({
      put: (body, last) =>
        last ? session.api.postLast<Invoice>(`/v1/invoices/${id}/lines`, body) : session.api.post<Invoice>(`/v1/invoices/${id}/lines`, body),
      saved: (invoice) => this.#took(invoice),
      reread: () => session.api.all<InvoiceLine>('invoice_lines', { filter: { invoice_id: id }, sort: 'position' }),
      base: () => this.invoice?.version,
      refresh: async () => this.#took(await session.api.get<Invoice>(`/v1/invoices/${id}`)),
      listed: () => this.customer?.price_list_id != null,
      day: () => this.invoice?.date ?? today(),
      writing,
    });
  }

  async load(): Promise<void> {
    this.error = null;
    try {
      const [invoice] = await Promise.all([session.api.get<Invoice>(`/v1/invoices/${this.id}`), taxTables.load(), reference.load()]);
      this.invoice = invoice;
      await Promise.all([this.#readLines(invoice), this.#readBeside(invoice), this.#readMoney()]);
      this.ready = true;
      this.moved++;
    } catch (error) {
      this.error = error;
    }
  }

  async look(): Promise<void> {
    if (!this.ready || this.draft.unsaved || this.draft.phase === 'saving') return;
    try {
      const now = await session.api.get<Invoice>(`/v1/invoices/${this.id}`);
      if (!this.draft.unsaved && now.version !== this.invoice?.version) await this.load();
    } catch {
      return;
    }
  }

  async change(fields: Partial<Invoice>): Promise<void> {
    if (!this.invoice) return;
    this.#took(await save('invoices', this.invoice, fields));
  }

  async approval(): Promise<Approval> {
    await this.draft.flush();
    return session.api.get<Approval>(`/v1/invoices/${this.id}/approval`);
  }

  /** Saves the lines as they stand, so that they are taxed as the law is on the invoice's day. */
  async taxAgain(): Promise<void> {
    this.draft.touch();
    await this.draft.flush();
  }

  async act(name: 'approve' | 'send' | 'void' | 'correct', body: Record<string, unknown> = {}): Promise<void> {
    this.#took({ ...this.invoice, ...(await session.api.post<Invoice>(`/v1/invoices/${this.id}/${name}`, body)) });
    if (this.invoice) await Promise.all([this.#readLines(this.invoice), this.#readBeside(this.invoice)]);
  }

  async credit(reason: string, lines: { line_id: string; qty3: number; bill_again: boolean }[]): Promise<CreditNote> {
    const note = await session.api.post<CreditNote>(`/v1/invoices/${this.id}/credit`, { reason, lines });
    creditNotes.reload();
    return note;
  }

  async paid(): Promise<void> {
    payments.reload();
    await this.load();
  }

  async remove(): Promise<void> {
    if (this.invoice) await session.api.remove('invoices', this.invoice);
    invoices.reload();
  }

  #took(invoice: Invoice): void {
    this.invoice = { ...this.invoice, ...invoice };
    this.moved++;
    invoices.update(this.invoice);
  }

  async #readLines(invoice: Invoice): Promise<void> {
    this.lines = await session.api.all<InvoiceLine>('invoice_lines', { filter: { invoice_id: this.id }, sort: 'position' });
    if (invoice.status === 'draft') this.draft.take(invoice, this.lines);
  }

  async #readBeside(invoice: Invoice): Promise<void> {
    const one = <T>(plural: string, id: string | null) => (id ? session.api.get<T>(`/v1/${plural}/${id}`) : null);
    [this.customer, this.contacts, this.job, this.quote] = await Promise.all([
      one<Customer>('customers', invoice.customer_id),
      session.api.all<Contact>('contacts', { filter: { customer_id: invoice.customer_id } }),
      one<Job>('jobs', invoice.job_id),
      one<Quote>('quotes', invoice.quote_id),
    ]);
  }

  async #readMoney(): Promise<void> {
    const filter = { invoice_id: this.id };
    this.credits = await session.api.all<CreditNote>('credit_notes', { filter });
    const lines = await Promise.all(
      this.credits.map(({ id }) => session.api.all<CreditLine>('credit_lines', { filter: { credit_note_id: id } })),
    );
    this.creditLines = lines.flat();
    if (!may(whoIs(), 'payment.read')) return;
    const allocations = await session.api.all<Allocation>('allocations', { filter });
    this.allocations = await Promise.all(
      allocations.map(async (row) => (row.payment_id ? { ...row, payment: await session.api.get<Payment>(`/v1/payments/${row.payment_id}`) } : row)),
    );
  }
}
