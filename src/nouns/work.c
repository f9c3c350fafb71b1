/* work.c - kinds of work, statuses, visits, checklists and notes: what hangs on a piece of work. */
#include "job.h"

static const char *const signature_needs[] = { "no", "yes_or_reason", "yes", NULL };

static const struct field job_type_fields[] = {
	COMMON_ROWS(JOB_TYPE),
	[JOB_TYPE_NAME] = { .name = "name", .doc = "What this kind of work is called.", .type = F_TEXT, .tag = 11, .flags = REQUIRED | UNIQUE | SEARCH | PREFIXES | PHONE_OK, .min = 1, .max = 100 },
	[JOB_TYPE_COLOUR] = { .name = "colour", .doc = "Colour in lists and calendars.", .type = F_TEXT, .tag = 12, .flags = REQUIRED | PHONE_OK, .min = 7, .max = 7, .initial = "#57606a", .check = check_colour },
	[JOB_TYPE_DEFAULT_S] = { .name = "default_s", .doc = "Seconds that it usually takes.", .type = F_DURATION, .tag = 13, .flags = REQUIRED, .max = 31536000, .initial = "7200" },
	[JOB_TYPE_SIGNATURE] = { .name = "require_signature", .doc = "Whether the customer must sign before the work is done, or it must be said why not.", .type = F_ENUM, .tag = 15, .flags = REQUIRED | PHONE_OK, .values = signature_needs, .initial = "no" },
	[JOB_TYPE_ACTIVE] = { .name = "active", .doc = "Whether it is offered for new work.", .type = F_BOOL, .tag = 14, .flags = REQUIRED | FILTER, .initial = "true" },
};
_Static_assert(ARRAY_LEN(job_type_fields) == JOB_TYPE_FIELDS, "job_type: table and enum differ");

static const struct order job_type_orders[] = { { -1, JOB_TYPE_NAME }, { -1, JOB_TYPE_CREATED_AT }, ORDERS_END };

const struct noun noun_job_type = {
	.tag = 8, .name = "job_type", .plural = "job_types", .doc = "A kind of work.",
	FIELDS(job_type_fields), .orders = job_type_orders, .label = JOB_TYPE_NAME, .own = -1, .parent = -1,
};

static const struct field status_fields[] = {
	COMMON_ROWS(STATUS),
	[STATUS_NAME] = { .name = "name", .doc = "What your people call this status.", .type = F_TEXT, .tag = 11, .flags = REQUIRED | UNIQUE | PHONE_OK, .min = 1, .max = 60 },
	[STATUS_COLOUR] = { .name = "colour", .doc = "Colour of its mark.", .type = F_TEXT, .tag = 12, .flags = REQUIRED | PHONE_OK, .min = 7, .max = 7, .initial = "#57606a", .check = check_colour },
	[STATUS_STAGE] = { .name = "stage", .doc = "Which of the eight fixed stages it stands for.", .type = F_ENUM, .tag = 13, .flags = REQUIRED | ONCE | FILTER | PHONE_OK, .values = job_stages },
	[STATUS_POSITION] = { .name = "position", .doc = "Place in lists.", .type = F_INT, .tag = 14, .flags = REQUIRED | PHONE_OK, .max = 10000, .initial = "100" },
	[STATUS_IS_DEFAULT] = { .name = "is_default", .doc = "Whether automatic moves into its stage enter this status.", .type = F_BOOL, .tag = 15, .flags = REQUIRED | PHONE_OK, .initial = "false" },
	[STATUS_REQUIRE_TASKS] = { .name = "require_tasks", .doc = "Whether required tasks must be done before it is entered.", .type = F_BOOL, .tag = 16, .flags = REQUIRED | PHONE_OK, .initial = "false" },
	[STATUS_CUSTOMER_LABEL] = { .name = "customer_label", .doc = "What the customer reads.", .type = F_TEXT, .tag = 17, .max = 60 },
	[STATUS_ACTIVE] = { .name = "active", .doc = "Whether it is offered.", .type = F_BOOL, .tag = 18, .flags = REQUIRED | FILTER, .initial = "true" },
};
_Static_assert(ARRAY_LEN(status_fields) == STATUS_FIELDS, "status_def: table and enum differ");

static const struct order status_orders[] = { { -1, STATUS_POSITION }, { -1, STATUS_CREATED_AT }, ORDERS_END };

