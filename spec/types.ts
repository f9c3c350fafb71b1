// Printed by `fieldward emit` from the dictionary; do not edit.

/** A company that uses the product (POPIA: the responsible party). */
export interface Tenant {
  /** Stable identity; may be chosen by whoever creates the row. */
  id: string;
  /** Counts changes; the ETag. */
  readonly version: number;
  /** When it was made. */
  readonly created_at: string;
  /** Who made it. */
  readonly created_by: string | null;
  /** When it last changed. */
  readonly updated_at: string;
  /** Who changed it last. */
  readonly updated_by: string | null;
  /** Name of the company, as people call it. */
  name: string;
  /** Registered name. */
  legal_name: string | null;
  /** Company registration number. */
  reg_no: string | null;
  /** VAT number. */
  vat_no: string | null;
  /** Whether it is registered for VAT. */
  vat_registered: boolean;
  /** Country, two letters. */
  country: string;
  /** Currency, three letters. */
  currency: string;
  /** Time zone in which days and times are told. */
  timezone: string;
  /** Language and number format. */
  locale: string;
  /** Street address. */
  line1: string | null;
  /** Second address line. */
  line2: string | null;
  /** Suburb. */
  suburb: string | null;
  /** City or town. */
  city: string | null;
  /** Postal code. */
  postal_code: string | null;
  /** Telephone of the office. */
  phone: string | null;
  /** Mail address of the office. */
  email: string | null;
  /** Bank account as printed on documents. */
  bank_details: string | null;
  /** Whether new documents have prices without or with VAT. */
  price_mode: "excl" | "incl";
  /** Days until payment is due. */
  payment_terms_days: number;
  /** Days for which an offer holds. */
  quote_valid_days: number;
  /** Colour on documents. */
  brand_colour: string | null;
  /** Whether the company may use the product. */
  readonly status: "trial" | "active" | "suspended" | "closing";
  /** Hours that a phone may work without contact. */
  offline_lease_h: number;
  /** Minutes after which an unused session ends. */
  idle_minutes: number;
  /** Whether everybody must use a second factor. */
  second_factor: boolean;
}

/** Somebody who does the work; need not be able to sign in. */
export interface Employee {
  /** Stable identity; may be chosen by whoever creates the row. */
  id: string;
  /** Counts changes; the ETag. */
  readonly version: number;
  /** When it was made. */
  readonly created_at: string;
  /** Who made it. */
  readonly created_by: string | null;
  /** When it last changed. */
  readonly updated_at: string;
  /** Who changed it last. */
  readonly updated_by: string | null;
  /** Name of the person. */
  name: string;
  /** Short code, such as a crew's. */
  code: string | null;
  /** Telephone. */
  phone: string | null;
  /** Mail address. */
  email: string | null;
  /** Colour in calendars. */
  colour: string;
  /** Whether the person still works here. */
  active: boolean;
}

/** That a person belongs to a company, and in which role. */
export interface Membership {
  /** Stable identity; may be chosen by whoever creates the row. */
  id: string;
  /** Counts changes; the ETag. */
  readonly version: number;
  /** When it was made. */
  readonly created_at: string;
  /** Who made it. */
  readonly created_by: string | null;
  /** When it last changed. */
  readonly updated_at: string;
  /** Who changed it last. */
  readonly updated_by: string | null;
  /** The person. */
  readonly user_id: string;
  /** Name of the person. */
  name: string;
  /** Address with which the person signs in. */
  readonly email: string;
  /** What the person may do here. */
  role: "owner" | "admin" | "dispatcher" | "technician" | "accountant";
  /** Whether only the person's own work is visible. */
  my_view_only: boolean;
  /** Who of the staff it is. */
  employee_id: string | null;
  /** Highest total with VAT that the person may approve; empty: no limit. */
  approve_limit: number | null;
  /** Whether the person still belongs to the company. */
  active: boolean;
}

