// What the states of enquiries, quotes, invoices and payments mean for the screen, and what is computed and never
// stored: overdue, expired.

import type { Tone } from './stages.ts';
import type { CreditNote, Enquiry, Invoice, Payment, Quote } from './types.ts';

interface Sign {
  icon: string;
  tone: Tone;
}

export const ENQUIRY_SIGN: Record<Enquiry['status'], Sign> = {
  new: { icon: 'spark', tone: 'info' },
  contacted: { icon: 'phone', tone: 'busy' },
  qualified: { icon: 'check', tone: 'plan' },
  converted: { icon: 'checks', tone: 'good' },
  lost: { icon: 'cross', tone: 'off' },
  spam: { icon: 'cross', tone: 'off' },
};
export const ENQUIRY_STATES = Object.keys(ENQUIRY_SIGN) as Enquiry['status'][];
export const OPEN_ENQUIRY: readonly Enquiry['status'][] = ['new', 'contacted', 'qualified'];

export const QUOTE_SIGN: Record<Quote['status'], Sign> = {
  draft: { icon: 'edit', tone: 'calm' },
  internal_review: { icon: 'eye', tone: 'wait' },
  sent: { icon: 'upload', tone: 'info' },
  viewed: { icon: 'eye', tone: 'plan' },
  accepted: { icon: 'checks', tone: 'good' },
  declined: { icon: 'cross', tone: 'off' },
  expired: { icon: 'clock', tone: 'wait' },
  cancelled: { icon: 'cross', tone: 'off' },
};
export const QUOTE_STATES = Object.keys(QUOTE_SIGN) as Quote['status'][];

export const INVOICE_SIGN: Record<Invoice['status'], Sign> = {
  draft: { icon: 'edit', tone: 'calm' },
  approved: { icon: 'lock', tone: 'plan' },
  sent: { icon: 'upload', tone: 'info' },
  part_paid: { icon: 'half', tone: 'busy' },
  paid: { icon: 'checks', tone: 'good' },
  credited: { icon: 'undo', tone: 'off' },
  void: { icon: 'cross', tone: 'off' },
};
export const INVOICE_STATES = Object.keys(INVOICE_SIGN) as Invoice['status'][];
/** Something may still be owed on these. */
export const OWED_STATES: readonly Invoice['status'][] = ['approved', 'sent', 'part_paid'];

export const CREDIT_SIGN: Record<CreditNote['status'], Sign> = {
  draft: { icon: 'edit', tone: 'calm' },
  approved: { icon: 'lock', tone: 'plan' },
  allocated: { icon: 'checks', tone: 'good' },
};

export const PAYMENT_SIGN: Record<Payment['status'], Sign> = {
  recorded: { icon: 'dot', tone: 'info' },
  allocated: { icon: 'checks', tone: 'good' },
  reversed: { icon: 'undo', tone: 'off' },
};

export const isOverdue = (invoice: Pick<Invoice, 'status' | 'due_date' | 'balance'>, today: string) =>
  OWED_STATES.includes(invoice.status) && invoice.balance > 0 && invoice.due_date !== null && invoice.due_date < today;

/** The last day is still good. */
export const isExpired = (quote: Pick<Quote, 'status' | 'valid_until'>, today: string) =>
  quote.status === 'expired' ||
  ((quote.status === 'sent' || quote.status === 'viewed') && quote.valid_until !== null && quote.valid_until < today);

export interface Standing {
  /** Still to be paid on invoices. */
  owed: number;
  overdue: number;
  /** Paid or credited, and not set against an invoice yet. */
  onAccount: number;
  /** What the customer owes in all; less than nothing where he is owed. */
  balance: number;
}

/** A customer's balance is never stored: it follows from his documents and payments. */
export function standingOf(
  invoices: readonly Pick<Invoice, 'status' | 'due_date' | 'balance'>[],
  credits: readonly Pick<CreditNote, 'status' | 'total' | 'allocated'>[],
  payments: readonly Pick<Payment, 'status' | 'amount' | 'allocated'>[],
  today: string,
): Standing {
  const open = invoices.filter(({ status }) => OWED_STATES.includes(status));
  const sum = (cents: readonly number[]) => cents.reduce((all, one) => all + one, 0);
  const owed = sum(open.map(({ balance }) => balance));
  const overdue = sum(open.filter((invoice) => isOverdue(invoice, today)).map(({ balance }) => balance));
  const onAccount =
    sum(payments.filter(({ status }) => status !== 'reversed').map(({ amount, allocated }) => amount - allocated)) +
    sum(credits.filter(({ status }) => status !== 'draft').map(({ total, allocated }) => -total - allocated));
  return { owed, overdue, onAccount, balance: owed - onAccount };
}