const struct noun noun_status_def = {
	.tag = 9, .name = "status_def", .plural = "status_defs", .doc = "A status of your own, mapped to one of the eight fixed stages.",
	FIELDS(status_fields), .orders = status_orders, .label = STATUS_NAME, .own = -1, .parent = -1, .no_delete = true,
};

static const char *const visit_states[] = { "planned", "confirmed", "dispatched", "travelling", "on_site", "finished", "incomplete",
	                                    "no_access", "cancelled", NULL };

static const struct field visit_fields[] = {
	COMMON_ROWS(VISIT),
	[VISIT_JOB] = { .name = "job_id", .doc = "The work.", .type = F_REF, .tag = 11, .flags = REQUIRED | ONCE | FILTER | PHONE_OK, .ref = &noun_job },
	[VISIT_START] = { .name = "start_at", .doc = "When it begins.", .type = F_TIME, .tag = 12, .flags = REQUIRED | FILTER | PHONE_OK, .max = INT64_MAX },
	[VISIT_END] = { .name = "end_at", .doc = "When it ends.", .type = F_TIME, .tag = 13, .flags = REQUIRED | PHONE_OK, .max = INT64_MAX },
	[VISIT_ALL_DAY] = { .name = "all_day", .doc = "Whether the hour does not matter.", .type = F_BOOL, .tag = 14, .flags = REQUIRED | PHONE_OK, .initial = "false" },
	[VISIT_STATUS] = { .name = "status", .doc = "How far it is.", .type = F_ENUM, .tag = 15, .flags = REQUIRED | READONLY | FILTER | PHONE_OK, .values = visit_states, .initial = "planned" },
	[VISIT_TITLE] = { .name = "title", .doc = "What is to be done on this visit.", .type = F_TEXT, .tag = 16, .flags = PHONE_OK, .max = 200, PERSONAL("doing the work") },
	[VISIT_INSTRUCTIONS] = { .name = "instructions", .doc = "What to know beforehand.", .type = F_LINES, .tag = 17, .flags = PHONE_OK, .max = 10000, PERSONAL("doing the work") },
	[VISIT_OUTCOME] = { .name = "outcome", .doc = "How it went, if it did not simply finish.", .type = F_LINES, .tag = 18, .flags = PHONE_OK, .max = 2000, PERSONAL("doing the work") },
	[VISIT_ARRIVAL_WINDOW_MIN] = { .name = "arrival_window_min", .doc = "Minutes of the arrival window told to the customer.", .type = F_INT, .tag = 19, .flags = PHONE_OK, .max = 1440 },
	[VISIT_SEQUENCE] = { .name = "sequence", .doc = "How often it was moved.", .type = F_INT, .tag = 20, .flags = REQUIRED | READONLY, .max = 1000000, .initial = "0" },
	[VISIT_TRAVEL_AT] = { .name = "travel_at", .doc = "When somebody set off.", .type = F_TIME, .tag = 21, .flags = READONLY | PHONE_OK, .max = INT64_MAX },
	[VISIT_ARRIVED_AT] = { .name = "arrived_at", .doc = "When somebody arrived.", .type = F_TIME, .tag = 22, .flags = READONLY | PHONE_OK, .max = INT64_MAX },
	[VISIT_ENDED_AT] = { .name = "ended_at", .doc = "When it ended in fact.", .type = F_TIME, .tag = 23, .flags = READONLY | PHONE_OK, .max = INT64_MAX },
};
_Static_assert(ARRAY_LEN(visit_fields) == VISIT_FIELDS, "appointment: table and enum differ");

static const struct order visit_orders[] = {
	{ -1, VISIT_START }, { VISIT_JOB, VISIT_START }, { VISIT_JOB, VISIT_CREATED_AT }, { VISIT_STATUS, VISIT_START }, ORDERS_END
};

static enum err visit_before(struct write *w)
{
	if (row_int(w->is, VISIT_END) <= row_int(w->is, VISIT_START)) {
		problem_fault(w->tx->problem, STR("/end_at"), "range", "A visit ends after it begins.");
		return problem_done(w->tx->problem);
	}
	bool moved = w->was && (write_changes(w, VISIT_START) || write_changes(w, VISIT_END));
	if (!moved)
		return OK;
	row_set_int(w->is, VISIT_SEQUENCE, row_int(w->was, VISIT_SEQUENCE) + 1);
	/* A confirmation was for the old time. */
	if (row_is(w->was, VISIT_STATUS, "confirmed") || row_is(w->was, VISIT_STATUS, "dispatched"))
		row_set_text(w->is, VISIT_STATUS, STR("planned"));
	else if (!row_is(w->was, VISIT_STATUS, "planned"))
		return problem_set(w->tx->problem, E_CONFLICT, "A visit that has begun or ended cannot be moved.");
	return OK;
}

