/* nouns.h - the fields of every noun, as enums that index its table.
 *
 * TO ADD A FIELD: name it here, write its row in the noun's file with the next free tag, `script/emit`, add the migration that it prints,
 * and say in a story what it is for. CONTRIBUTING.md has the whole recipe. */
#ifndef NOUNS_H
#define NOUNS_H

#include "store.h"

/* The shorthands of a personal field: why we have it, on what ground (POPIA s11), for how long, and how it is erased. */
#define PERSONAL(why) .privacy = PRIVACY_PERSONAL, .basis = BASIS_CONTRACT, .purpose = why, .keep_months = 60, .erase = ERASE_KEY
#define SPECIAL(why) .privacy = PRIVACY_SPECIAL, .basis = BASIS_CONTRACT, .purpose = why, .keep_months = 60, .erase = ERASE_KEY
#define STAFF(why) .privacy = PRIVACY_PERSONAL, .basis = BASIS_CONTRACT, .purpose = why, .keep_months = 36, .erase = ERASE_KEY

enum tenant_field {
	COMMON_ENUM(TENANT), TENANT_NUMBER, TENANT_NAME, TENANT_LEGAL_NAME, TENANT_REG_NO, TENANT_VAT_NO, TENANT_VAT_REGISTERED, TENANT_COUNTRY,
	TENANT_CURRENCY, TENANT_TIMEZONE, TENANT_LOCALE, TENANT_LINE1, TENANT_LINE2, TENANT_SUBURB, TENANT_CITY, TENANT_POSTAL_CODE,
	TENANT_PHONE, TENANT_EMAIL, TENANT_BANK_DETAILS, TENANT_PRICE_MODE, TENANT_PAYMENT_TERMS_DAYS, TENANT_QUOTE_VALID_DAYS,
	TENANT_BRAND_COLOUR, TENANT_STATUS, TENANT_OFFLINE_LEASE_H, TENANT_IDLE_MINUTES, TENANT_SECOND_FACTOR, TENANT_FIELDS
};
enum user_field { COMMON_ENUM(USER), USER_EMAIL, USER_NAME, USER_PASSWORD, USER_ACTIVE, USER_LOCALE, USER_FIELDS };
enum membership_field {
	COMMON_ENUM(MEMBERSHIP), MEMBERSHIP_USER, MEMBERSHIP_NAME, MEMBERSHIP_EMAIL, MEMBERSHIP_ROLE, MEMBERSHIP_MY_VIEW_ONLY,
	MEMBERSHIP_EMPLOYEE, MEMBERSHIP_APPROVE_LIMIT, MEMBERSHIP_ACTIVE, MEMBERSHIP_FIELDS
};
enum employee_field {
	COMMON_ENUM(EMPLOYEE), EMPLOYEE_NAME, EMPLOYEE_CODE, EMPLOYEE_PHONE, EMPLOYEE_EMAIL, EMPLOYEE_COLOUR, EMPLOYEE_ACTIVE, EMPLOYEE_FIELDS
};
enum customer_field {
	COMMON_ENUM(CUSTOMER), CUSTOMER_KIND, CUSTOMER_NAME, CUSTOMER_CODE, CUSTOMER_VAT_NO, CUSTOMER_REG_NO, CUSTOMER_BILLING_LINE1,
	CUSTOMER_BILLING_LINE2, CUSTOMER_BILLING_SUBURB, CUSTOMER_BILLING_CITY, CUSTOMER_BILLING_POSTAL_CODE, CUSTOMER_BILLING_EMAIL,
	CUSTOMER_PHONE, CUSTOMER_TERMS_DAYS, CUSTOMER_ON_HOLD, CUSTOMER_SOURCE, CUSTOMER_ALERT, CUSTOMER_ACTIVE, CUSTOMER_FIELDS
};
enum contact_field {
	COMMON_ENUM(CONTACT), CONTACT_CUSTOMER, CONTACT_NAME, CONTACT_EMAIL, CONTACT_PHONE, CONTACT_WHATSAPP, CONTACT_ROLE, CONTACT_CHANNEL,
	CONTACT_ACTIVE, CONTACT_FIELDS
};
enum site_field {
	COMMON_ENUM(SITE), SITE_CUSTOMER, SITE_NAME, SITE_LINE1, SITE_LINE2, SITE_SUBURB, SITE_CITY, SITE_POSTAL_CODE, SITE_PROVINCE,
	SITE_COUNTRY, SITE_LAT, SITE_LON, SITE_ACCESS_NOTES, SITE_CONTACT, SITE_ALERT, SITE_ACTIVE, SITE_FIELDS
};
enum job_type_field { COMMON_ENUM(JOB_TYPE), JOB_TYPE_NAME, JOB_TYPE_COLOUR, JOB_TYPE_DEFAULT_S, JOB_TYPE_ACTIVE, JOB_TYPE_FIELDS };
enum status_def_field {
	COMMON_ENUM(STATUS), STATUS_NAME, STATUS_COLOUR, STATUS_STAGE, STATUS_POSITION, STATUS_IS_DEFAULT, STATUS_REQUIRE_TASKS,
	STATUS_CUSTOMER_LABEL, STATUS_ACTIVE, STATUS_FIELDS
};
enum job_field {
	COMMON_ENUM(JOB), JOB_NO, JOB_TYPE, JOB_TITLE, JOB_DESCRIPTION, JOB_CUSTOMER, JOB_BILL_TO, JOB_CONTACT, JOB_SITE, JOB_STATUS,
	JOB_STAGE, JOB_PRIORITY, JOB_REQUESTED_AT, JOB_DUE_AT, JOB_WINDOW_FROM, JOB_WINDOW_UNTIL, JOB_CUSTOMER_ORDER_NO, JOB_PARENT, JOB_LEAD,
	JOB_HOLD_REASON, JOB_HOLD_REVIEW_AT, JOB_ESTIMATED_S, JOB_COMPLETED_AT, JOB_CLOSED_AT, JOB_OUTCOME, JOB_OUTCOME_NOTE, JOB_WORK_SUMMARY,
	JOB_INTERNAL_NOTES, JOB_BILLING, JOB_SOURCE, JOB_FIELDS
};
enum appointment_field {
	COMMON_ENUM(VISIT), VISIT_JOB, VISIT_START, VISIT_END, VISIT_ALL_DAY, VISIT_STATUS, VISIT_TITLE, VISIT_INSTRUCTIONS, VISIT_OUTCOME,
	VISIT_ARRIVAL_WINDOW_MIN, VISIT_SEQUENCE, VISIT_TRAVEL_AT, VISIT_ARRIVED_AT, VISIT_ENDED_AT, VISIT_FIELDS
};
enum appointment_person_field {
	COMMON_ENUM(PERSON), PERSON_VISIT, PERSON_JOB, PERSON_EMPLOYEE, PERSON_LEAD, PERSON_ACK_AT, PERSON_FIELDS
};
enum task_field {
	COMMON_ENUM(TASK), TASK_JOB, TASK_POSITION, TASK_TEXT, TASK_REQUIRED, TASK_STATE, TASK_DONE_BY, TASK_DONE_AT, TASK_NOTE,
	TASK_PHOTO_REQUIRED, TASK_FIELDS
};
enum note_field { COMMON_ENUM(NOTE), NOTE_JOB, NOTE_CUSTOMER, NOTE_SITE, NOTE_BODY, NOTE_VISIBILITY, NOTE_PINNED, NOTE_FIELDS };
enum import_field {
	COMMON_ENUM(IMPORT), IMPORT_STATE, IMPORT_NAME, IMPORT_NOUN, IMPORT_PRESET, IMPORT_DRY_RUN, IMPORT_ROWS_TOTAL, IMPORT_ROWS_DONE,
	IMPORT_CREATED, IMPORT_UPDATED, IMPORT_UNCHANGED, IMPORT_REJECTED, IMPORT_BY_NOUN, IMPORT_WARNINGS, IMPORT_ERROR, IMPORT_UNDONE, IMPORT_UNDO_DELETED, IMPORT_UNDO_KEPT,
	IMPORT_STARTED_AT, IMPORT_ENDED_AT, IMPORT_FIELDS
};
enum import_mapping_field { COMMON_ENUM(MAPPING), MAPPING_NAME, MAPPING_NOUN, MAPPING_SPEC, MAPPING_FIELDS };

