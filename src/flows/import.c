#include "import.h"

#include "blob.h"
#include "csv.h"
#include "log.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { QUEUE_MAX = 256, FILE_ARENA_MAX = 256 * MIB };

struct queued {
	int64_t tenant;
	struct id import;
};

struct imports {
	struct store *store;
	const char *blob_dir;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	struct queued queue[QUEUE_MAX];
	size_t count;
	bool missed, stop;
	pthread_t thread;
};

/* ---- planning ---- */

static enum err preset_named(struct tx *tx, struct str name, json_t **ret)
{
	for (const char *const *p = import_presets; *p; p++) {
		json_t *v;
		TRY(json_read(tx->arena, str_from(*p), tx->problem, &v));
		if (!str_eq(json_text(json_object_get(v, "name")), name))
			continue;
		*ret = v;
		return OK;
	}
	return E_NOT_FOUND;
}

static enum err mapping_named(struct tx *tx, struct str name, json_t **ret)
{
	struct row *row;
	TRY(store_find(tx, &noun_import_mapping, MAPPING_NAME, VALUE_TEXT(name), &row));
	return json_read(tx->arena, row_text(row, MAPPING_SPEC), tx->problem, ret);
}

enum err import_plan(struct tx *tx, const struct catalogue *c, struct str preset, struct str noun, struct str zone, const struct str *header,
                     size_t columns, struct spec **ret, struct str *ret_source)
{
	json_t *json;
	if (preset.n) {
		enum err e = preset_named(tx, preset, &json);
		if (e == E_NOT_FOUND)
			e = mapping_named(tx, preset, &json);
		if (e == E_NOT_FOUND) {
			problem_fault(tx->problem, STR("/preset"), "reference", "There is no preset or mapping of this name.");
			return problem_done(tx->problem);
		}
		TRY(e);
		*ret_source = preset;
		return spec_read(tx->arena, c, json, zone, header, columns, tx->problem, ret);
	}
	const struct noun *n = catalogue_by_name(c, noun);
	if (!n || !spec_takes(tx->arena, c, n)) {
		problem_fault(tx->problem, STR("/noun"), "reference", "Say what the rows are: a preset, a mapping, or a kind of record.");
		return problem_done(tx->problem);
	}
	*ret_source = noun;
	return spec_plain(tx->arena, n, zone, header, columns, tx->problem, ret);
}

/* ---- one import ---- */

struct job {
	struct imports *im;
	struct arena *arena;       /* of the file */
	struct problem problem;
	struct who who;
	struct queued what;
	struct row *import;        /* as it was last written */
	struct importer importer;
	struct csv csv;
	struct spec *spec;
	struct blob_writer *report;
	size_t skip;               /* rows that an earlier, interrupted run has done */
	size_t made[SPEC_STEPS_MAX], warnings[SPEC_WARNINGS_MAX + 1], outcomes[4], rows;
};

static struct run run_of(struct job *j, struct arena *a)
{
	return (struct run){ .store = j->im->store, .tenant = j->what.tenant, .arena = a, .problem = &j->problem, .who = &j->who, .now = now() };
}

/* A transaction ties the problem to its arena. Before that arena goes, what is told of a failure moves to the arena of the file. */
static enum err keep_problem(struct job *j, enum err e)
{
	const struct fault *f = j->problem.faults;
	struct problem kept;
	problem_init(&kept, j->arena);
	if (j->problem.detail.n)
		kept.detail = str_dup(j->arena, j->problem.detail);
	else if (f)
		kept.detail = str_fmt(j->arena, STR_FMT ": " STR_FMT, STR_ARG(f->pointer), STR_ARG(f->detail));
	kept.err = e;
	j->problem = kept;
	return e;
}

static enum err load_import(struct tx *tx, void *arg)
{
	struct job *j = arg;
	TRY(store_get(tx, &noun_import, j->what.import, &j->import));
	/* Who asked: for the import, or last for its being taken back. */
	j->who.id = row_id(j->import, row_is(j->import, IMPORT_STATE, "undoing") ? F_UPDATED_BY_FIELD : IMPORT_CREATED_BY);
	return OK;
}

struct plan {
	struct job *job;
	struct str zone;
	struct str *header;
	size_t columns;
};

static enum err plan_import(struct tx *tx, void *arg)
{
	struct plan *p = arg;
	struct job *j = p->job;
	return import_plan(tx, store_catalogue(j->im->store), row_text(j->import, IMPORT_PRESET), row_text(j->import, IMPORT_NOUN), p->zone, p->header,
	                   p->columns, &j->spec, &j->importer.source);
}