const struct noun noun_appointment = {
	.tag = 11, .name = "appointment", .plural = "appointments", .doc = "A visit: one slice of the work in the calendar.",
	FIELDS(visit_fields), .orders = visit_orders, .subject = SUBJECT_FIELD, .subject_field = VISIT_JOB, .label = VISIT_START,
	.own = VISIT_JOB, .parent = VISIT_JOB, .acts = appointment_acts, .before_write = visit_before,
};

static const struct field person_fields[] = {
	COMMON_ROWS(PERSON),
	[PERSON_VISIT] = { .name = "appointment_id", .doc = "The visit.", .type = F_REF, .tag = 11, .flags = REQUIRED | ONCE | FILTER | PHONE_OK, .ref = &noun_appointment },
	[PERSON_JOB] = { .name = "job_id", .doc = "The work that the visit belongs to.", .type = F_REF, .tag = 12, .flags = REQUIRED | READONLY | FILTER | PHONE_OK, .ref = &noun_job },
	[PERSON_EMPLOYEE] = { .name = "employee_id", .doc = "Who goes.", .type = F_REF, .tag = 13, .flags = REQUIRED | ONCE | FILTER | PHONE_OK, .ref = &noun_employee },
	[PERSON_LEAD] = { .name = "lead", .doc = "Whether this person leads.", .type = F_BOOL, .tag = 14, .flags = REQUIRED | PHONE_OK, .initial = "false" },
	[PERSON_ACK_AT] = { .name = "ack_at", .doc = "When the person saw it.", .type = F_TIME, .tag = 15, .max = INT64_MAX },
};
_Static_assert(ARRAY_LEN(person_fields) == PERSON_FIELDS, "appointment_person: table and enum differ");

static const struct order person_orders[] = {
	{ -1, PERSON_CREATED_AT }, { PERSON_VISIT, PERSON_CREATED_AT }, { PERSON_JOB, PERSON_CREATED_AT }, { PERSON_EMPLOYEE, PERSON_CREATED_AT }, ORDERS_END
};

static enum err person_before(struct write *w)
{
	struct row *visit;
	if (w->was || row_is_null(w->is, PERSON_VISIT))
		return OK;
	enum err e = store_get(w->tx, &noun_appointment, row_id(w->is, PERSON_VISIT), &visit);
	if (e == E_NOT_FOUND) { /* the missing row is reported with the other references */
		row_set_id(w->is, PERSON_JOB, row_id(w->is, PERSON_VISIT));
		return OK;
	}
	TRY(e);
	row_set_id(w->is, PERSON_JOB, row_id(visit, VISIT_JOB));
	return OK;
}

static enum err person_after(struct write *w)
{
	return job_reown(w->tx, row_id(w->is, PERSON_JOB));
}

const struct noun noun_appointment_person = {
	.tag = 12, .name = "appointment_person", .plural = "appointment_people", .doc = "That somebody goes on a visit.",
	FIELDS(person_fields), .orders = person_orders, .label = PERSON_EMPLOYEE, .own = PERSON_JOB, .parent = PERSON_JOB,
	.before_write = person_before, .after_write = person_after,
};

static const char *const task_states[] = { "open", "done", "not_applicable", NULL };