extern const struct noun noun_tenant, noun_user, noun_membership, noun_employee, noun_customer, noun_contact, noun_site, noun_job_type,
	noun_status_def, noun_job, noun_appointment, noun_appointment_person, noun_task, noun_note, noun_import, noun_import_mapping;
/* nouns_catalogue() - the list of nouns and the table of rights, for the layers below; lives in `a`. */
const struct catalogue *nouns_catalogue(struct arena *a);

extern const char *const job_stages[];        /* the eight, in order; ends with NULL */
extern const char *const membership_roles[];  /* ends with NULL */

/* checks.c: rules of single values, see check_fn. */
const char *check_email(struct arena *a, struct value *v);  /* lower case, one @, no spaces */
const char *check_phone(struct arena *a, struct value *v);  /* E.164, South African numbers with or without +27 */
const char *check_colour(struct arena *a, struct value *v); /* #rrggbb */
const char *check_zone(struct arena *a, struct value *v);   /* a name of the tz database */

/* job.c: who sees a piece of work and what hangs on it; called when people, lead or stage change. */
must_use enum err job_reown(struct tx *tx, struct id job);

/* companies_list() - every company of the installation, the oldest first, allocated in the arena of `system`, a run of the platform. */
struct company {
	int64_t number;
	struct id id;
};
must_use enum err companies_list(const struct run *system, struct company **ret, size_t *ret_count);

/* seed.c: what a new company starts with: statuses, kinds of work, number series. */
must_use enum err seed_tenant(struct tx *tx);

#endif
