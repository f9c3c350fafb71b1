// What travels between the server and this client. Rows are printed from the server's dictionary (spec/types.ts); written
// here is only what that document does not hold: what `expand` adds, and the answers of acts and views.

import type { Helper, SecondFactor } from './identity.ts';
import type * as row from '../../../spec/types.ts';

export type {
  Acceptance,
  Allocation,
  Authorisation,
  BundleLine,
  Contact,
  CreditLine,
  Customer,
  Employee,
  InvoiceLine,
  Item,
  JobLine,
  JobType,
  Note,
  PriceList,
  PriceListLine,
  QuoteLine,
  QuoteVersion,
  Site,
  StatusDef,
  TaxCode,
  TaxRate,
  Task,
  Tenant,
  Unit,
  VatStatus,
} from '../../../spec/types.ts';

/** What every row has. `version` is what If-Match names. */
export type Row = Pick<row.Job, 'id' | 'version'>;

export type Stage = row.Job['stage'];
export type Priority = row.Job['priority'];
export type VisitStatus = row.Appointment['status'];
export type TaskState = row.Task['state'];
export type Visibility = row.Note['visibility'];
export type Role = row.Membership['role'];

// The order in which people see them; the tables of signs in stages.ts fail to compile when one is missing.
export const STAGES: readonly Stage[] = [
  'new',
  'scheduled',
  'in_progress',
  'on_hold',
  'work_done',
  'to_invoice',
  'closed',
  'cancelled',
];
export const PRIORITIES: readonly Priority[] = ['low', 'normal', 'high', 'emergency'];
export const VISIT_STATUSES: readonly VisitStatus[] = [
  'planned',
  'confirmed',
  'dispatched',
  'travelling',
  'on_site',
  'finished',
  'incomplete',
  'no_access',
  'cancelled',
];

/** A site without its access notes: showing those is an event of its own, so they are read only when somebody asks. */
export type Place = Omit<row.Site, 'access_notes'>;
export const PLACE_FIELDS: readonly (keyof Place)[] = [
  'id',
  'version',
  'customer_id',
  'name',
  'line1',
  'line2',
  'suburb',
  'city',
  'postal_code',
  'lat',
  'lon',
  'contact_id',
  'alert',
];

/** What `expand` puts beside a reference. */
export interface Named {
  id: string;
  name: string;
}

export interface Job extends row.Job {
  customer?: Named;
  site?: Named;
  status?: Named;
  job_type?: Named;
  lead?: Named;
}

export interface Appointment extends row.Appointment {
  job?: Named;
}

export interface AppointmentPerson extends row.AppointmentPerson {
  employee?: Named;
}

export interface Enquiry extends row.Enquiry {
  customer?: Named;
  site?: Named;
  owner?: Named;
  job_type?: Named;
}

export interface Quote extends row.Quote {
  customer?: Named;
  site?: Named;
  job?: Named;
  enquiry?: Named;
  contact?: Named;
}

export interface Invoice extends row.Invoice {
  customer?: Named;
  site?: Named;
  job?: Named;
  quote?: Named;
}

export interface CreditNote extends row.CreditNote {
  customer?: Named;
  invoice?: Named;
}

export interface Payment extends row.Payment {
  customer?: Named;
}

export interface RecurringPlan extends row.RecurringPlan {
  customer?: Named;
  site?: Named;
  job_type?: Named;
}

/** The answer of `GET /v1/jobs/{id}/money`; cents and thousandths. */
export interface JobMoney {
  quoted: number;
  used: number;
  billed: number;
  unbilled: number;
  authorised: number;
  lines: { id: string; quoted_qty3: number; used_qty3: number; billed_qty3: number; unbilled_qty3: number }[];
}

export interface Missing {
  kind: string;
  field: string | null;
  count: number | null;
  text: string;
}

export interface Step {
  status_id: string;
  name: string;
  colour: string;
  stage: Stage;
  usual: boolean;
  allowed: boolean;
  missing: Missing[];
}

export interface Clash {
  /** Null where it is about the day and not about one person: a holiday, odd hours. */
  employee_id: string | null;
  kind: string;
  text: string;
}

export interface Change {
  field: string;
  from: unknown;
  to: unknown;
  /** That it changed is told; what it was and is takes an act of its own to see. */
  hidden?: true;
}

export interface DiaryEvent {
  idx: number;
  at: string;
  actor: { kind: string; id?: string | null; name: string | null };
  action: string;
  /** Empty where the event is about no row. */
  noun: string;
  object_id: string | null;
  changes: Change[];
  /** Of a look at personal data: how many rows, and what for. */
  count?: number;
  purpose?: string;
}

export interface Me {
  user: { id: string; name: string; email: string };
  tenant: { id: string; name: string; timezone: string; currency: string; locale: string; idle_minutes: number };
  /** `support`: staff of the platform, let in for a while. */
  role: Role | 'support';
  employee_id: string | null;
  my_view_only: boolean;
  rights: string[];
  second_factor: SecondFactor;
  /** Nothing but making a second factor is allowed. */
  must_enrol: boolean;
  advised_at: string | null;
  fresh_until: string | null;
  session_id: string | null;
  /** Staff of the platform who may look into this company now. */
  support: Helper[];
}

export interface Page<T> {
  items: T[];
  next_cursor: string | null;
  total?: number;
  total_capped?: boolean;
}

/** The body of `POST /v1/{plural}/search`. */
export interface Search {
  filter?: Record<string, unknown>;
  /** Only work of one's own: jobs and visits on which one is. */
  own?: true;
  sort?: string;
  limit?: number;
  cursor?: string;
  q?: string;
  count?: 1;
  expand?: string[];
  fields?: string[];
}

export interface ImportPreview {
  encoding: string;
  delimiter: string;
  header: string[];
  rows: string[][];
  row_count: number;
}

export interface ImportRun extends Omit<row.ImportBatch, 'by_noun' | 'warnings' | 'undo_kept'> {
  /** What taking the import back has kept, and why. */
  undo_kept: { noun: string; id: string; why: string }[] | null;
  by_noun: Record<string, number | Record<string, number>> | null;
  warnings: Record<string, number> | null;
}

/** Where a field of an imported row comes from: a column of the file, or the same value for all. */
export type Source = ({ column: string } | { value: string }) & {
  /** The text names a row of this noun, found by this field of it. */
  find?: string;
  by?: string;
  /** The text is a time, written in this way. */
  time?: string;
  /** The text is a number as people write it, kept with so many decimals. */
  decimals?: number;
};

export interface MappingSpec {
  noun: string;
  /** The column that tells rows apart; a second import of the same key changes the row. */
  key: string;
  fields: Record<string, Source>;
}

export interface ImportMapping extends row.ImportMapping {
  spec: MappingSpec;
}

export interface Preset {
  id?: string;
  name: string;
  title?: string;
  description?: string;
}

export interface Verdict {
  ok: boolean;
  size: number;
  root: string;
  first_bad: number | null;
}