static const struct field task_fields[] = {
	COMMON_ROWS(TASK),
	[TASK_JOB] = { .name = "job_id", .doc = "The work.", .type = F_REF, .tag = 11, .flags = REQUIRED | ONCE | FILTER | PHONE_OK, .ref = &noun_job },
	[TASK_POSITION] = { .name = "position", .doc = "Place in the list.", .type = F_INT, .tag = 12, .flags = REQUIRED | PHONE_OK, .max = 10000, .initial = "100" },
	[TASK_TEXT] = { .name = "text", .doc = "What is to be done.", .type = F_TEXT, .tag = 13, .flags = REQUIRED | PHONE_OK, .min = 1, .max = 300, PERSONAL("doing the work") },
	[TASK_REQUIRED] = { .name = "required", .doc = "Whether the work is not done without it.", .type = F_BOOL, .tag = 14, .flags = REQUIRED | PHONE_OK, .initial = "false" },
	[TASK_STATE] = { .name = "state", .doc = "Open, done, or not applicable.", .type = F_ENUM, .tag = 15, .flags = REQUIRED | FILTER | PHONE_OK, .values = task_states, .initial = "open" },
	[TASK_DONE_BY] = { .name = "done_by", .doc = "Who settled it.", .type = F_ID, .tag = 16, .flags = READONLY | PHONE_OK },
	[TASK_DONE_AT] = { .name = "done_at", .doc = "When it was settled.", .type = F_TIME, .tag = 17, .flags = READONLY | PHONE_OK, .max = INT64_MAX },
	[TASK_NOTE] = { .name = "note", .doc = "What was found.", .type = F_LINES, .tag = 18, .flags = PHONE_OK, .max = 2000, PERSONAL("doing the work") },
	[TASK_PHOTO_REQUIRED] = { .name = "photo_required", .doc = "Whether a photo belongs to it.", .type = F_BOOL, .tag = 19, .flags = REQUIRED | PHONE_OK, .initial = "false" },
};
_Static_assert(ARRAY_LEN(task_fields) == TASK_FIELDS, "task: table and enum differ");

static const struct order task_orders[] = { { -1, TASK_CREATED_AT }, { TASK_JOB, TASK_POSITION }, { TASK_JOB, TASK_CREATED_AT }, ORDERS_END };

/* Reversible while the work is open; who and when follow from the state. */
static enum err task_before(struct write *w)
{
	struct row *job;
	if (!write_changes(w, TASK_STATE))
		return OK;
	if (w->was) {
		TRY(store_get(w->tx, &noun_job, row_id(w->is, TASK_JOB), &job));
		if (row_is(job, JOB_STAGE, "closed") || row_is(job, JOB_STAGE, "cancelled"))
			return problem_set(w->tx->problem, E_CONFLICT, "The work is closed; its tasks stay as they are.");
	}
	bool open = row_is(w->is, TASK_STATE, "open");
	w->is->v[TASK_DONE_AT] = open ? VALUE_NULL : VALUE_INT(w->tx->now.ms);
	w->is->v[TASK_DONE_BY] = open || id_is_zero(w->tx->who->id) ? VALUE_NULL : VALUE_ID(w->tx->who->id);
	return OK;
}

const struct noun noun_task = {
	.tag = 13, .name = "task", .plural = "tasks", .doc = "One line of a checklist.",
	FIELDS(task_fields), .orders = task_orders, .subject = SUBJECT_FIELD, .subject_field = TASK_JOB, .label = TASK_TEXT, .own = TASK_JOB,
	.parent = TASK_JOB, .before_write = task_before,
};

static const char *const visibilities[] = { "internal", "customer", NULL };

static const struct field note_fields[] = {
	COMMON_ROWS(NOTE),
	[NOTE_JOB] = { .name = "job_id", .doc = "The work that it is about.", .type = F_REF, .tag = 11, .flags = ONCE | FILTER | PHONE_OK, .ref = &noun_job },
	[NOTE_CUSTOMER] = { .name = "customer_id", .doc = "The customer that it is about.", .type = F_REF, .tag = 12, .flags = ONCE | FILTER, .ref = &noun_customer },
	[NOTE_SITE] = { .name = "site_id", .doc = "The place that it is about.", .type = F_REF, .tag = 13, .flags = ONCE | FILTER, .ref = &noun_site },
	[NOTE_BODY] = { .name = "body", .doc = "The note.", .type = F_LINES, .tag = 14, .flags = REQUIRED | PHONE_OK, .min = 1, .max = 10000, PERSONAL("doing the work") },
	[NOTE_VISIBILITY] = { .name = "visibility", .doc = "Who may read it: your people, or the customer too.", .type = F_ENUM, .tag = 15, .flags = REQUIRED | FILTER | PHONE_OK, .values = visibilities, .initial = "internal" },
	[NOTE_PINNED] = { .name = "pinned", .doc = "Whether it stays on top.", .type = F_BOOL, .tag = 16, .flags = REQUIRED | PHONE_OK, .initial = "false" },
	[NOTE_QUOTE] = { .name = "quote_id", .doc = "The quote that it is about.", .type = F_REF, .tag = 17, .flags = ONCE | FILTER, .ref = &noun_quote },
	[NOTE_ENQUIRY] = { .name = "enquiry_id", .doc = "The enquiry that it is about.", .type = F_REF, .tag = 19, .flags = ONCE | FILTER, .ref = &noun_enquiry },
	[NOTE_INVOICE] = { .name = "invoice_id", .doc = "The invoice that it is about.", .type = F_REF, .tag = 18, .flags = ONCE | FILTER, .ref = &noun_invoice },
};
_Static_assert(ARRAY_LEN(note_fields) == NOTE_FIELDS, "note: table and enum differ");