static enum err tenant_zone(struct tx *tx, void *arg)
{
	struct plan *p = arg;
	struct row *row;
	TRY(store_find(tx, &noun_tenant, TENANT_NUMBER, VALUE_INT(p->job->what.tenant), &row));
	p->zone = row_text(row, TENANT_TIMEZONE);
	return OK;
}

static size_t count_records(struct arena *a, struct str text, char delimiter)
{
	struct csv c;
	struct str *cells;
	size_t n, rows = 0;
	csv_begin(&c, text, delimiter);
	with_arena struct arena *scratch = arena_new(MIB);
	while (csv_next(&c, scratch, &cells, &n) == OK) {
		rows++;
		arena_reset(scratch);
	}
	(void)a;
	return rows;
}

static enum err open_file(struct job *j)
{
	struct str bytes, text;
	struct plan plan = { .job = j };
	TRY(blob_read(j->arena, j->im->store, j->im->blob_dir, j->what.tenant, j->what.import, ".csv", UPLOAD_BODY_MAX, &bytes));
	struct csv_dialect d = csv_detect(bytes);
	if (csv_decode(j->arena, bytes, &d, &text) != OK)
		return problem_set(&j->problem, E_MALFORMED, "The file is neither UTF-8 nor Windows-1252 text.");
	csv_begin(&j->csv, text, d.delimiter);
	if (csv_next(&j->csv, j->arena, &plan.header, &plan.columns) != OK)
		return problem_set(&j->problem, E_MALFORMED, "The file has no header line.");
	size_t records = count_records(j->arena, text, d.delimiter);
	if (records > IMPORT_ROWS_MAX + 1)
		return problem_set(&j->problem, E_TOO_LARGE, "The file has more than %d rows.", IMPORT_ROWS_MAX);
	row_set_int(j->import, IMPORT_ROWS_TOTAL, (int64_t)records - 1);
	j->importer.header = plan.header;
	struct run system = run_of(j, j->arena), run = run_of(j, j->arena);
	system.tenant = 0;
	TRY(store_read(&system, tenant_zone, &plan));
	return store_read(&run, plan_import, &plan);
}

static void counts_json(struct job *j, struct arena *a, struct row *is)
{
	struct buf b;
	struct json_out o;
	buf_init(&b, a, 4000);
	jw_init(&o, &b);
	jw_open(&o, '{');
	for (size_t i = 0; i < j->spec->step_count; i++)
		jw_member_int(&o, j->spec->steps[i].noun->name, (int64_t)j->made[i]);
	jw_close(&o, '}');
	row_set_text(is, IMPORT_BY_NOUN, str_dup(a, buf_str(&b)));
	buf_clear(&b);
	jw_init(&o, &b);
	jw_open(&o, '{');
	for (size_t i = 0; i < j->spec->warning_count; i++)
		if (j->warnings[i])
			jw_member_int(&o, str_z(a, j->spec->warnings[i].kind), (int64_t)j->warnings[i]);
	if (j->warnings[SPEC_WARNINGS_MAX])
		jw_member_int(&o, "kept_edit", (int64_t)j->warnings[SPEC_WARNINGS_MAX]);
	jw_close(&o, '}');
	row_set_text(is, IMPORT_WARNINGS, str_dup(a, buf_str(&b)));
}

/* The import's row with this batch added. */
static enum err write_progress(struct tx *tx, struct job *j, const struct batch_result *b, size_t rows, const char *state)
{
	struct row *was, *is;
	static const int fields[4] = { IMPORT_CREATED, IMPORT_UPDATED, IMPORT_UNCHANGED, IMPORT_REJECTED };
	TRY(store_get(tx, &noun_import, j->what.import, &was));
	is = row_copy(tx->arena, was);
	size_t made[SPEC_STEPS_MAX], warnings[SPEC_WARNINGS_MAX + 1];
	memcpy(made, j->made, sizeof(made));
	memcpy(warnings, j->warnings, sizeof(warnings));
	for (size_t i = 0; b && i < SPEC_STEPS_MAX; i++)
		j->made[i] += b->made[i];
	for (size_t i = 0; b && i <= SPEC_WARNINGS_MAX; i++)
		j->warnings[i] += b->warnings[i];
	for (size_t i = 0; i < 4; i++)
		row_set_int(is, fields[i], (int64_t)(j->outcomes[i] + (b ? b->outcomes[i] : 0)));
	counts_json(j, tx->arena, is);
	/* The body may run again: only a commit counts. */
	memcpy(j->made, made, sizeof(made));
	memcpy(j->warnings, warnings, sizeof(warnings));
	row_set_int(is, IMPORT_ROWS_DONE, (int64_t)(j->rows + rows));
	is->v[IMPORT_ROWS_TOTAL] = j->import->v[IMPORT_ROWS_TOTAL];
	if (row_is_null(is, IMPORT_STARTED_AT))
		row_set_int(is, IMPORT_STARTED_AT, tx->now.ms);
	row_set_text(is, IMPORT_STATE, str_from(state));
	if (strcmp(state, "done") == 0)
		row_set_int(is, IMPORT_ENDED_AT, tx->now.ms);
	return store_update(tx, was, is, &is);
}

