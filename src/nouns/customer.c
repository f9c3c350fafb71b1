/* customer.c - customers, the people to speak to, and the places of work. They are data subjects (POPIA s1), companies too. */
#include "consent.h"
#include "portal.h"

static const char *const kinds[] = { "company", "person", NULL };
static const char *const contact_roles[] = { "site", "accounts", "decision", "tenant", NULL };
static const char *const channels[] = { "phone", "sms", "email", "whatsapp", NULL };

static const struct field customer_fields[] = {
	COMMON_ROWS(CUSTOMER),
	[CUSTOMER_KIND] = { .name = "kind", .doc = "A company or a private person.", .type = F_ENUM, .tag = 11, .flags = REQUIRED | FILTER, .values = kinds, .initial = "person" },
	[CUSTOMER_NAME] = { .name = "name", .doc = "Name of the customer.", .type = F_TEXT, .tag = 12, .flags = REQUIRED | SEARCH | PREFIXES | PHONE_OK, .min = 1, .max = 200, .lookup = LOOKUP_NAME, PERSONAL("doing and billing the work") },
	[CUSTOMER_CODE] = { .name = "code", .doc = "Your own code for the customer.", .type = F_TEXT, .tag = 13, .flags = UNIQUE | FILTER | SEARCH | PREFIXES, .max = 40 },
	[CUSTOMER_VAT_NO] = { .name = "vat_no", .doc = "VAT number of the customer.", .type = F_TEXT, .tag = 14, .max = 20, .lookup = LOOKUP_NUMBER, PERSONAL("tax invoices") },
	[CUSTOMER_REG_NO] = { .name = "reg_no", .doc = "Registration or identity number.", .type = F_TEXT, .tag = 15, .max = 40, .lookup = LOOKUP_NUMBER, .see = "customer.special", SPECIAL("telling customers apart by law") },
	[CUSTOMER_BILLING_LINE1] = { .name = "billing_line1", .doc = "Address for invoices.", .type = F_TEXT, .tag = 16, .max = 200, PERSONAL("billing the work") },
	[CUSTOMER_BILLING_LINE2] = { .name = "billing_line2", .doc = "Second line of that address.", .type = F_TEXT, .tag = 17, .max = 200, PERSONAL("billing the work") },
	[CUSTOMER_BILLING_SUBURB] = { .name = "billing_suburb", .doc = "Suburb.", .type = F_TEXT, .tag = 18, .max = 100 },
	[CUSTOMER_BILLING_CITY] = { .name = "billing_city", .doc = "City or town.", .type = F_TEXT, .tag = 19, .max = 100 },
	[CUSTOMER_BILLING_POSTAL_CODE] = { .name = "billing_postal_code", .doc = "Postal code.", .type = F_TEXT, .tag = 20, .max = 20 },
	[CUSTOMER_BILLING_EMAIL] = { .name = "billing_email", .doc = "Mail address for invoices.", .type = F_TEXT, .tag = 21, .max = 254, .lookup = LOOKUP_EMAIL, .check = check_email, PERSONAL("billing the work") },
	[CUSTOMER_PHONE] = { .name = "phone", .doc = "Main telephone.", .type = F_TEXT, .tag = 22, .flags = SEARCH | PREFIXES | PHONE_OK, .max = 20, .lookup = LOOKUP_PHONE, .check = check_phone, PERSONAL("reaching the customer about the work") },
	[CUSTOMER_TERMS_DAYS] = { .name = "terms_days", .doc = "Days until payment is due, if they differ from yours.", .type = F_INT, .tag = 23, .max = 365 },
	[CUSTOMER_ON_HOLD] = { .name = "on_hold", .doc = "Whether new work should wait.", .type = F_BOOL, .tag = 24, .flags = REQUIRED | FILTER, .initial = "false" },
	[CUSTOMER_SOURCE] = { .name = "source", .doc = "How the customer came to you.", .type = F_TEXT, .tag = 25, .flags = FILTER, .max = 60 },
	[CUSTOMER_ALERT] = { .name = "alert", .doc = "Shown on every piece of work for this customer.", .type = F_TEXT, .tag = 26, .flags = PHONE_OK, .max = 300, PERSONAL("working safely") },
	[CUSTOMER_PRICE_LIST] = { .name = "price_list_id", .doc = "The prices that apply, if not the usual ones.", .type = F_REF, .tag = 28, .flags = FILTER, .ref = &noun_price_list },
	[CUSTOMER_LANGUAGE] = { .name = "language", .doc = "Language of messages to this customer; empty: yours.", .type = F_ENUM, .tag = 30, .values = languages },
	[CUSTOMER_AUTOMATIC] = { .name = "automatic_messages", .doc = "Whether messages go out by themselves; what somebody sends goes in any case.", .type = F_BOOL, .tag = 29, .flags = REQUIRED, .initial = "true" },
	[CUSTOMER_ACTIVE] = { .name = "active", .doc = "Whether the customer is offered for new work.", .type = F_BOOL, .tag = 27, .flags = REQUIRED | FILTER, .initial = "true" },
};
_Static_assert(ARRAY_LEN(customer_fields) == CUSTOMER_FIELDS, "customer: table and enum differ");