static const struct order note_orders[] = {
	{ -1, NOTE_CREATED_AT }, { NOTE_JOB, NOTE_CREATED_AT }, { NOTE_CUSTOMER, NOTE_CREATED_AT }, { NOTE_SITE, NOTE_CREATED_AT },
	{ NOTE_QUOTE, NOTE_CREATED_AT }, { NOTE_INVOICE, NOTE_CREATED_AT }, { NOTE_ENQUIRY, NOTE_CREATED_AT }, ORDERS_END
};

/* A note is about exactly one thing. Its words lie under the key of that thing's person. */
static enum err note_before(struct write *w)
{
	static const int subjects[] = { NOTE_JOB, NOTE_CUSTOMER, NOTE_SITE, NOTE_QUOTE, NOTE_INVOICE, NOTE_ENQUIRY };
	int about = 0;
	for (size_t i = 0; i < ARRAY_LEN(subjects); i++)
		about += !row_is_null(w->is, subjects[i]);
	if (about == 1)
		return OK;
	problem_fault(w->tx->problem, STR("/job_id"), "choice", "A note is about a piece of work, a customer, a place, a quote, an invoice or an enquiry: exactly one of them.");
	return problem_done(w->tx->problem);
}

static const int note_parents[] = { NOTE_QUOTE, NOTE_INVOICE, NOTE_ENQUIRY, NOTE_SITE, NOTE_CUSTOMER, -1 };

/* What somebody wrote down about an enquiry is the first contact with it (product.md 4.6). */
static enum err note_after(struct write *w)
{
	struct row *enquiry, *is;
	if (w->was || row_is_null(w->is, NOTE_ENQUIRY))
		return OK;
	TRY(store_get(w->tx, &noun_enquiry, row_id(w->is, NOTE_ENQUIRY), &enquiry));
	if (!row_is(enquiry, ENQUIRY_STATUS, "new"))
		return OK;
	is = row_copy(w->tx->arena, enquiry);
	row_set_text(is, ENQUIRY_STATUS, STR("contacted"));
	return store_update(w->tx, enquiry, is, &is);
}

const struct noun noun_note = {
	.tag = 14, .name = "note", .plural = "notes", .doc = "What somebody wrote down.",
	FIELDS(note_fields), .orders = note_orders, .subject = SUBJECT_FIELD, .subject_field = NOTE_JOB, .label = NOTE_CREATED_AT,
	.own = NOTE_JOB, .parent = NOTE_JOB, .parents = note_parents, .before_write = note_before, .after_write = note_after,
};

static const char *const import_states[] = { "queued", "running", "done", "failed", "undoing", NULL };