struct batch {
	struct job *job;
	struct file_row rows[IMPORT_BATCH_ROWS];
	size_t count;
	struct batch_result result;
	const char *state;
};

static enum err run_rows(struct tx *tx, struct batch *b)
{
	b->result = (struct batch_result){ .lines = NULL };
	for (size_t i = 0; i < b->count; i++)
		TRY(import_row(tx, &b->job->importer, &b->rows[i], &b->result));
	return OK;
}

static enum err write_rows(struct tx *tx, void *arg)
{
	struct batch *b = arg;
	TRY(run_rows(tx, b));
	return write_progress(tx, b->job, &b->result, b->count, b->state);
}

static enum err try_rows(struct tx *tx, void *arg)
{
	return run_rows(tx, arg);
}

static enum err only_progress(struct tx *tx, void *arg)
{
	struct batch *b = arg;
	return write_progress(tx, b->job, b->count ? &b->result : NULL, b->count, b->state);
}

static enum err write_report(struct job *j, struct arena *a, const struct batch_result *r)
{
	for (const struct report_line *l = r->lines; l; l = l->next) {
		struct buf b;
		buf_init(&b, a, IMPORT_CELL_MAX);
		buf_fmt(&b, "%zu,%s,", l->line, l->reject ? "reject" : "warning");
		csv_cell(&b, l->kind, false);
		buf_char(&b, ',');
		csv_cell(&b, l->column, true);
		buf_char(&b, ',');
		csv_cell(&b, l->value, true);
		buf_char(&b, ',');
		csv_cell(&b, l->text, true);
		buf_addz(&b, "\r\n");
		TRY(blob_write(j->report, buf_str(&b)));
	}
	return OK;
}

static enum err settle(struct job *j, struct arena *a, struct batch *b)
{
	for (size_t i = 0; i < SPEC_STEPS_MAX; i++)
		j->made[i] += b->result.made[i];
	for (size_t i = 0; i <= SPEC_WARNINGS_MAX; i++)
		j->warnings[i] += b->result.warnings[i];
	for (size_t i = 0; i < 4; i++)
		j->outcomes[i] += b->result.outcomes[i];
	j->rows += b->count;
	cache_learn(j->importer.cache, b->result.learned);
	return write_report(j, a, &b->result);
}

static enum err commit(struct job *j, struct arena *a, struct batch *b)
{
	struct run run = run_of(j, a);
	if (j->importer.dry) {
		TRY(store_read(&run, try_rows, b));
		TRY(store_write(&run, only_progress, b));
	} else {
		TRY(store_write(&run, write_rows, b));
	}
	return settle(j, a, b);
}

/* A row that cannot be used is reported and leaves nothing. */
static enum err reject(struct job *j, struct arena *a, struct batch *b)
{
	struct batch_result failed = { .outcomes = { [ROW_REJECTED] = 1 } };
	for (struct report_line *l = b->result.lines; l; l = l->next)
		if (l->reject)
			report(a, &failed, true, &b->rows[0], l->kind, l->column, l->value, l->text);
	if (!failed.lines) {
		const struct fault *f = j->problem.faults;
		report(a, &failed, true, &b->rows[0], STR("rejected"), f ? f->pointer : STR(""), STR(""), f ? f->detail : j->problem.detail);
	}
	b->result = failed;
	struct run run = run_of(j, a);
	TRY(store_write(&run, only_progress, b));
	return settle(j, a, b);
}

static bool row_at_fault(enum err e)
{
	return e == E_INVALID || e == E_UNIQUE || e == E_REFERENCE || e == E_CONFLICT;
}

