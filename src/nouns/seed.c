/* seed.c - what a new company starts with. */
#include "messages.h"

static const struct {
	const char *name, *stage, *colour, *customer_label;
	bool is_default, require_tasks;
} first_statuses[] = {
	{ "New", "new", "#0969da", "Received", true, false },
	{ "Scheduled", "scheduled", "#8250df", "Planned", true, false },
	{ "On site", "in_progress", "#bf8700", "In progress", true, false },
	{ "Waiting for parts", "on_hold", "#bc4c00", "Waiting for parts", true, false },
	{ "Waiting for customer", "on_hold", "#bc4c00", "Waiting for you", false, false },
	{ "No access", "on_hold", "#cf222e", "We could not get in", false, false },
	{ "Work done", "work_done", "#1a7f37", "Done", true, true },
	{ "To invoice", "to_invoice", "#116329", "Done", true, false },
	{ "Closed", "closed", "#57606a", "Done", true, false },
	{ "Cancelled", "cancelled", "#6e7781", "Cancelled", true, false },
};

static const struct {
	const char *series, *prefix;
} first_series[] = {
	{ "job", "J-" }, { "enquiry", "E-" }, { "quote", "Q-" }, { "invoice", "INV-" }, { "credit_note", "CN-" }, { "payment", "PAY-" },
};

static const struct {
	const char *name, *colour;
} first_types[] = { { "Call-out", "#cf222e" }, { "Installation", "#0969da" }, { "Maintenance", "#1a7f37" } };

static enum err seed_status(struct tx *tx, size_t i)
{
	struct row *r = row_new(tx->arena, &noun_status_def);
	row_set_text(r, STATUS_NAME, str_from(first_statuses[i].name));
	row_set_text(r, STATUS_STAGE, str_from(first_statuses[i].stage));
	row_set_text(r, STATUS_COLOUR, str_from(first_statuses[i].colour));
	row_set_text(r, STATUS_CUSTOMER_LABEL, str_from(first_statuses[i].customer_label));
	row_set_int(r, STATUS_POSITION, (int64_t)(i + 1) * 10);
	row_set_int(r, STATUS_IS_DEFAULT, first_statuses[i].is_default);
	row_set_int(r, STATUS_REQUIRE_TASKS, first_statuses[i].require_tasks);
	return store_insert(tx, r, &r);
}

static const struct {
	const char *code, *name, *kind;
	int64_t rate_bp;
	int32_t year, month; /* from the first of it */
} first_taxes[] = {
	{ "STD", "Standard rate", "standard", 1500, 2018, 4 },
	{ "ZERO", "Zero rate", "zero", 0, 1991, 10 },
	{ "EXEMPT", "Exempt", "exempt", 0, 1991, 10 },
	{ "OUT", "Outside VAT", "outside", 0, 1991, 10 },
};

static enum err seed_tax(struct tx *tx, size_t i)
{
	struct row *code = row_new(tx->arena, &noun_tax_code), *rate = row_new(tx->arena, &noun_tax_rate);
	row_set_text(code, TAX_CODE_CODE, str_from(first_taxes[i].code));
	row_set_text(code, TAX_CODE_NAME, str_from(first_taxes[i].name));
	row_set_text(code, TAX_CODE_KIND, str_from(first_taxes[i].kind));
	TRY(store_insert(tx, code, &code));
	row_set_id(rate, TAX_RATE_CODE, row_id(code, F_ID_FIELD));
	row_set_int(rate, TAX_RATE_BP, first_taxes[i].rate_bp);
	row_set_int(rate, TAX_RATE_FROM, civil_day((struct civil){ first_taxes[i].year, first_taxes[i].month, 1 }).days);
	return store_insert(tx, rate, &rate);
}

static const struct {
	const char *code, *name;
	int64_t decimals;
} first_units[] = {
	{ "ea", "Each", 0 }, { "h", "Hour", 3 }, { "m", "Metre", 3 }, { "m2", "Square metre", 3 }, { "l", "Litre", 3 }, { "kg", "Kilogram", 3 }, { "km", "Kilometre", 3 }, { "set", "Set", 0 },
};

static enum err seed_unit(struct tx *tx, size_t i)
{
	struct row *r = row_new(tx->arena, &noun_unit);
	row_set_text(r, UNIT_CODE, str_from(first_units[i].code));
	row_set_text(r, UNIT_NAME, str_from(first_units[i].name));
	row_set_int(r, UNIT_DECIMALS, first_units[i].decimals);
	return store_insert(tx, r, &r);
}

enum err seed_tenant(struct tx *tx)
{
	for (size_t i = 0; i < ARRAY_LEN(first_units); i++)
		TRY(seed_unit(tx, i));
	for (size_t i = 0; i < ARRAY_LEN(first_taxes); i++)
		TRY(seed_tax(tx, i));
	for (size_t i = 0; i < ARRAY_LEN(first_series); i++)
		TRY(store_number_start(tx, first_series[i].series, first_series[i].prefix, 1));
	for (size_t i = 0; i < ARRAY_LEN(first_statuses); i++)
		TRY(seed_status(tx, i));
	for (size_t i = 0; i < ARRAY_LEN(first_types); i++) {
		struct row *r = row_new(tx->arena, &noun_job_type);
		row_set_text(r, JOB_TYPE_NAME, str_from(first_types[i].name));
		row_set_text(r, JOB_TYPE_COLOUR, str_from(first_types[i].colour));
		TRY(store_insert(tx, r, &r));
	}
	return seed_messages(tx);
}