static const struct field import_fields[] = {
	COMMON_ROWS(IMPORT),
	[IMPORT_STATE] = { .name = "state", .doc = "How far it is.", .type = F_ENUM, .tag = 11, .flags = REQUIRED | READONLY | FILTER, .values = import_states, .initial = "queued" },
	[IMPORT_NAME] = { .name = "name", .doc = "Name of the file.", .type = F_TEXT, .tag = 12, .flags = REQUIRED, .min = 1, .max = 200, .initial = "import.csv" },
	[IMPORT_NOUN] = { .name = "noun", .doc = "What its rows are, where no preset says so.", .type = F_TEXT, .tag = 13, .max = 60 },
	[IMPORT_PRESET] = { .name = "preset", .doc = "The preset or saved mapping that was used.", .type = F_TEXT, .tag = 14, .max = 100 },
	[IMPORT_DRY_RUN] = { .name = "dry_run", .doc = "Whether it only tries.", .type = F_BOOL, .tag = 15, .flags = REQUIRED, .initial = "false" },
	[IMPORT_ROWS_TOTAL] = { .name = "rows_total", .doc = "Rows of the file.", .type = F_INT, .tag = 16, .flags = REQUIRED | READONLY, .max = IMPORT_ROWS_MAX, .initial = "0" },
	[IMPORT_ROWS_DONE] = { .name = "rows_done", .doc = "Rows worked on so far.", .type = F_INT, .tag = 17, .flags = REQUIRED | READONLY, .max = IMPORT_ROWS_MAX, .initial = "0" },
	[IMPORT_CREATED] = { .name = "created", .doc = "Rows that made something new.", .type = F_INT, .tag = 18, .flags = REQUIRED | READONLY, .max = IMPORT_ROWS_MAX, .initial = "0" },
	[IMPORT_UPDATED] = { .name = "updated", .doc = "Rows that changed something.", .type = F_INT, .tag = 19, .flags = REQUIRED | READONLY, .max = IMPORT_ROWS_MAX, .initial = "0" },
	[IMPORT_UNCHANGED] = { .name = "unchanged", .doc = "Rows that were here already.", .type = F_INT, .tag = 20, .flags = REQUIRED | READONLY, .max = IMPORT_ROWS_MAX, .initial = "0" },
	[IMPORT_REJECTED] = { .name = "rejected", .doc = "Rows that could not be used.", .type = F_INT, .tag = 21, .flags = REQUIRED | READONLY, .max = IMPORT_ROWS_MAX, .initial = "0" },
	[IMPORT_BY_NOUN] = { .name = "by_noun", .doc = "How many of each kind of record were made.", .type = F_JSON, .tag = 22, .flags = READONLY, .max = 4000 },
	[IMPORT_WARNINGS] = { .name = "warnings", .doc = "Warnings, counted by kind.", .type = F_JSON, .tag = 23, .flags = READONLY, .max = 4000 },
	[IMPORT_ERROR] = { .name = "error", .doc = "Why it failed.", .type = F_TEXT, .tag = 24, .flags = READONLY, .max = 500 },
	[IMPORT_UNDONE] = { .name = "undone", .doc = "Whether it was taken back.", .type = F_BOOL, .tag = 25, .flags = REQUIRED | READONLY, .initial = "false" },
	[IMPORT_UNDO_DELETED] = { .name = "undo_deleted", .doc = "Records that taking it back has deleted.", .type = F_INT, .tag = 28, .flags = READONLY, .max = 12 * IMPORT_ROWS_MAX },
	[IMPORT_UNDO_KEPT] = { .name = "undo_kept", .doc = "What taking it back has kept, and why.", .type = F_JSON, .tag = 29, .flags = READONLY, .max = 40000 },
	[IMPORT_STARTED_AT] = { .name = "started_at", .doc = "When it began.", .type = F_TIME, .tag = 26, .flags = READONLY, .max = INT64_MAX },
	[IMPORT_ENDED_AT] = { .name = "ended_at", .doc = "When it ended.", .type = F_TIME, .tag = 27, .flags = READONLY, .max = INT64_MAX },
};
_Static_assert(ARRAY_LEN(import_fields) == IMPORT_FIELDS, "import: table and enum differ");

static const struct order import_orders[] = { { -1, IMPORT_CREATED_AT }, { IMPORT_STATE, IMPORT_CREATED_AT }, ORDERS_END };

const struct noun noun_import = {
	.tag = 15, .name = "import_batch", .plural = "imports", .doc = "One file that was read in.",
	FIELDS(import_fields), .orders = import_orders, .label = IMPORT_NAME, .own = -1, .parent = -1, .no_delete = true,
};

static const struct field mapping_fields[] = {
	COMMON_ROWS(MAPPING),
	[MAPPING_NAME] = { .name = "name", .doc = "What the mapping is called.", .type = F_TEXT, .tag = 11, .flags = REQUIRED | UNIQUE, .min = 1, .max = 100 },
	[MAPPING_NOUN] = { .name = "noun", .doc = "What its rows are.", .type = F_TEXT, .tag = 12, .flags = REQUIRED | FILTER, .min = 1, .max = 60 },
	[MAPPING_SPEC] = { .name = "spec", .doc = "Which column becomes which field.", .type = F_JSON, .tag = 13, .flags = REQUIRED, .max = 20000 },
};
_Static_assert(ARRAY_LEN(mapping_fields) == MAPPING_FIELDS, "import_mapping: table and enum differ");

static const struct order mapping_orders[] = { { -1, MAPPING_NAME }, { -1, MAPPING_CREATED_AT }, ORDERS_END };

const struct noun noun_import_mapping = {
	.tag = 16, .name = "import_mapping", .plural = "import_mappings", .doc = "How the columns of a kind of file become fields, saved by name.",
	FIELDS(mapping_fields), .orders = mapping_orders, .label = MAPPING_NAME, .own = -1, .parent = -1,
};
