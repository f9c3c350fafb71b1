// The matrix of product.md 4.9 as data, written by hand from its text and not from the program: who may create, read, update and delete (C R U D; small
// letters: own work alone), and who may do what else (A: all, o: own, -: nobody). Columns: owner, admin, dispatcher, technician, accountant.
// Where the product differs on purpose, the line says why; docs/dev/decisions/ has it at length.
export const ROLES = ['owner', 'admin', 'dispatcher', 'technician', 'accountant'];

const ROWS = `
# company settings; everybody is told the zone, currency and price mode that he works with
tenant                   RU RU R R R
numbering                RU RU - - R
# users, roles
role                     CRUD CRUD - - -
membership               CRU CRU - - -
access_review            R R - - -
access_review_item       R R - - -
security_alert           R R - - -
# who works here: colleagues are planned with and phoned
employee                 CRU CRU R R R
# statuses, forms, triggers, templates; work is read in the words of statuses and kinds, and statements are sent by accountants
job_type                 CRUD CRUD R R R
status_def               CRU CRU R R R
template                 CRUD CRUD R - R
channel_setting          RU RU - - -
privacy_notice           CR CR R - R
working_calendar         CRUD CRUD R R R
unit                     CRU CRU R R R
# tax; whoever writes lines names their codes
tax_code                 CRU CRU R R R
tax_rate                 CRUD CRUD R - R
vat_status               CR CR R - R
# customers, contacts, sites
customer                 CRUD CRUD CRU r R
contact                  CRUD CRUD CRU r R
site                     CRUD CRUD CRU r R
warranty                 CRU CRU CRU r R
# enquiries
enquiry                  CRUD CRUD CRU C R
# quotes
quote                    CRU CRU CRU - R
quote_version            R R R - R
quote_line               R R R - R
acceptance               R R R - R
recurring_plan           CRU CRU CRU - R
# catalogue; prices and costs are fields
item                     CRUD CRUD R R R
bundle_line              CRUD CRUD R R R
price_list               CRUD CRUD R - R
price_list_line          CRUD CRUD R - R
price                    R R R - R
cost                     R R - - R
# jobs, schedule
job                      CRUD CRUD CRU ru R
appointment              CRUD CRUD CRU r R
appointment_person       CRUD CRUD CRUD ru R
task                     CRUD CRUD CRUD cru R
note                     CRUD CRUD CRU cr R
authorisation            CR CR CR - R
# time entries, leave
time_entry               CRUD CRUD CRUD crud R
leave                    CRUD CRUD CRUD R R
# job lines
job_line                 CRUD CRUD CRUD cru R
removed_part             CRUD CRUD CRUD cru R
# forms, photos, signature; the office adds what customers send it
attachment               CRD CRD CR cr R
signature                CR CR CR cr R
# invoices, credit notes
invoice                  CRUD CRUD CRU - R
invoice_line             R R R - R
credit_note              RD RD R - R
credit_line              R R R - R
document                 R R R - R
# payments, allocations
payment                  CRU CRU - - R
allocation               R R - - R
# the customer's page and messages; whoever hears an objection writes it down
portal_link              R R R - R
message                  R R R - R
consent_event            CR CR CR - R
objection_event          CR CR CR cr CR
ncc_registration         CRU CRU - - -
ncc_cleanse_run          CR CR - - -
# integrations
api_key                  CRU CRU - - -
known_device             R R - - -
identity_provider        CRU CRU - - -
identity_link            RD RD - - -
# support access: grant and end
support_grant            CRU CRU - - -
# import
import_batch             CR CR - - -
import_mapping           CRUD CRUD - - -
audit                    R R - - -
`;

const ACTS = `
tenant.bank              AA---
tenant.bank_read         AA--A
tenant.security          AA---
known_device.decide      AA---
known_device.posture     AA---
access_review.decide     AA---
security_alert.acknowledge AA---
support_grant.end        AA---
customer.special         AAA-A
job.move                 AAAo-
job.plan                 AAA--
job.schedule             AAA--
job.reopen               AA---
job.lift                 AA---
job.office               AAA-A
appointment.work         AAAo-
quote.send               AAA--
invoice.approve          AA---
invoice.link             AAA--
portal_link.revoke       AAA--
message.send             AAA-A
time_entry.approve       AAA--
report.operations        AAA--
report.finance           AA--A
export.run               AAAoA
audit.own                AA-A-
`;

const VERBS = { C: 'create', R: 'read', U: 'update', D: 'delete' };

/** Right by name, then role by name: none, own or all. */
export const TABLE = new Map();
for (const line of ROWS.split('\n').filter((l) => l && !l.startsWith('#'))) {
  const [noun, ...columns] = line.trim().split(/\s+/);
  for (const [letter, verb] of Object.entries(VERBS)) {
    const grants = columns.map((c) => (c.includes(letter) ? 'all' : c.includes(letter.toLowerCase()) ? 'own' : 'none'));
    if (grants.some((g) => g !== 'none')) TABLE.set(`${noun}.${verb}`, Object.fromEntries(ROLES.map((r, i) => [r, grants[i]])));
  }
}
for (const line of ACTS.split('\n').filter(Boolean)) {
  const [name, columns] = line.trim().split(/\s+/);
  TABLE.set(name, Object.fromEntries(ROLES.map((r, i) => [r, { A: 'all', o: 'own', '-': 'none' }[columns[i]]])));
}
