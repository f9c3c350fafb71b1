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
  /** Total above which a tax invoice must name the buyer with address (VAT Act s20). */
  full_invoice_from: number;
  /** Last part of the address of your enquiry form; without one there is no form. */
  slug: string | null;
  /** Roles that must use a second factor, separated by commas; second_factor says it for everybody. */
  factor_roles: string | null;
  /** Whether people sign in through the company's own provider alone; owners always may with a password. */
  sso_only: boolean;
  /** Whether people work from machines alone that somebody let in; owners always may, integrations have keys. */
  known_devices_only: boolean;
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

/** A role that the company made itself. */
export interface Role {
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
  /** What it is called. */
  name: string;
  /** The role that it starts from. */
  base: "admin" | "dispatcher" | "technician" | "accountant";
  /** What is different: a right, = and none, own or all, line by line. */
  grants: string | null;
  /** Whom it is for. */
  description: string | null;
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
  /** The company's own role that the person has; empty: the preset. */
  role_id: string | null;
  /** When the person left. */
  readonly left_at: string | null;
  /** When the person was last invited, if the invitation was not accepted yet. */
  readonly invited_at: string | null;
  /** When the person confirmed the advice on passwords and unattended screens, and that use is recorded. */
  readonly advised_at: string | null;
  /** When the person came back; sessions from before that stay ended. */
  readonly active_since: string | null;
}

/** Of what something is counted. */
export interface Unit {
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
  /** Short code: ea, h, m. */
  code: string;
  /** What it means. */
  name: string;
  /** Decimals that a quantity of it may have. */
  decimals: number;
  /** Whether it is offered. */
  active: boolean;
}