static const struct order customer_orders[] = {
	{ -1, CUSTOMER_CREATED_AT }, { -1, CUSTOMER_UPDATED_AT }, { CUSTOMER_ACTIVE, CUSTOMER_CREATED_AT }, ORDERS_END
};

static const struct act customer_acts[] = { PORTAL_LINK_ACT("customer.update"), STOP_ACT, { .name = NULL } };

const struct noun noun_customer = {
	.tag = 5, .name = "customer", .plural = "customers", .doc = "Who asks for work or pays for it.",
	FIELDS(customer_fields), .orders = customer_orders, .subject = SUBJECT_SELF, .label = CUSTOMER_NAME, .own = F_ID_FIELD, .parent = -1,
	.acts = customer_acts,
};

static const struct field contact_fields[] = {
	COMMON_ROWS(CONTACT),
	[CONTACT_CUSTOMER] = { .name = "customer_id", .doc = "The customer whose contact it is.", .type = F_REF, .tag = 11, .flags = REQUIRED | FILTER, .ref = &noun_customer },
	[CONTACT_NAME] = { .name = "name", .doc = "Name of the person.", .type = F_TEXT, .tag = 12, .flags = REQUIRED | SEARCH | PREFIXES | PHONE_OK, .min = 1, .max = 200, .lookup = LOOKUP_NAME, PERSONAL("reaching somebody about the work") },
	[CONTACT_EMAIL] = { .name = "email", .doc = "Mail address.", .type = F_TEXT, .tag = 13, .max = 254, .lookup = LOOKUP_EMAIL, .check = check_email, PERSONAL("reaching somebody about the work") },
	[CONTACT_PHONE] = { .name = "phone", .doc = "Telephone.", .type = F_TEXT, .tag = 14, .flags = SEARCH | PREFIXES | PHONE_OK, .max = 20, .lookup = LOOKUP_PHONE, .check = check_phone, PERSONAL("reaching somebody about the work") },
	[CONTACT_WHATSAPP] = { .name = "whatsapp", .doc = "Whether the telephone takes WhatsApp.", .type = F_BOOL, .tag = 15, .flags = REQUIRED, .initial = "false" },
	[CONTACT_ROLE] = { .name = "role", .doc = "What to speak to this person about.", .type = F_ENUM, .tag = 16, .flags = REQUIRED | FILTER, .values = contact_roles, .initial = "site" },
	[CONTACT_CHANNEL] = { .name = "preferred_channel", .doc = "How the person likes to be reached.", .type = F_ENUM, .tag = 17, .values = channels },
	[CONTACT_LANGUAGE] = { .name = "language", .doc = "Language of messages to this person; empty: the customer's.", .type = F_ENUM, .tag = 19, .values = languages },
	[CONTACT_ACTIVE] = { .name = "active", .doc = "Whether the person is still the one to speak to.", .type = F_BOOL, .tag = 18, .flags = REQUIRED | FILTER, .initial = "true" },
};
_Static_assert(ARRAY_LEN(contact_fields) == CONTACT_FIELDS, "contact: table and enum differ");

static const struct act contact_acts[] = { STOP_ACT, { .name = NULL } };

static const struct order contact_orders[] = { { -1, CONTACT_CREATED_AT }, { CONTACT_CUSTOMER, CONTACT_CREATED_AT }, ORDERS_END };

