// What the server tells a customer; docs/dev/api.md has the same in words.

export interface Company {
  name: string;
  phone: string | null;
  email: string | null;
  brand_colour: string | null;
  currency: string;
  locale: string;
  timezone: string;
}

export interface Line {
  id: string;
  section: string | null;
  kind: 'item' | 'text' | 'subtotal';
  description: string;
  qty3: number;
  unit: string | null;
  price4: number;
  discount_bp: number;
  tax_code_id: string | null;
  rate_bp: number;
  line_net: number;
  optional?: boolean;
  selected?: boolean;
  option_group?: string | null;
}

export interface Figures {
  price_mode: 'excl' | 'incl';
  discount_bp: number;
  discount?: number;
  sum: number;
  discount_taken: number;
  net: number;
  vat: number;
  total: number;
  lines: Line[];
}

export type QuoteState = 'open' | 'accepted' | 'declined' | 'expired' | 'superseded' | 'cancelled';

export interface Answer {
  name: string;
  at: string;
  total: number;
  net: number;
  vat: number;
  line_ids: string[] | null;
}

export interface QuoteHead {
  id: string;
  no: string;
  kind: 'quote' | 'variation';
  title: string;
  state: QuoteState;
}

/** What is missing is missing: of a version that is being written only the head is told. */
export interface Quote extends QuoteHead, Partial<Figures> {
  version_id?: string;
  n?: number;
  valid_until?: string;
  intro?: string | null;
  terms?: string | null;
  document_hash?: string;
  place?: string | null;
  statement?: { version: string; text: string };
  answer?: Answer;
}

export interface InvoiceHead {
  id: string;
  no: string;
  date: string;
  due_date: string;
  total: number;
  paid: number;
  credited: number;
  balance: number;
  state: 'due' | 'overdue' | 'paid' | 'settled';
}

export interface Invoice extends InvoiceHead, Figures {
  reference: string;
  bank_details: string;
}

export interface Visit {
  id: string;
  start_at: string;
  end_at: string;
  all_day: boolean;
  arrival_window_min: number | null;
  status: string;
}

export interface JobHead {
  id: string;
  no: string;
  title: string;
  requested_at: string;
  label: string;
  stage: string;
}

export interface Job extends JobHead {
  work_summary: string;
  place: string | null;
  visits: Visit[];
  notes: { id: string; created_at: string; body: string }[];
}

export interface Customer {
  name: string;
  invoices: InvoiceHead[];
  quotes: (QuoteHead & { total: number; valid_until: string })[];
  jobs: JobHead[];
  owed: number;
  on_account: number;
  balance: number;
  bank_details: string;
}

export type Scope = 'quote' | 'job' | 'invoice' | 'customer';

export interface Page {
  scope: Scope;
  verified: boolean;
  company: Company;
  quote?: Quote;
  job?: Job;
  invoice?: Invoice;
  customer?: Customer;
}

export interface Opened {
  session: string;
  scope: Scope;
  needs_code: boolean;
  company: Company;
}