/* Rows in one transaction. False: one of them cannot be used, or they are too much at once. */
static enum err try_to_put(struct job *j, const struct file_row *rows, size_t count, bool *ret_done)
{
	with_arena struct arena *a = arena_new(8 * REQUEST_ARENA_MAX);
	struct batch *b = ARENA_NEW(a, struct batch);
	b->job = j;
	b->state = "running";
	memcpy(b->rows, rows, count * sizeof(*rows));
	b->count = count;
	enum err e = commit(j, a, b);
	*ret_done = count == 1 || !(row_at_fault(e) || e == E_MEMORY || e == E_TOO_LARGE);
	if (!*ret_done)
		return OK;
	return keep_problem(j, count == 1 && row_at_fault(e) ? reject(j, a, b) : e);
}

/* Half as many where a row stands in the way, until it stands alone, and then more again. */
static enum err put_rows(struct job *j, const struct file_row *rows, size_t count)
{
	for (size_t at = 0, n = count; at < count;) {
		bool done;
		n = n < count - at ? n : count - at;
		TRY(try_to_put(j, rows + at, n, &done));
		at += done ? n : 0;
		n = done ? 2 * n : n / 2;
	}
	return OK;
}

/* Rows of the file in one transaction: each may make a row of every step, and what hangs on them is written too. */
static size_t batch_rows(const struct job *j)
{
	size_t fit = ROWS_PER_WRITE_MAX * 3 / 4 / (j->spec->step_count + 1) + 1;
	size_t wanted = sql_crowded(store_sql(j->im->store)) ? IMPORT_CROWDED_ROWS : IMPORT_BATCH_ROWS;
	return fit < wanted ? fit : wanted;
}

static enum err next_batch(struct job *j, struct arena *a, struct batch *b)
{
	for (size_t most = batch_rows(j); b->count < most;) {
		struct file_row *row = &b->rows[b->count];
		struct csv before = j->csv;
		enum err e = csv_next(&j->csv, a, &row->cells, &row->count);
		if (e == E_NOT_FOUND)
			break;
		if (e != OK && b->count) {
			j->csv = before; /* what is good before a fault is kept, and the fault met again */
			break;
		}
		if (e != OK)
			return problem_set(&j->problem, E_MALFORMED, "The file cannot be read from line %zu on: a quote is not closed, or a row has too many columns.", j->csv.line);
		row->line = j->csv.line;
		b->count++;
	}
	return OK;
}

/* The report is written afresh after an interruption: what it says of the rows that are done already comes from trying them again. */
static enum err retell(struct job *j)
{
	bool dry = j->importer.dry;
	while (j->skip) {
		with_arena struct arena *a = arena_new(8 * REQUEST_ARENA_MAX);
		struct batch *b = ARENA_NEW(a, struct batch);
		struct run run = run_of(j, a);
		b->job = j;
		while (j->skip && b->count < IMPORT_CROWDED_ROWS && csv_next(&j->csv, a, &b->rows[b->count].cells, &b->rows[b->count].count) == OK) {
			b->rows[b->count++].line = j->csv.line;
			j->skip--;
		}
		if (!b->count)
			break;
		j->importer.dry = true;
		enum err e = store_read(&run, try_rows, b);
		j->importer.dry = dry;
		if (e == OK)
			e = write_report(j, a, &b->result);
		TRY(keep_problem(j, e));
	}
	return OK;
}

static bool stopping(void *arg)
{
	struct imports *im = arg;
	pthread_mutex_lock(&im->lock);
	bool stop = im->stop;
	pthread_mutex_unlock(&im->lock);
	return stop;
}

static enum err work_off(struct job *j)
{
	for (;;) {
		with_arena struct arena *a = arena_new(8 * REQUEST_ARENA_MAX);
		struct batch *b = ARENA_NEW(a, struct batch);
		if (stopping(j->im))
			return E_BUSY;
		TRY(next_batch(j, a, b));
		if (!b->count)
			return OK;
		TRY(put_rows(j, b->rows, b->count));
	}
}

static enum err finish(struct job *j)
{
	with_arena struct arena *a = arena_new(REQUEST_ARENA_MAX);
	struct batch *b = ARENA_NEW(a, struct batch);
	struct run run = run_of(j, a);
	b->job = j;
	b->state = "done";
	TRY(blob_close(j->report));
	return keep_problem(j, store_write(&run, only_progress, b));
}

struct failure {
	struct job *job;
	enum err err;
};

