// The rows of the HTTP interface, as far as this client reads them.

export const STAGES = [
  'new',
  'scheduled',
  'in_progress',
  'on_hold',
  'work_done',
  'to_invoice',
  'closed',
  'cancelled',
] as const;
export type Stage = (typeof STAGES)[number];

export const PRIORITIES = ['low', 'normal', 'high', 'emergency'] as const;
export type Priority = (typeof PRIORITIES)[number];

export const VISIT_STATUSES = [
  'planned',
  'confirmed',
  'dispatched',
  'travelling',
  'on_site',
  'finished',
  'incomplete',
  'no_access',
  'cancelled',
] as const;
export type VisitStatus = (typeof VISIT_STATUSES)[number];

export type TaskState = 'open' | 'done' | 'not_applicable';
export type Visibility = 'internal' | 'customer';
export type Role = 'owner' | 'admin' | 'dispatcher' | 'technician' | 'accountant';

/** What every row has. `version` is what If-Match names. */
export interface Row {
  id: string;
  version: number;
  created_at?: string;
  updated_at?: string;
}

/** What `expand` puts beside a reference. */
export interface Named {
  id: string;
  name: string;
}

export interface Job extends Row {
  no: string;
  job_type_id: string | null;
  title: string;
  description: string | null;
  customer_id: string;
  contact_id: string | null;
  site_id: string | null;
  status_id: string;
  stage: Stage;
  priority: Priority;
  requested_at: string | null;
  due_at: string | null;
  customer_order_no: string | null;
  lead_id: string | null;
  hold_reason: string | null;
  hold_review_at: string | null;
  estimated_s: number | null;
  completed_at: string | null;
  work_summary: string | null;
  internal_notes: string | null;
  customer?: Named;
  site?: Named;
  status?: Named;
  job_type?: Named;
  lead?: Named;
}

export interface Appointment extends Row {
  job_id: string;
  start_at: string;
  end_at: string;
  all_day: boolean;
  status: VisitStatus;
  title: string | null;
  instructions: string | null;
  outcome: string | null;
  job?: Named;
}

export interface AppointmentPerson extends Row {
  appointment_id: string;
  job_id: string;
  employee_id: string;
  lead: boolean;
  employee?: Named;
}

export interface Task extends Row {
  job_id: string;
  position: number;
  text: string;
  required: boolean;
  state: TaskState;
  done_at: string | null;
}

export interface Note extends Row {
  job_id: string | null;
  body: string;
  visibility: Visibility;
  pinned: boolean;
}

export interface Employee extends Row {
  name: string;
  code: string | null;
  phone: string | null;
  colour: string;
  active: boolean;
}

export interface Customer extends Row {
  kind: 'company' | 'person';
  name: string;
  code: string | null;
  phone: string | null;
  billing_email: string | null;
  on_hold: boolean;
  alert: string | null;
}

export interface Contact extends Row {
  customer_id: string;
  name: string;
  phone: string | null;
  email: string | null;
}

export interface Site extends Row {
  customer_id: string;
  name: string | null;
  line1: string;
  line2: string | null;
  suburb: string | null;
  city: string | null;
  postal_code: string | null;
  lat: number | string | null;
  lon: number | string | null;
  access_notes: string | null;
  contact_id: string | null;
  alert: string | null;
}

export interface JobType extends Row {
  name: string;
  colour: string;
  default_s: number | null;
  active: boolean;
}

export interface StatusDef extends Row {
  name: string;
  colour: string;
  stage: Stage;
  position: number;
  active: boolean;
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
  employee_id: string;
  kind: string;
  text: string;
}

export interface Change {
  field: string;
  from: unknown;
  to: unknown;
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
  tenant: { id: string; name: string; timezone: string; currency: string; locale: string };
  role: Role;
  employee_id: string | null;
  my_view_only: boolean;
  rights: string[];
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

export interface ImportRun {
  id: string;
  state: string;
  created: number;
  updated: number;
  unchanged: number;
  rejected: number;
  by_noun: Record<string, number | Record<string, number>> | null;
  warnings: Record<string, number> | null;
  rows_done: number;
  rows_total: number;
  dry_run: boolean;
  preset: string | null;
  noun: string | null;
  name: string | null;
  undone: boolean;
  /** Why the run failed, if it did. */
  error?: string | null;
}

/** Where a field of an imported row comes from: a column of the file, or the same value for all. */
export type Source = { column: string; find?: string; by?: string } | { value: string };

export interface MappingSpec {
  noun: string;
  /** The column that tells rows apart; a second import of the same key changes the row. */
  key: string;
  fields: Record<string, Source>;
}

export interface ImportMapping extends Row {
  name: string;
  noun: string;
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
