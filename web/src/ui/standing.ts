// What a customer owes, from his documents and payments; for people who may see them.

import { standingOf, type Standing } from '../core/papers.ts';
import type { CreditNote, Invoice, Payment } from '../core/types.ts';
import { today } from './money.svelte.ts';
import { session } from './session.svelte.ts';

export interface Account {
  invoices: Invoice[];
  credits: CreditNote[];
  payments: Payment[];
  standing: Standing;
}

const newest = (a: { created_at: string }, b: { created_at: string }) => b.created_at.localeCompare(a.created_at);

export async function accountOf(customer: string): Promise<Account> {
  const filter = { customer_id: customer };
  const [invoices, credits, payments] = await Promise.all([
    session.api.all<Invoice>('invoices', { filter }),
    session.api.all<CreditNote>('credit_notes', { filter }),
    session.api.all<Payment>('payments', { filter }),
  ]);
  return {
    invoices: invoices.sort(newest),
    credits: credits.sort(newest),
    payments: payments.sort(newest),
    standing: standingOf(invoices, credits, payments, today()),
  };
}