static enum err write_failure(struct tx *tx, void *arg)
{
	struct failure *f = arg;
	struct row *was, *is;
	struct str why = f->job->problem.detail;
	TRY(store_get(tx, &noun_import, f->job->what.import, &was));
	is = row_copy(tx->arena, was);
	row_set_text(is, IMPORT_STATE, STR("failed"));
	row_set_text(is, IMPORT_ERROR, str_slice(why.n ? why : str_from(err_info(f->err)->title), 0, 500));
	row_set_int(is, IMPORT_ENDED_AT, tx->now.ms);
	return store_update(tx, was, is, &is);
}

static void fail(struct job *j, enum err e)
{
	with_arena struct arena *a = arena_new(REQUEST_ARENA_MAX);
	struct failure f = { j, e };
	struct problem kept = j->problem, scratch;
	struct run run = run_of(j, a);
	/* The words of the first fault, if there is one: a mapping that does not fit the file. */
	if (!kept.detail.n && kept.faults)
		j->problem.detail = str_fmt(a, STR_FMT ": " STR_FMT, STR_ARG(kept.faults->pointer), STR_ARG(kept.faults->detail));
	f.job->problem.detail = str_dup(a, j->problem.detail);
	struct job copy = *j;
	f.job = &copy;
	run.problem = &scratch;
	problem_init(&scratch, a);
	if (store_write(&run, write_failure, &f) != OK)
		LOG(LOG_ERROR, "import.unrecorded", LOG_U("import", j->what.import));
}


/* What an interrupted run has counted already. */
static void resume(struct job *j)
{
	static const int fields[4] = { IMPORT_CREATED, IMPORT_UPDATED, IMPORT_UNCHANGED, IMPORT_REJECTED };
	json_t *by_noun, *warnings;
	struct problem ignored;
	j->skip = j->rows = (size_t)row_int(j->import, IMPORT_ROWS_DONE);
	for (size_t i = 0; i < 4; i++)
		j->outcomes[i] = (size_t)row_int(j->import, fields[i]);
	problem_init(&ignored, j->arena);
	if (!j->rows || json_read(j->arena, row_text(j->import, IMPORT_BY_NOUN), &ignored, &by_noun) != OK ||
	    json_read(j->arena, row_text(j->import, IMPORT_WARNINGS), &ignored, &warnings) != OK)
		return;
	for (size_t i = 0; i < j->spec->step_count; i++)
		j->made[i] = (size_t)json_integer_value(json_object_get(by_noun, j->spec->steps[i].noun->name));
	for (size_t i = 0; i < j->spec->warning_count; i++)
		j->warnings[i] = (size_t)json_integer_value(json_object_get(warnings, str_z(j->arena, j->spec->warnings[i].kind)));
	j->warnings[SPEC_WARNINGS_MAX] = (size_t)json_integer_value(json_object_get(warnings, "kept_edit"));
}

static enum err run_import(struct job *j)
{
	struct run run = run_of(j, j->arena);
	TRY(store_read(&run, load_import, j));
	if (row_is(j->import, IMPORT_STATE, "done") || row_is(j->import, IMPORT_STATE, "failed"))
		return OK;
	if (row_is(j->import, IMPORT_STATE, "undoing"))
		return import_undo(&run, j->import, stopping, j->im);
	TRY(open_file(j));
	resume(j);
	j->importer.spec = j->spec;
	j->importer.batch = j->what.import;
	j->importer.dry = row_int(j->import, IMPORT_DRY_RUN) != 0;
	TRY(blob_create(j->report, j->im->store, j->im->blob_dir, j->what.tenant, j->what.import, ".report"));
	TRY(blob_write(j->report, STR("line,level,kind,column,value,text\r\n")));
	TRY(retell(j));
	TRY(work_off(j));
	return finish(j);
}

static void one_import(struct imports *im, struct queued what)
{
	struct arena *a = arena_new(FILE_ARENA_MAX);
	struct job *j = ARENA_NEW(a, struct job);
	j->im = im;
	j->arena = a;
	j->what = what;
	j->who = (struct who){ .kind = WHO_IMPORT, .request = what.import };
	j->importer.cache = cache_new();
	j->report = ARENA_NEW(a, struct blob_writer);
	j->report->fd = -1;
	problem_init(&j->problem, a);
	int64_t started = monotonic_ms();
	enum err e = run_import(j);
	if (e != OK && j->report->fd >= 0)
		blob_abandon(j->report, im->blob_dir, ".report");
	if (e != OK && !(e == E_BUSY && stopping(im)) && !(j->import && row_is(j->import, IMPORT_STATE, "undoing")))
		fail(j, e);
	LOG(e == OK ? LOG_INFO : LOG_WARN, "import", LOG_U("import", what.import), LOG_I("rows", (int64_t)j->rows), LOG_I("ms", monotonic_ms() - started),
	    LOG_W("error", e == OK ? "" : err_info(e)->slug));
	cache_free(j->importer.cache);
	arena_free(a);
}