/** Who asks for work or pays for it. */
export interface Customer {
  /** Stable identity; may be chosen by whoever creates the row. */
  id: string;
  /** Counts changes; the ETag. */
  readonly version: number;
  /** When it was made. */
  readonly created_at: string;
  /** Who made it. */
  readonly created_by: string | null;
  /** When it last changed. */
  readonly updated_at: string;
  /** Who changed it last. */
  readonly updated_by: string | null;
  /** A company or a private person. */
  kind: "company" | "person";
  /** Name of the customer. */
  name: string;
  /** Your own code for the customer. */
  code: string | null;
  /** VAT number of the customer. */
  vat_no: string | null;
  /** Registration or identity number. */
  reg_no: string | null;
  /** Address for invoices. */
  billing_line1: string | null;
  /** Second line of that address. */
  billing_line2: string | null;
  /** Suburb. */
  billing_suburb: string | null;
  /** City or town. */
  billing_city: string | null;
  /** Postal code. */
  billing_postal_code: string | null;
  /** Mail address for invoices. */
  billing_email: string | null;
  /** Main telephone. */
  phone: string | null;
  /** Days until payment is due, if they differ from yours. */
  terms_days: number | null;
  /** Whether new work should wait. */
  on_hold: boolean;
  /** How the customer came to you. */
  source: string | null;
  /** Shown on every piece of work for this customer. */
  alert: string | null;
  /** Whether the customer is offered for new work. */
  active: boolean;
}

/** A person to speak to at a customer. */
export interface Contact {
  /** Stable identity; may be chosen by whoever creates the row. */
  id: string;
  /** Counts changes; the ETag. */
  readonly version: number;
  /** When it was made. */
  readonly created_at: string;
  /** Who made it. */
  readonly created_by: string | null;
  /** When it last changed. */
  readonly updated_at: string;
  /** Who changed it last. */
  readonly updated_by: string | null;
  /** The customer whose contact it is. */
  customer_id: string;
  /** Name of the person. */
  name: string;
  /** Mail address. */
  email: string | null;
  /** Telephone. */
  phone: string | null;
  /** Whether the telephone takes WhatsApp. */
  whatsapp: boolean;
  /** What to speak to this person about. */
  role: "site" | "accounts" | "decision" | "tenant";
  /** How the person likes to be reached. */
  preferred_channel: "phone" | "sms" | "email" | "whatsapp" | null;
  /** Whether the person is still the one to speak to. */
  active: boolean;
}

/** A place of work. */
export interface Site {
  /** Stable identity; may be chosen by whoever creates the row. */
  id: string;
  /** Counts changes; the ETag. */
  readonly version: number;
  /** When it was made. */
  readonly created_at: string;
  /** Who made it. */
  readonly created_by: string | null;
  /** When it last changed. */
  readonly updated_at: string;
  /** Who changed it last. */
  readonly updated_by: string | null;
  /** The customer whose place it is. */
  customer_id: string;
  /** What people call the place. */
  name: string | null;
  /** Street and number. */
  line1: string;
  /** Unit, floor, complex. */
  line2: string | null;
  /** Suburb. */
  suburb: string | null;
  /** City or town. */
  city: string | null;
  /** Postal code. */
  postal_code: string | null;
  /** Province. */
  province: string | null;
  /** Country, two letters. */
  country: string;
  /** Latitude in degrees. */
  lat: string | null;
  /** Longitude in degrees. */
  lon: string | null;
  /** How to get in: gate codes, dogs, keys. */
  access_notes: string | null;
  /** Whom to speak to there. */
  contact_id: string | null;
  /** Shown on every piece of work at this place. */
  alert: string | null;
  /** Whether the place is offered for new work. */
  active: boolean;
}

/** A kind of work. */
export interface JobType {
  /** Stable identity; may be chosen by whoever creates the row. */
  id: string;
  /** Counts changes; the ETag. */
  readonly version: number;
  /** When it was made. */
  readonly created_at: string;
  /** Who made it. */
  readonly created_by: string | null;
  /** When it last changed. */
  readonly updated_at: string;
  /** Who changed it last. */
  readonly updated_by: string | null;
  /** What this kind of work is called. */
  name: string;
  /** Colour in lists and calendars. */
  colour: string;
  /** Seconds that it usually takes. */
  default_s: number;
  /** Whether it is offered for new work. */
  active: boolean;
}

/** A status of your own, mapped to one of the eight fixed stages. */
export interface StatusDef {
  /** Stable identity; may be chosen by whoever creates the row. */
  id: string;
  /** Counts changes; the ETag. */
  readonly version: number;
  /** When it was made. */
  readonly created_at: string;
  /** Who made it. */
  readonly created_by: string | null;
  /** When it last changed. */
  readonly updated_at: string;
  /** Who changed it last. */
  readonly updated_by: string | null;
  /** What your people call this status. */
  name: string;
  /** Colour of its mark. */
  colour: string;
  /** Which of the eight fixed stages it stands for. */
  stage: "new" | "scheduled" | "in_progress" | "on_hold" | "work_done" | "to_invoice" | "closed" | "cancelled";
  /** Place in lists. */
  position: number;
  /** Whether automatic moves into its stage enter this status. */
  is_default: boolean;
  /** Whether required tasks must be done before it is entered. */
  require_tasks: boolean;
  /** What the customer reads. */
  customer_label: string | null;
  /** Whether it is offered. */
  active: boolean;
}