/** Prices for some customers. */
export interface PriceList {
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
  /** What it is called. */
  name: string;
  /** What it takes off every price that it does not name, in hundredths of a percent. */
  discount_bp: number;
  /** Whether it is used. */
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
  /** The prices that apply, if not the usual ones. */
  price_list_id: string | null;
  /** Language of messages to this customer; empty: yours. */
  language: "en" | "af" | "zu" | "xh" | "st" | "tn" | "nso" | "ts" | "ss" | "ve" | "nr" | null;
  /** Whether messages go out by themselves; what somebody sends goes in any case. */
  automatic_messages: boolean;
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
  /** Language of messages to this person; empty: the customer's. */
  language: "en" | "af" | "zu" | "xh" | "st" | "tn" | "nso" | "ts" | "ss" | "ve" | "nr" | null;
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
  /** Whether the customer must sign before the work is done, or it must be said why not. */
  require_signature: "no" | "yes_or_reason" | "yes";
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

/** Somebody asks for something. */
export interface Enquiry {
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
  /** Number of the enquiry. */
  readonly no: string;
  /** How it came in. */
  source: "phone" | "email" | "web" | "whatsapp" | "portal" | "walk_in" | "referral" | "other";
  /** Who asks, if known. */
  customer_id: string | null;
  /** Name of who asks. */
  name: string | null;
  /** Telephone. */
  phone: string | null;
  /** Mail address. */
  email: string | null;
  /** Where the work would be. */
  address: string | null;
  /** The place of work, if known. */
  site_id: string | null;
  /** What is asked, in one line. */
  subject: string;
  /** What is asked, at length. */
  details: string | null;
  /** Kind of work. */
  job_type_id: string | null;
  /** How urgent it is. */
  priority: "low" | "normal" | "high" | "emergency";
  /** Who follows it up. */
  owner_id: string | null;
  /** When to do something about it. */
  next_action_at: string | null;
  /** How far it is. */
  readonly status: "new" | "contacted" | "qualified" | "converted" | "lost" | "spam";
  /** Why nothing came of it. */
  readonly lost_reason: string | null;
  /** When it was asked; may be before it was entered. */
  requested_at: string;
  /** Which notice about personal information was shown. */
  readonly notice_version: string | null;
  /** When it was shown. */
  readonly notice_shown_at: string | null;
}

/** Work that comes back so many months after it was completed. */
export interface RecurringPlan {
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
  /** What comes back: it is the title of the work. */
  name: string;
  /** For whom. */
  customer_id: string;
  /** Where. */
  site_id: string;
  /** Kind of work. */
  job_type_id: string;
  /** How many months after it was completed it is due again. */
  every_months: number;
  /** First due date, where it was not done before. */
  starts_on: string | null;
  /** When it was completed last. */
  last_done: string | null;
  /** When it is due next. */
  readonly next_due: string;
  /** How many days before it is due the work appears. */
  lead_days: number;
  /** After this day no more. */
  ends_on: string | null;
  /** Whether it makes work. */
  state: "active" | "paused" | "ended";
  /** Lines that the work begins with, as those of a quote. */
  lines: unknown | null;
  /** The work that it made last. */
  readonly last_job_id: string | null;
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
  /** The plan that it comes of. */
  readonly recurring_plan_id: string | null;
  /** The enquiry that it answers. */
  readonly enquiry_id: string | null;
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

/** A way in which something is taxed. */
export interface TaxCode {
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
  /** Short code: STD, ZERO, EXEMPT, OUT. */
  code: string;
  /** What it means. */
  name: string;
  /** How it stands in a VAT return. */
  kind: "standard" | "zero" | "exempt" | "outside";
  /** Whether it is offered. */
  active: boolean;
}

/** The rate of a tax code from a day on. */
export interface TaxRate {
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
  /** The tax code. */
  tax_code_id: string;
  /** The rate, in hundredths of a percent: 1500 is 15 %. */
  rate_bp: number;
  /** First day on which it applies. */
  valid_from: string;
  /** Last day on which it applies, if it ends. */
  valid_until: string | null;
}

/** Whether the company was registered for VAT, from a day on. */
export interface VatStatus {
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
  /** First day on which it applies. */
  valid_from: string;
  /** Whether the company is registered for VAT from that day on. */
  registered: boolean;
  /** Its VAT number. */
  vat_no: string | null;
}

/** Something that is sold: a thing, work, travel, a fee. */
export interface Item {
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
  /** Code of the item. */
  code: string;
  /** What it is called. */
  name: string;
  /** A thing, work, travel, a fee, or a bundle of others. */
  kind: "product" | "labour" | "travel" | "fee" | "bundle";
  /** Of what it is counted: ea, h, m. */
  unit: string;
  /** Price of one, in ten-thousandths. */
  sell4: number | null;
  /** Whether that price is with VAT. */
  price_includes_vat: boolean;
  /** What one costs you, in ten-thousandths. */
  cost4: number | null;
  /** How it is taxed; standard if left out. */
  tax_code_id: string | null;
  /** Group in the price list. */
  category: string | null;
  /** What a scanner reads. */
  barcode: string | null;
  /** The supplier's code. */
  supplier_code: string | null;
  /** Months of warranty beyond the law's three. */
  warranty_months: number | null;
  /** More about it. */
  description: string | null;
  /** Whether it is offered. */
  active: boolean;
}

/** What a bundle is made of. */
export interface BundleLine {
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
  /** The item that is made of others. */
  bundle_id: string;
  /** One of those. */
  item_id: string;
  /** How many of it, in thousandths. */
  qty3: number;
  /** Place among the parts. */
  position: number;
}

/** The price of an item in a price list. */
export interface PriceListLine {
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
  /** The price list. */
  price_list_id: string;
  /** The item. */
  item_id: string;
  /** Price of one, in ten-thousandths, with VAT where the item's own price is. */
  sell4: number | null;
  /** Or what is taken off the item's own price, in hundredths of a percent. */
  discount_bp: number | null;
  /** First day on which it applies, if not always. */
  valid_from: string | null;
  /** Last day on which it applies, if it ends. */
  valid_until: string | null;
}

/** An offer to a customer. */
export interface Quote {
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
  /** Number of the quote. */
  readonly no: string;
  /** An offer, or a change of what was accepted for a piece of work. */
  kind: "quote" | "variation";
  /** For whom. */
  customer_id: string;
  /** Whom to send it to. */
  contact_id: string | null;
  /** Where the work would be. */
  site_id: string | null;
  /** The enquiry that it answers. */
  readonly enquiry_id: string | null;
  /** The work that came of it, or that it changes. */
  job_id: string | null;
  /** What it is about. */
  title: string;
  /** How far it is. */
  readonly status: "draft" | "internal_review" | "sent" | "viewed" | "accepted" | "declined" | "expired" | "cancelled";
  /** Who follows it up. */
  owner_id: string | null;
  /** Number of the newest version. */
  readonly version_n: number;
  /** The newest version. */
  readonly version_id: string | null;
  /** Total with VAT of the newest version. */
  readonly total: number;
  /** Last day on which it can be accepted. */
  valid_until: string | null;
  /** Why it was declined or cancelled. */
  readonly reason: string | null;
}

/** One version of an offer. */
export interface QuoteVersion {
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
  /** Whether its prices are without or with VAT. */
  readonly price_mode: "excl" | "incl";
  /** Currency, three letters. */
  readonly currency: string;
  /** Discount on the whole, in hundredths of a percent. */
  readonly discount_bp: number;
  /** Discount on the whole as an amount; only one of the two. */
  readonly discount: number;
  /** Sum of the lines. */
  readonly sum: number;
  /** What the discount on the whole comes to. */
  readonly discount_taken: number;
  /** Total without VAT. */
  readonly net: number;
  /** VAT. */
  readonly vat: number;
  /** Total with VAT. */
  readonly total: number;
  /** Net and VAT for each tax code and rate. */
  readonly vat_groups: unknown | null;
  /** The quote. */
  quote_id: string;
  /** Which version it is. */
  readonly n: number;
  /** Being written, sent, or replaced by a newer one. */
  readonly state: "draft" | "sent" | "superseded";
  /** Last day on which it can be accepted. */
  readonly valid_until: string | null;
  /** Words above the lines. */
  intro: string | null;
  /** Words below the lines. */
  terms: string | null;
  /** When it was sent; from then on it never changes. */
  readonly sent_at: string | null;
  /** SHA-256 of what was sent. */
  readonly document_hash: string | null;
  /** How often its lines were saved, so that another's change of words is one too. */
  readonly saves: number;
}

/** A line of an offer. */
export interface QuoteLine {
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
  /** The document that it stands on. */
  quote_version_id: string;
  /** Place among the lines. */
  position: number;
  /** Heading under which it stands. */
  section: string | null;
  /** Something with a price, a text, or a subtotal. */
  kind: "item" | "text" | "subtotal";
  /** The item of the catalogue. */
  item_id: string | null;
  /** What it is. */
  description: string;
  /** How many, in thousandths. */
  qty3: number;
  /** Of what: each, hours, metres. */
  unit: string | null;
  /** Price of one, in ten-thousandths. */
  price4: number;
  /** What one costs you, in ten-thousandths. */
  cost4: number | null;
  /** Discount on the line, in hundredths of a percent. */
  discount_bp: number;
  /** How it is taxed. */
  tax_code_id: string | null;
  /** Rate of the tax that applied, in hundredths of a percent. */
  readonly rate_bp: number;
  /** The line's amount after its own discount. */
  readonly line_net: number;
  /** The same after its share of the discount on the whole. */
  readonly line_after: number;
  /** Made while you were not registered for VAT: once you are, its tax code is asked anew. */
  readonly unregistered: boolean | null;
  /** Whether the customer may leave it out. */
  optional: boolean;
  /** Whether an optional line is chosen. */
  selected: boolean;
  /** Options of which one is chosen. */
  option_group: string | null;
}

/** The customer's answer to an offer, with what shows it. */
export interface Acceptance {
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
  /** The quote. */
  quote_id: string;
  /** The version that was answered. */
  readonly version_id: string;
  /** Yes or no. */
  readonly decision: "accepted" | "declined";
  /** Who answered. */
  readonly name: string;
  /** In what capacity. */
  readonly capacity: string | null;
  /** By telephone, on glass, or on the customer's page. */
  readonly how: "phone" | "glass" | "page";
  /** When. */
  readonly at: string;
  /** The lines that were chosen. */
  readonly line_ids: unknown | null;
  /** What was agreed to, without VAT. */
  readonly net: number;
  /** Its VAT. */
  readonly vat: number;
  /** What was agreed to, with VAT. */
  readonly total: number;
  /** Why not. */
  readonly reason: string | null;
  /** SHA-256 of what was answered. */
  readonly document_hash: string;
  /** SHA-256 of the answer with the chosen lines. */
  readonly hash: string;
  /** The statement that was ticked. */
  readonly statement_version: string | null;
  /** When, by the clock of the device. */
  readonly device_at: string | null;
  /** Address on the network from which it came. */
  readonly address: string | null;
  /** Kind of device and browser. */
  readonly device: string | null;
  /** The link with which the page was opened. */
  readonly portal_link_id: string | null;
  /** The message that brought the link. */
  readonly message_id: string | null;
  /** The signature as it was drawn: strokes on a field of 1000 by 300, M begins one, L goes on. */
  readonly drawing: string | null;
}

/** Parts, hours and fees that a piece of work took. */
export interface JobLine {
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
  /** The document that it stands on. */
  job_id: string;
  /** Place among the lines. */
  position: number;
  /** Heading under which it stands. */
  section: string | null;
  /** Something with a price, a text, or a subtotal. */
  kind: "item" | "text" | "subtotal";
  /** The item of the catalogue. */
  item_id: string | null;
  /** What it is. */
  description: string;
  /** How many, in thousandths. */
  qty3: number;
  /** Of what: each, hours, metres. */
  unit: string | null;
  /** Price of one, in ten-thousandths. */
  price4: number;
  /** What one costs you, in ten-thousandths. */
  cost4: number | null;
  /** Discount on the line, in hundredths of a percent. */
  discount_bp: number;
  /** How it is taxed. */
  tax_code_id: string | null;
  /** Rate of the tax that applied, in hundredths of a percent. */
  readonly rate_bp: number;
  /** The line's amount after its own discount. */
  readonly line_net: number;
  /** The same after its share of the discount on the whole. */
  readonly line_after: number;
  /** Made while you were not registered for VAT: once you are, its tax code is asked anew. */
  readonly unregistered: boolean | null;
  /** The line of the quote that it comes from. */
  readonly source_line_id: string | null;
  /** Whether the customer pays for it. */
  billable: boolean;
  /** Why it will not be billed. */
  written_off: string | null;
}

/** That the customer agreed to a price before the work (CPA s15). */
export interface Authorisation {
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
  /** How the customer agreed to the price. */
  kind: "estimate_accepted" | "estimate_declined" | "max_preauthorised" | "variation_authorised" | "lifted";
  /** The answer that it stands on. */
  readonly acceptance_id: string | null;
  /** Whether the amount is without or with VAT. */
  price_mode: "excl" | "incl";
  /** Up to how much, in cents; empty where no limit was asked. */
  amount: number | null;
  /** Who agreed. */
  name: string;
  /** When. */
  readonly at: string;
  /** How it is recorded, or why the limit was lifted. */
  note: string | null;
}

/** What a customer owes for work. */
export interface Invoice {
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
  /** Whether its prices are without or with VAT. */
  readonly price_mode: "excl" | "incl";
  /** Currency, three letters. */
  readonly currency: string;
  /** Discount on the whole, in hundredths of a percent. */
  readonly discount_bp: number;
  /** Discount on the whole as an amount; only one of the two. */
  readonly discount: number;
  /** Sum of the lines. */
  readonly sum: number;
  /** What the discount on the whole comes to. */
  readonly discount_taken: number;
  /** Total without VAT. */
  readonly net: number;
  /** VAT. */
  readonly vat: number;
  /** Total with VAT. */
  readonly total: number;
  /** Net and VAT for each tax code and rate. */
  readonly vat_groups: unknown | null;
  /** Number; given when it is approved. */
  readonly no: string | null;
  /** For work done, in advance, or in part. */
  kind: "invoice" | "deposit" | "progress";
  /** Who pays. */
  customer_id: string;
  /** Where the work was. */
  site_id: string | null;
  /** The work. */
  job_id: string | null;
  /** The quote. */
  quote_id: string | null;
  /** How far it is. */
  readonly status: "draft" | "approved" | "sent" | "part_paid" | "paid" | "credited" | "void";
  /** Date of the invoice. */
  date: string | null;
  /** When it is to be paid. */
  due_date: string | null;
  /** Day that decides the rate and the period of its VAT. */
  readonly tax_point: string | null;
  /** The customer's own order number. */
  customer_order_no: string | null;
  /** Sum of its credit notes. */
  readonly credited: number;
  /** Sum of what was paid and set off. */
  readonly paid: number;
  /** What is still owed. */
  readonly balance: number;
  /** Name, address and VAT number of the buyer as they were. */
  readonly buyer: unknown | null;
  /** Name, address and VAT number of the company as they were. */
  readonly seller: unknown | null;
  /** When it was approved; from then on it never changes. */
  readonly approved_at: string | null;
  /** When it was first sent. */
  readonly sent_at: string | null;
  /** Why it is void. */
  readonly reason: string | null;
  /** SHA-256 of what was approved. */
  readonly document_hash: string | null;
  /** 1, and one more for each correction of particulars. */
  readonly revision: number;
  /** When its file was first taken out; from then on it cannot be made void. */
  readonly downloaded_at: string | null;
  /** How often its lines were saved, so that another's change of words is one too. */
  readonly saves: number;
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
  /** The quote that it is about. */
  quote_id: string | null;
  /** The invoice that it is about. */
  invoice_id: string | null;
  /** The enquiry that it is about. */
  enquiry_id: string | null;
}

/** A line of an invoice. */
export interface InvoiceLine {
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
  /** The document that it stands on. */
  invoice_id: string;
  /** Place among the lines. */
  position: number;
  /** Heading under which it stands. */
  section: string | null;
  /** Something with a price, a text, or a subtotal. */
  kind: "item" | "text" | "subtotal";
  /** The item of the catalogue. */
  item_id: string | null;
  /** What it is. */
  description: string;
  /** How many, in thousandths. */
  qty3: number;
  /** Of what: each, hours, metres. */
  unit: string | null;
  /** Price of one, in ten-thousandths. */
  price4: number;
  /** What one costs you, in ten-thousandths. */
  cost4: number | null;
  /** Discount on the line, in hundredths of a percent. */
  discount_bp: number;
  /** How it is taxed. */
  tax_code_id: string | null;
  /** Rate of the tax that applied, in hundredths of a percent. */
  readonly rate_bp: number;
  /** The line's amount after its own discount. */
  readonly line_net: number;
  /** The same after its share of the discount on the whole. */
  readonly line_after: number;
  /** Made while you were not registered for VAT: once you are, its tax code is asked anew. */
  readonly unregistered: boolean | null;
  /** The line of the work that it bills. */
  source_line_id: string | null;
}

/** What is taken back of an invoice. */
export interface CreditNote {
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
  /** Whether its prices are without or with VAT. */
  readonly price_mode: "excl" | "incl";
  /** Currency, three letters. */
  readonly currency: string;
  /** Discount on the whole, in hundredths of a percent. */
  readonly discount_bp: number;
  /** Discount on the whole as an amount; only one of the two. */
  readonly discount: number;
  /** Sum of the lines. */
  readonly sum: number;
  /** What the discount on the whole comes to. */
  readonly discount_taken: number;
  /** Total without VAT. */
  readonly net: number;
  /** VAT. */
  readonly vat: number;
  /** Total with VAT. */
  readonly total: number;
  /** Net and VAT for each tax code and rate. */
  readonly vat_groups: unknown | null;
  /** Number; given when it is approved. */
  readonly no: string | null;
  /** The invoice that it corrects. */
  readonly invoice_id: string;
  /** The customer. */
  readonly customer_id: string;
  /** How far it is. */
  readonly status: "draft" | "approved" | "allocated";
  /** Date of the credit note. */
  readonly date: string | null;
  /** Why (VAT Act s21). */
  readonly reason: string;
  /** What of it was set off against invoices. */
  readonly allocated: number;
  /** Name, address and VAT number of the buyer as they were. */
  readonly buyer: unknown | null;
  /** Name, address and VAT number of the company as they were. */
  readonly seller: unknown | null;
  /** When it was approved; from then on it never changes. */
  readonly approved_at: string | null;
  /** SHA-256 of what was approved. */
  readonly document_hash: string | null;
}

/** A line of a credit note. */
export interface CreditLine {
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
  /** The document that it stands on. */
  credit_note_id: string;
  /** Place among the lines. */
  position: number;
  /** Heading under which it stands. */
  section: string | null;
  /** Something with a price, a text, or a subtotal. */
  kind: "item" | "text" | "subtotal";
  /** The item of the catalogue. */
  item_id: string | null;
  /** What it is. */
  description: string;
  /** How many, in thousandths. */
  qty3: number;
  /** Of what: each, hours, metres. */
  unit: string | null;
  /** Price of one, in ten-thousandths. */
  price4: number;
  /** What one costs you, in ten-thousandths. */
  cost4: number | null;
  /** Discount on the line, in hundredths of a percent. */
  discount_bp: number;
  /** How it is taxed. */
  tax_code_id: string | null;
  /** Rate of the tax that applied, in hundredths of a percent. */
  readonly rate_bp: number;
  /** The line's amount after its own discount. */
  readonly line_net: number;
  /** The same after its share of the discount on the whole. */
  readonly line_after: number;
  /** Made while you were not registered for VAT: once you are, its tax code is asked anew. */
  readonly unregistered: boolean | null;
  /** The line of the invoice that it credits. */
  readonly source_line_id: string | null;
  /** Whether the work may be billed again. */
  bill_again: boolean;
}

/** Money that came, or went back. */
export interface Payment {
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
  /** Number of the payment. */
  readonly no: string;
  /** Who paid. */
  customer_id: string;
  /** When. */
  date: string;
  /** How much, in cents; less than nothing for a refund. */
  amount: number;
  /** How. */
  method: "eft" | "cash" | "card" | "cheque" | "link" | "other";
  /** What stands on the bank statement. */
  reference: string | null;
  /** Whether it was set against invoices. */
  readonly status: "recorded" | "allocated" | "reversed";
  /** What of it was set against invoices; the rest is on account. */
  readonly allocated: number;
  /** Why it was reversed. */
  readonly reason: string | null;
}

/** That a payment or credit note settles an invoice, or part of it. */
export interface Allocation {
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
  /** The payment. */
  readonly payment_id: string | null;
  /** Or the credit note. */
  readonly credit_note_id: string | null;
  /** The invoice. */
  readonly invoice_id: string;
  /** How much. */
  readonly amount: number;
}

/** A quote, invoice or credit note as it was sent or issued; it never changes. */
export interface Document {
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
  /** What it is. */
  readonly kind: "quote" | "invoice" | "credit_note";
  /** The version of a quote. */
  readonly quote_version_id: string | null;
  /** Or the invoice. */
  readonly invoice_id: string | null;
  /** Or the credit note. */
  readonly credit_note_id: string | null;
  /** Whom it is for. */
  readonly customer_id: string;
  /** Its number. */
  readonly no: string;
  /** Its date. */
  readonly date: string;
  /** 1, and one more for each correction of particulars. */
  readonly revision: number;
  /** What is stamped on it. */
  readonly mark: string | null;
  /** Whether its PDF is made. */
  readonly state: "frozen" | "rendered";
  /** What stands in the link by which anybody who holds the page can verify it. */
  readonly code: string;
  /** SHA-256 of its data. */
  readonly document_hash: string;
  /** SHA-256 of the PDF. */
  readonly pdf_hash: string | null;
  /** Bytes of the PDF. */
  readonly pdf_size: number | null;
  /** When the PDF was made. */
  readonly rendered_at: string | null;
}

/** A small file: a drawing of a signature, a logo. */
export interface Attachment {
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
  /** The work that it belongs to. */
  job_id: string | null;
  /** Or the customer. */
  customer_id: string | null;
  /** What it is. */
  kind: "signature" | "logo";
  /** Name of the file. */
  name: string;
  /** Who may see it: your people, or the customer too. */
  visibility: "internal" | "customer";
  /** Its media type, as found by looking into it. */
  readonly type: string;
  /** Bytes. */
  readonly size: number;
  /** SHA-256 of its bytes. */
  readonly sha256: string;
}

/** That the customer signed for the work, or why not. */
export interface Signature {
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
  /** Who signed. */
  signer_name: string | null;
  /** In what capacity. */
  capacity: string | null;
  /** What was agreed to, in words. */
  statement: string | null;
  /** Or why nobody signed. */
  not_signed_reason: string | null;
  /** The drawing. */
  attachment_id: string | null;
  /** When, by the clock of the device. */
  device_at: string | null;
}

/** A part that was taken out, and what became of it. */
export interface RemovedPart {
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
  /** What was taken out. */
  description: string;
  /** How many, in thousandths. */
  qty3: number;
  /** Given back, not wanted, or kept for a warranty, an insurer or because a rule says so. */
  outcome: "returned" | "declined" | "warranty" | "insurer" | "regulation";
  /** Who took or declined it. */
  name: string | null;
}

/** Until when a part or the work on it is under warranty. */
export interface Warranty {
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
  /** Where. */
  site_id: string;
  /** What was installed. */
  item_id: string | null;
  /** On parts or on labour. */
  kind: "parts" | "labour";
  /** On what. */
  description: string;
  /** First day. */
  valid_from: string;
  /** Last day; never less than three months. */
  valid_until: string;
}

/** Hours that somebody worked. */
export interface TimeEntry {
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
  /** Whose hours. */
  employee_id: string;
  /** The work. */
  job_id: string | null;
  /** The visit. */
  appointment_id: string | null;
  /** Work, travel, a break, or the office. */
  kind: "work" | "travel" | "break" | "admin";
  /** When it began. */
  start_at: string;
  /** When it ended; empty while it runs. */
  end_at: string | null;
  /** By the steps of a visit, or entered. */
  readonly source: "timer" | "manual";
  /** Whether the customer pays for it. */
  billable: boolean;
  /** What was done. */
  note: string | null;
  /** When it was approved; from then on it does not change. */
  readonly approved_at: string | null;
  /** By whom. */
  readonly approved_by: string | null;
}

/** When somebody is away. */
export interface Leave {
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
  /** Who is away. */
  employee_id: string;
  /** From when. */
  start_at: string;
  /** Until when. */
  end_at: string;
  /** Why, roughly. */
  kind: "annual" | "sick" | "family" | "unpaid" | "training" | "other";
  /** Whether it is approved. */
  approved: boolean;
  /** More about it. */
  note: string | null;
}

/** Days on which the company does not work, besides those of the law's schedule. */
export interface WorkingCalendar {
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
  /** The day. */
  day: string;
  /** What day it is. */
  name: string;
  /** Whether it was declared a public holiday; else the company is simply closed. */
  public_holiday: boolean;
  /** Where that was published. */
  gazette_ref: string | null;
}

/** A link with which a customer opens his page without a password. */
export interface PortalLink {
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
  /** Whether it opens one document, one piece of work, or all that concerns the customer. */
  readonly scope: "quote" | "job" | "invoice" | "customer";
  /** The customer whose page it opens. */
  readonly customer_id: string;
  /** To whom it was given; the customer at large if empty. */
  readonly contact_id: string | null;
  /** The quote that it opens. */
  readonly quote_id: string | null;
  /** The work that it opens. */
  readonly job_id: string | null;
  /** The invoice that it opens. */
  readonly invoice_id: string | null;
  /** From when it does not open anything any more. */
  readonly expires_at: string;
  /** When somebody took it back. */
  readonly revoked_at: string | null;
  /** When the page was opened with it last. */
  readonly last_used_at: string | null;
  /** How often the page was opened with it. */
  readonly uses: number;
}

/** What people are told where their details are collected. */
export interface PrivacyNotice {
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
  /** Where it is shown. */
  point: "web_form";
  /** In which language. */
  language: "en" | "af" | "zu" | "xh" | "st" | "tn" | "nso" | "ts" | "ss" | "ve" | "nr";
  /** Number of the version. */
  readonly n: number;
  /** The notice; {company}, {address}, {phone} and {email} are filled in. */
  body: string;
}

/** The text of a message to customers, with places for what differs. */
export interface Template {
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
  /** What your people call it. */
  name: string;
  /** What it is about. */
  kind: "quote_sent" | "invoice_sent" | "credit_note_sent" | "payment_thanks" | "enquiry_received" | "appointment_set" | "statement" | "portal_code" | "question_received" | "test" | "marketing" | "details_changed" | "consent_request" | "account_reset" | "account_invited" | "account_email" | "account_notice";
  /** By mail, SMS or WhatsApp. */
  channel: "email" | "sms" | "whatsapp";
  /** Language of the text. */
  language: "en" | "af" | "zu" | "xh" | "st" | "tn" | "nso" | "ts" | "ss" | "ve" | "nr";
  /** Whether it belongs to the work, is demanded by a law, or promotes something; what does a little of each is marketing. */
  class: "transactional" | "statutory" | "marketing";
  /** Subject of a mail. */
  subject: string | null;
  /** The text, with places such as {customer.name}. */
  body: string;
  /** Whether it is used. */
  active: boolean;
}

/** How your mail and SMS are sent. */
export interface ChannelSetting {
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
  /** Name under which mail is sent; empty: the company's. */
  from_name: string | null;
  /** Mail address from which mail is sent; empty: the company's. */
  from_address: string | null;
  /** Mail address to which answers go, if another. */
  reply_to: string | null;
  /** Your mail server; empty: no mail is sent. */
  smtp_host: string | null;
  /** Its port; empty: the usual one. */
  smtp_port: number | null;
  /** How the line is encrypted: STARTTLS, TLS from the first byte, or not at all. */
  smtp_tls: "starttls" | "tls" | "plain";
  /** Name of your account there. */
  smtp_user: string | null;
  /** Its password; never shown again. */
  smtp_password: string | null;
  /** Whether a password was entered. */
  readonly smtp_password_set: boolean;
  /** Whether mail may go without encryption to a server that is not on this machine. */
  smtp_allow_plain: boolean;
  /** Whether the document goes along as PDF where the line is encrypted; else the link alone. */
  mail_pdf: boolean;
  /** Your SMS gateway. */
  sms_kind: "none" | "smsportal" | "smsportal_token" | "http";
  /** Its address; with {to}, {digits}, {text} and {id} for a gateway of your own. */
  sms_url: string | null;
  /** Name or client id of your account there. */
  sms_user: string | null;
  /** Its password or API secret; never shown again. */
  sms_password: string | null;
  /** Whether one was entered. */
  readonly sms_password_set: boolean;
  /** Authorization header instead of a login; never shown again. */
  sms_authorization: string | null;
  /** Whether one was entered. */
  readonly sms_authorization_set: boolean;
  /** Method of the request to a gateway of your own. */
  sms_method: "POST" | "PUT" | "GET";
  /** Content type of that request. */
  sms_content_type: "application/json" | "application/x-www-form-urlencoded";
  /** Body of that request, with {to}, {digits}, {text} and {id}. */
  sms_body: string | null;
  /** What stands in its answer when it went well; empty: anything. */
  sms_success: string | null;
  /** Minute of the day from which no automatic SMS is sent. */
  quiet_from_min: number;
  /** Minute of the day at which they go again; the same: at any time. */
  quiet_until_min: number;
  /** With what your gateway shows that its reports of delivery are its own; never shown again. */
  report_secret: string | null;
  /** Whether one was entered. */
  readonly report_secret_set: boolean;
}

/** Something that is told to a customer. */
export interface Message {
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
  /** What it is about. */
  readonly kind: "quote_sent" | "invoice_sent" | "credit_note_sent" | "payment_thanks" | "enquiry_received" | "appointment_set" | "statement" | "portal_code" | "question_received" | "test" | "marketing" | "details_changed" | "consent_request" | "account_reset" | "account_invited" | "account_email" | "account_notice";
  /** By mail, SMS or WhatsApp. */
  readonly channel: "email" | "sms" | "whatsapp";
  /** Whether it belongs to the work, is demanded by a law, or promotes something. */
  readonly class: "transactional" | "statutory" | "marketing";
  /** How far it is. */
  readonly status: "queued" | "sending" | "sent" | "delivered" | "failed" | "bounced" | "cancelled";
  /** The template that it was written with. */
  template_id: string | null;
  /** Its language. */
  readonly language: "en" | "af" | "zu" | "xh" | "st" | "tn" | "nso" | "ts" | "ss" | "ve" | "nr";
  /** Mail address or telephone to which it goes. */
  readonly recipient: string;
  /** To whom. */
  readonly recipient_name: string | null;
  /** Subject of a mail. */
  readonly subject: string | null;
  /** The text; its link is put in when it is sent. */
  readonly body: string;
  /** The person to whom it goes. */
  readonly contact_id: string | null;
  /** The customer. */
  readonly customer_id: string | null;
  /** The enquiry that it is about. */
  readonly enquiry_id: string | null;
  /** The quote. */
  readonly quote_id: string | null;
  /** The invoice. */
  readonly invoice_id: string | null;
  /** The credit note. */
  readonly credit_note_id: string | null;
  /** The work. */
  readonly job_id: string | null;
  /** The record in whose diary it is told. */
  readonly about_id: string | null;
  /** The link to the customer's page that it carries. */
  readonly portal_link_id: string | null;
  /** The frozen document that goes along, where your settings say so. */
  readonly document_id: string | null;
  /** Whether nobody pressed a button for it. */
  readonly automatic: boolean;
  /** How often it was tried. */
  readonly attempts: number;
  /** How often it was tried again without knowing whether it had arrived. */
  readonly repeats: number;
  /** When it is tried next, while it waits. */
  readonly next_try_at: string;
  /** When it might go for the first time. */
  readonly first_try_at: string | null;
  /** When the other side took it. */
  readonly sent_at: string | null;
  /** Message-ID of the mail, the same at each attempt. */
  readonly message_id: string | null;
  /** What the gateway calls it. */
  readonly provider_id: string | null;
  /** Why it waits, failed or was cancelled, in one word. */
  readonly error: string | null;
  /** What the other side said last. */
  readonly answer: string | null;
  /** Whether the document went along. */
  readonly with_pdf: boolean;
  /** Whether it left over an encrypted line. */
  readonly tls: boolean;
  /** What else is to be said. */
  readonly note: string | null;
  /** Of advertising: why it was allowed or not, and when. */
  readonly gate: unknown | null;
}

/** That somebody agreed to advertising, or did not. */
export interface ConsentEvent {
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
  /** The person; the customer as a whole if empty. */
  contact_id: string | null;
  /** The customer. */
  customer_id: string;
  /** Consent was given, withheld, withdrawn or asked for; or the details came with a sale at which advertising could be refused. */
  kind: "given" | "withheld" | "withdrawn" | "requested" | "sale";
  /** For which channel. */
  channel: "all" | "email" | "sms" | "whatsapp";
  /** For advertising what. */
  goods: string | null;
  /** How it was said. */
  how: "phone" | "email" | "sms" | "whatsapp" | "in_person" | "page" | "letter";
  /** Whether it was agreed in writing that advertising may come at any time. */
  any_time: boolean;
  /** What shows it: a form, a recording, the words. */
  evidence: string | null;
  /** When. */
  at: string;
}

/** That somebody wants no advertising. */
export interface ObjectionEvent {
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
  /** The person; the customer as a whole if empty. */
  contact_id: string | null;
  /** The customer. */
  customer_id: string;
  /** A demand to stop advertising, or an objection to the use of the details for it. */
  kind: "stop" | "objection";
  /** How it was said. */
  how: "phone" | "email" | "sms" | "whatsapp" | "in_person" | "page" | "letter";
  /** What was said. */
  words: string | null;
  /** When it was written down; from then on it counts. */
  readonly at: string;
  /** When it was said, by the clock of the device that took it down. */
  device_at: string | null;
}

/** The company's registration as a direct marketer with the National Consumer Commission. */
export interface NccRegistration {
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
  /** Number under which the company is registered as a direct marketer. */
  no: string;
  /** First day of the registration. */
  valid_from: string;
  /** Last day; it is renewed each year. */
  valid_to: string;
}

/** That your addresses were held against the registry of those who want no advertising. */
export interface NccCleanseRun {
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
  /** When the addresses were held against the registry. */
  readonly at: string;
  /** SHA-256 of the registry's answer, 64 hexadecimal digits. */
  file_sha256: string;
  /** How many addresses were asked about. */
  checked: number;
  /** How many of them are on the registry. */
  readonly blocked_count: number;
  /** What those blocked: all advertising, the trade, or this company. */
  scope: "all" | "industry" | "me";
}

/** The quarterly look at who may do what. */
export interface AccessReview {
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
  /** Which quarter, such as 2027-Q1. */
  readonly quarter: string;
  /** When it began. */
  readonly opened_at: string;
  /** Its last day; who is not confirmed by then loses his access. */
  readonly due_on: string;
  /** Whether it goes on. */
  readonly state: "open" | "closed";
  /** When it ended. */
  readonly closed_at: string | null;
  /** How many people it is about. */
  readonly people: number;
  /** How many of them were confirmed. */
  readonly confirmed: number;
  /** How many lost their access by decision. */
  readonly removed: number;
  /** How many lost it because nobody confirmed them. */
  readonly expired: number;
}

/** One person's access in a review. */
export interface AccessReviewItem {
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
  /** The review. */
  readonly review_id: string;
  /** Whose access. */
  readonly membership_id: string;
  /** The role when the review began. */
  readonly role: string;
  /** The last day on which the person did anything, as far as known. */
  readonly last_used_on: string | null;
  /** What was decided; overdue: an owner whom nobody confirmed. */
  readonly decision: "pending" | "confirmed" | "removed" | "expired" | "overdue";
  /** By whom. */
  readonly decided_by: string | null;
  /** When. */
  readonly decided_at: string | null;
}

/** Something that was noticed and that an owner should look at. */
export interface SecurityAlert {
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
  /** What was noticed. */
  readonly kind: "new_device" | "impossible_travel" | "off_hours" | "mass_export" | "mass_read" | "spraying" | "token_reuse" | "counter_mismatch" | "support_emergency" | "review_overdue" | "key_unused" | "device_waiting";
  /** Whom it is about; empty: nobody in particular. */
  readonly user_id: string | null;
  /** What happened, in a sentence. */
  readonly words: string;
  /** When it was noticed first. */
  readonly at: string;
  /** When it was noticed last. */
  readonly last_at: string;
  /** How often within the hour. */
  readonly count: number;
  /** Whether somebody has looked at it. */
  readonly state: "open" | "acknowledged";
  /** Who has. */
  readonly acknowledged_by: string | null;
  /** When. */
  readonly acknowledged_at: string | null;
  /** What came of it. */
  readonly note: string | null;
}

/** What another system signs in with. */
export interface ApiKey {
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
  /** Which system it is for. */
  name: string;
  /** What it may do: rights, one on a line (job.read); customer.write stands for create and update. */
  scopes: string;
  /** From where it may be used, one address or range on a line; empty: from anywhere. */
  addresses: string | null;
  /** Its last day, at most a year away. */
  expires_on: string;
  /** Why it is there. */
  purpose: string | null;
  /** Whether it works. */
  readonly state: "active" | "revoked" | "frozen" | "unused";
  /** How the secret begins, so that it can be told from others. */
  readonly hint: string | null;
  /** The day on which it was last used. */
  readonly last_used_on: string | null;
  /** When it got its present secret. */
  readonly rotated_at: string | null;
  /** Until when the secret before works too. */
  readonly overlap_until: string | null;
  /** When it stopped working. */
  readonly ended_at: string | null;
}

/** A machine from which somebody works for the company. */
export interface KnownDevice {
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
  /** Whose it is. */
  readonly user_id: string;
  /** The mark on it. */
  readonly device_id: string;
  /** What it calls itself. */
  readonly label: string;
  /** Whether work may be done from it. */
  readonly state: "waiting" | "allowed" | "refused";
  /** How it is kept, as far as somebody has said: system up to date, disk encrypted, protected against malware. */
  readonly posture: "unknown" | "good" | "bad";
  /** When that was said. */
  readonly posture_at: string | null;
  /** What was found. */
  readonly posture_words: string | null;
  /** Who let it in or refused it. */
  readonly decided_by: string | null;
  /** When. */
  readonly decided_at: string | null;
}

/** That somebody of the platform's staff is let in, why, for what and until when. */
export interface SupportGrant {
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
  /** Who of the platform's staff. */
  readonly staff_id: string;
  /** Name of that person. */
  readonly staff_name: string;
  /** What for. */
  readonly reason: string;
  /** What the person may do: see the company's work, or change it too. */
  readonly scope: "read" | "write";
  /** For how many hours it was asked. */
  readonly hours: number;
  /** Whether it was asked for, holds, or is over. */
  readonly state: "requested" | "active" | "ended" | "refused" | "expired";
  /** When the person asked; empty: the company let him in by itself. */
  readonly requested_at: string | null;
  /** From when it holds. */
  readonly start_at: string | null;
  /** Until when it holds, if it is not ended before. */
  readonly end_at: string | null;
  /** Who of the company let the person in. */
  readonly approved_by: string | null;
  /** Whether two of the staff may do it without the company, which is told at once. */
  readonly emergency: boolean;
  /** The other of the two who did it in an emergency. */
  readonly second_staff_id: string | null;
  /** When it was ended or refused. */
  readonly ended_at: string | null;
}

/** Where a company's people sign in instead (OpenID Connect). */
export interface IdentityProvider {
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
  /** What you call it. */
  name: string | null;
  /** Address of the provider, exactly as it says it itself. */
  issuer: string;
  /** Under what name the provider knows this program. */
  client_id: string;
  /** The secret that the provider gave for it; never shown again. */
  client_secret: string | null;
  /** Whether a secret was entered. */
  readonly client_secret_set: boolean;
  /** Whether people may sign in with it; one at a time. */
  active: boolean;
  /** Whether the provider was asked and can be used. */
  readonly state: "waiting" | "ready" | "failed";
  /** Why it cannot be used, or what went wrong last. */
  readonly error: string | null;
  /** When the provider was last asked. */
  readonly discovered_at: string | null;
  /** Where people go to sign in; the provider says it. */
  readonly authorization_endpoint: string | null;
  /** Where this program asks who came. */
  readonly token_endpoint: string | null;
  /** Where it asks for the address of who came. */
  readonly userinfo_endpoint: string | null;
  /** Where the provider publishes its keys. */
  readonly jwks_uri: string | null;
}

/** Which account at a provider is which member; made when somebody first signs in with it. */
export interface IdentityLink {
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
  /** The provider. */
  readonly provider_id: string;
  /** Who it is here. */
  readonly membership_id: string;
}