/* ---- the thread ---- */

void imports_wake(struct imports *im, int64_t tenant, struct id import)
{
	pthread_mutex_lock(&im->lock);
	if (im->count < QUEUE_MAX)
		im->queue[im->count++] = (struct queued){ tenant, import };
	else
		im->missed = true; /* it stands in the database as queued */
	pthread_cond_signal(&im->wake);
	pthread_mutex_unlock(&im->lock);
}

struct unfinished {
	struct imports *im;
	int64_t tenant;
};

static enum err find_unfinished(struct tx *tx, void *arg)
{
	struct unfinished *u = arg;
	static const char *const states[] = { "running", "undoing", "queued" };
	for (size_t s = 0; s < ARRAY_LEN(states); s++) {
		struct query q = { .noun = &noun_import, .sort = IMPORT_CREATED_AT, .ascending = true, .limit = LIST_LIMIT_MAX };
		struct page page;
		q.filters[q.filter_count++] = filter_is(IMPORT_STATE, VALUE_TEXT(str_from(states[s])));
		TRY(store_list(tx, &q, &page));
		for (size_t i = 0; i < page.count; i++)
			imports_wake(u->im, u->tenant, row_id(page.rows[i], F_ID_FIELD));
	}
	return OK;
}

/* What is queued or was running, of all companies; also when more was queued than the list holds. */
static void take_up(struct imports *im)
{
	with_arena struct arena *a = arena_new(REQUEST_ARENA_MAX);
	struct problem problem;
	struct who who = { .kind = WHO_SYSTEM };
	struct company *list;
	size_t count;
	problem_init(&problem, a);
	struct run run = { .store = im->store, .arena = a, .problem = &problem, .who = &who, .now = now() };
	if (companies_list(&run, &list, &count) != OK) {
		LOG(LOG_WARN, "import.take_up", LOG_I("tenant", 0));
		return;
	}
	for (size_t i = 0; i < count; i++) {
		with_arena struct arena *scratch = arena_new(REQUEST_ARENA_MAX);
		struct unfinished u = { im, list[i].number };
		run.tenant = u.tenant;
		run.arena = scratch;
		if (store_read(&run, find_unfinished, &u) != OK)
			LOG(LOG_WARN, "import.take_up", LOG_I("tenant", u.tenant));
		problem_init(&problem, a);
	}
}

static void *work(void *arg)
{
	struct imports *im = arg;
	take_up(im);
	pthread_mutex_lock(&im->lock);
	while (!im->stop) {
		if (!im->count && im->missed) {
			im->missed = false;
			pthread_mutex_unlock(&im->lock);
			take_up(im);
			pthread_mutex_lock(&im->lock);
			continue;
		}
		if (!im->count) {
			pthread_cond_wait(&im->wake, &im->lock);
			continue;
		}
		struct queued what = im->queue[0];
		memmove(im->queue, im->queue + 1, --im->count * sizeof(what));
		pthread_mutex_unlock(&im->lock);
		one_import(im, what);
		pthread_mutex_lock(&im->lock);
	}
	pthread_mutex_unlock(&im->lock);
	return NULL;
}

struct imports *imports_new(struct store *store, const char *blob_dir)
{
	struct imports *im = calloc(1, sizeof(*im));
	if (!im)
		abort();
	im->store = store;
	im->blob_dir = blob_dir;
	pthread_mutex_init(&im->lock, NULL);
	pthread_cond_init(&im->wake, NULL);
	if (pthread_create(&im->thread, NULL, work, im) != 0)
		abort();
	return im;
}

void imports_free(struct imports *im)
{
	if (!im)
		return;
	pthread_mutex_lock(&im->lock);
	im->stop = true;
	pthread_cond_signal(&im->wake);
	pthread_mutex_unlock(&im->lock);
	pthread_join(im->thread, NULL);
	pthread_mutex_destroy(&im->lock);
	pthread_cond_destroy(&im->wake);
	free(im);
}