const struct noun noun_contact = {
	.tag = 6, .name = "contact", .plural = "contacts", .doc = "A person to speak to at a customer.",
	FIELDS(contact_fields), .orders = contact_orders, .subject = SUBJECT_SELF, .label = CONTACT_NAME, .own = CONTACT_CUSTOMER,
	.parent = CONTACT_CUSTOMER, .acts = contact_acts,
};

static const struct field site_fields[] = {
	COMMON_ROWS(SITE),
	[SITE_CUSTOMER] = { .name = "customer_id", .doc = "The customer whose place it is.", .type = F_REF, .tag = 11, .flags = REQUIRED | FILTER, .ref = &noun_customer },
	[SITE_NAME] = { .name = "name", .doc = "What people call the place.", .type = F_TEXT, .tag = 12, .flags = SEARCH | PREFIXES | PHONE_OK, .max = 200, PERSONAL("finding the place of work") },
	[SITE_LINE1] = { .name = "line1", .doc = "Street and number.", .type = F_TEXT, .tag = 13, .flags = REQUIRED | SEARCH | PREFIXES | PHONE_OK, .min = 1, .max = 200, .lookup = LOOKUP_ADDRESS, PERSONAL("finding the place of work") },
	[SITE_LINE2] = { .name = "line2", .doc = "Unit, floor, complex.", .type = F_TEXT, .tag = 14, .flags = SEARCH | PREFIXES | PHONE_OK, .max = 200, PERSONAL("finding the place of work") },
	[SITE_SUBURB] = { .name = "suburb", .doc = "Suburb.", .type = F_TEXT, .tag = 15, .flags = FILTER | SEARCH | PREFIXES | PHONE_OK, .max = 100 },
	[SITE_CITY] = { .name = "city", .doc = "City or town.", .type = F_TEXT, .tag = 16, .flags = FILTER | PHONE_OK, .max = 100 },
	[SITE_POSTAL_CODE] = { .name = "postal_code", .doc = "Postal code.", .type = F_TEXT, .tag = 17, .flags = FILTER | PHONE_OK, .max = 20 },
	[SITE_PROVINCE] = { .name = "province", .doc = "Province.", .type = F_TEXT, .tag = 18, .max = 100 },
	[SITE_COUNTRY] = { .name = "country", .doc = "Country, two letters.", .type = F_TEXT, .tag = 19, .flags = REQUIRED, .min = 2, .max = 2, .initial = "ZA" },
	[SITE_LAT] = { .name = "lat", .doc = "Latitude in degrees.", .type = F_TEXT, .tag = 20, .flags = PHONE_OK, .max = 20, PERSONAL("finding the place of work") },
	[SITE_LON] = { .name = "lon", .doc = "Longitude in degrees.", .type = F_TEXT, .tag = 21, .flags = PHONE_OK, .max = 20, PERSONAL("finding the place of work") },
	[SITE_ACCESS_NOTES] = { .name = "access_notes", .doc = "How to get in: gate codes, dogs, keys.", .type = F_LINES, .tag = 22, .flags = PHONE_OK, .max = 2000, SPECIAL("getting in") },
	[SITE_CONTACT] = { .name = "contact_id", .doc = "Whom to speak to there.", .type = F_REF, .tag = 23, .ref = &noun_contact },
	[SITE_ALERT] = { .name = "alert", .doc = "Shown on every piece of work at this place.", .type = F_TEXT, .tag = 24, .flags = PHONE_OK, .max = 300, PERSONAL("working safely") },
	[SITE_ACTIVE] = { .name = "active", .doc = "Whether the place is offered for new work.", .type = F_BOOL, .tag = 25, .flags = REQUIRED | FILTER, .initial = "true" },
};
_Static_assert(ARRAY_LEN(site_fields) == SITE_FIELDS, "site: table and enum differ");

static const struct order site_orders[] = { { -1, SITE_CREATED_AT }, { SITE_CUSTOMER, SITE_CREATED_AT }, ORDERS_END };
static const int site_via[] = { SITE_CUSTOMER, -1 };

const struct noun noun_site = {
	.tag = 7, .name = "site", .plural = "sites", .doc = "A place of work.",
	FIELDS(site_fields), .orders = site_orders, .subject = SUBJECT_FIELD, .subject_field = SITE_CUSTOMER, .label = SITE_LINE1,
	.own = F_ID_FIELD, .parent = SITE_CUSTOMER, .search_via = site_via,
};