/** A piece of work for one customer at one place. */
export interface Job {
  /** Stable identity; may be chosen by whoever creates the row. */
  id: string;
  /** Counts changes; the ETag. */
  readonly version: number;
  /** When it was made. */
  readonly created_at: string;
  /** Who made it. */
  readonly created_by: string | null;
  /** When it last changed. */
  readonly updated_at: string;
  /** Who changed it last. */
  readonly updated_by: string | null;
  /** Number of the work. */
  readonly no: string;
  /** Kind of work. */
  job_type_id: string;
  /** What is to be done, in one line. */
  title: string;
  /** What is to be done, at length. */
  description: string | null;
  /** Who asks for it. */
  customer_id: string;
  /** Who pays, if it is somebody else. */
  bill_to_id: string | null;
  /** Whom to speak to. */
  contact_id: string | null;
  /** Where it is done. */
  site_id: string;
  /** Your own status. */
  readonly status_id: string;
  /** Which of the eight fixed stages the status stands for. */
  readonly stage: "new" | "scheduled" | "in_progress" | "on_hold" | "work_done" | "to_invoice" | "closed" | "cancelled";
  /** How urgent it is. */
  priority: "low" | "normal" | "high" | "emergency";
  /** When it was asked for; may be before it was entered. */
  requested_at: string;
  /** When it should be done. */
  due_at: string | null;
  /** Earliest time that suits the customer. */
  window_from: string | null;
  /** Latest time that suits the customer. */
  window_until: string | null;
  /** The customer's own order number. */
  customer_order_no: string | null;
  /** The work that this is a call-back of. */
  parent_job_id: string | null;
  /** Who leads it. */
  lead_id: string | null;
  /** Why it waits. */
  hold_reason: string | null;
  /** When to look at it again. */
  hold_review_at: string | null;
  /** Seconds that it should take. */
  estimated_s: number | null;
  /** When the work was done. */
  readonly completed_at: string | null;
  /** When it was closed. */
  readonly closed_at: string | null;
  /** How it ended. */
  outcome: "done" | "incomplete" | "no_access" | "cancelled" | null;
  /** More about how it ended. */
  outcome_note: string | null;
  /** What was done; the customer reads this. */
  work_summary: string | null;
  /** For the office alone. */
  internal_notes: string | null;
  /** How it is paid for. */
  billing: "quoted" | "actual" | "contract" | "warranty" | "none";
  /** How the request came in. */
  source: "phone" | "email" | "web" | "whatsapp" | "portal" | "walk_in" | "referral" | "other";
}

/** A visit: one slice of the work in the calendar. */
export interface Appointment {
  /** Stable identity; may be chosen by whoever creates the row. */
  id: string;
  /** Counts changes; the ETag. */
  readonly version: number;
  /** When it was made. */
  readonly created_at: string;
  /** Who made it. */
  readonly created_by: string | null;
  /** When it last changed. */
  readonly updated_at: string;
  /** Who changed it last. */
  readonly updated_by: string | null;
  /** The work. */
  job_id: string;
  /** When it begins. */
  start_at: string;
  /** When it ends. */
  end_at: string;
  /** Whether the hour does not matter. */
  all_day: boolean;
  /** How far it is. */
  readonly status: "planned" | "confirmed" | "dispatched" | "travelling" | "on_site" | "finished" | "incomplete" | "no_access" | "cancelled";
  /** What is to be done on this visit. */
  title: string | null;
  /** What to know beforehand. */
  instructions: string | null;
  /** How it went, if it did not simply finish. */
  outcome: string | null;
  /** Minutes of the arrival window told to the customer. */
  arrival_window_min: number | null;
  /** How often it was moved. */
  readonly sequence: number;
  /** When somebody set off. */
  readonly travel_at: string | null;
  /** When somebody arrived. */
  readonly arrived_at: string | null;
  /** When it ended in fact. */
  readonly ended_at: string | null;
}

/** That somebody goes on a visit. */
export interface AppointmentPerson {
  /** Stable identity; may be chosen by whoever creates the row. */
  id: string;
  /** Counts changes; the ETag. */
  readonly version: number;
  /** When it was made. */
  readonly created_at: string;
  /** Who made it. */
  readonly created_by: string | null;
  /** When it last changed. */
  readonly updated_at: string;
  /** Who changed it last. */
  readonly updated_by: string | null;
  /** The visit. */
  appointment_id: string;
  /** The work that the visit belongs to. */
  readonly job_id: string;
  /** Who goes. */
  employee_id: string;
  /** Whether this person leads. */
  lead: boolean;
  /** When the person saw it. */
  ack_at: string | null;
}

/** One line of a checklist. */
export interface Task {
  /** Stable identity; may be chosen by whoever creates the row. */
  id: string;
  /** Counts changes; the ETag. */
  readonly version: number;
  /** When it was made. */
  readonly created_at: string;
  /** Who made it. */
  readonly created_by: string | null;
  /** When it last changed. */
  readonly updated_at: string;
  /** Who changed it last. */
  readonly updated_by: string | null;
  /** The work. */
  job_id: string;
  /** Place in the list. */
  position: number;
  /** What is to be done. */
  text: string;
  /** Whether the work is not done without it. */
  required: boolean;
  /** Open, done, or not applicable. */
  state: "open" | "done" | "not_applicable";
  /** Who settled it. */
  readonly done_by: string | null;
  /** When it was settled. */
  readonly done_at: string | null;
  /** What was found. */
  note: string | null;
  /** Whether a photo belongs to it. */
  photo_required: boolean;
}

/** What somebody wrote down. */
export interface Note {
  /** Stable identity; may be chosen by whoever creates the row. */
  id: string;
  /** Counts changes; the ETag. */
  readonly version: number;
  /** When it was made. */
  readonly created_at: string;
  /** Who made it. */
  readonly created_by: string | null;
  /** When it last changed. */
  readonly updated_at: string;
  /** Who changed it last. */
  readonly updated_by: string | null;
  /** The work that it is about. */
  job_id: string | null;
  /** The customer that it is about. */
  customer_id: string | null;
  /** The place that it is about. */
  site_id: string | null;
  /** The note. */
  body: string;
  /** Who may read it: your people, or the customer too. */
  visibility: "internal" | "customer";
  /** Whether it stays on top. */
  pinned: boolean;
}

/** One file that was read in. */
export interface ImportBatch {
  /** Stable identity; may be chosen by whoever creates the row. */
  id: string;
  /** Counts changes; the ETag. */
  readonly version: number;
  /** When it was made. */
  readonly created_at: string;
  /** Who made it. */
  readonly created_by: string | null;
  /** When it last changed. */
  readonly updated_at: string;
  /** Who changed it last. */
  readonly updated_by: string | null;
  /** How far it is. */
  readonly state: "queued" | "running" | "done" | "failed" | "undoing";
  /** Name of the file. */
  name: string;
  /** What its rows are, where no preset says so. */
  noun: string | null;
  /** The preset or saved mapping that was used. */
  preset: string | null;
  /** Whether it only tries. */
  dry_run: boolean;
  /** Rows of the file. */
  readonly rows_total: number;
  /** Rows worked on so far. */
  readonly rows_done: number;
  /** Rows that made something new. */
  readonly created: number;
  /** Rows that changed something. */
  readonly updated: number;
  /** Rows that were here already. */
  readonly unchanged: number;
  /** Rows that could not be used. */
  readonly rejected: number;
  /** How many of each kind of record were made. */
  readonly by_noun: unknown | null;
  /** Warnings, counted by kind. */
  readonly warnings: unknown | null;
  /** Why it failed. */
  readonly error: string | null;
  /** Whether it was taken back. */
  readonly undone: boolean;
  /** Records that taking it back has deleted. */
  readonly undo_deleted: number | null;
  /** What taking it back has kept, and why. */
  readonly undo_kept: unknown | null;
  /** When it began. */
  readonly started_at: string | null;
  /** When it ended. */
  readonly ended_at: string | null;
}

/** How the columns of a kind of file become fields, saved by name. */
export interface ImportMapping {
  /** Stable identity; may be chosen by whoever creates the row. */
  id: string;
  /** Counts changes; the ETag. */
  readonly version: number;
  /** When it was made. */
  readonly created_at: string;
  /** Who made it. */
  readonly created_by: string | null;
  /** When it last changed. */
  readonly updated_at: string;
  /** Who changed it last. */
  readonly updated_by: string | null;
  /** What the mapping is called. */
  name: string;
  /** What its rows are. */
  noun: string;
  /** Which column becomes which field. */
  spec: unknown;
}
