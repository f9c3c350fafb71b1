/* routes.c - imports over HTTP: upload, preview, progress, report, undo; the presets that ship. */
#include "routes.h"

#include "account.h"
#include "blob.h"
#include "csv.h"
#include "delivery_reports.h"
#include "form.h"
#include "import.h"
#include "keys.h"
#include "portal_routes.h"
#include "numbering.h"
#include "oidc.h"
#include "reports.h"
#include "staff_routes.h"
#include "verify.h"
#include "utf8.h"

#include <stdlib.h>
#include <string.h>

enum { PREVIEW_ROWS = 20, READ_CHUNK = 65536, HEAD_MAX = 8192 };

struct routes {
	struct throttle *throttle;
	struct store *store;
	const char *blob_dir;
	struct imports *imports;
	atomic_uint waits;
};

/* ---- reading an upload: raw, or the one file of a form ---- */

struct upload {
	struct call *call;
	struct str boundary; /* of multipart; empty: raw */
	struct str name;
	bool begun, ended;
	char held[256];      /* bytes that may be the beginning of the boundary */
	size_t held_n;
};

static struct str multipart_boundary(struct call *c)
{
	struct str rest, type = str_cut(c->rq->content_type, ';', &rest);
	if (!str_eqz(str_trim(str_lower_ascii(c->ctx.arena, type)), "multipart/form-data"))
		return STR("");
	while (rest.p && rest.n) {
		struct str value, pair = str_trim(str_cut(rest, ';', &rest)), name = str_cut(pair, '=', &value);
		if (!str_eqz(name, "boundary") || !value.p)
			continue;
		if (value.n >= 2 && value.p[0] == '"')
			value = str_slice(value, 1, value.n - 1);
		return value.n && value.n <= 70 ? str_fmt(c->ctx.arena, "\r\n--" STR_FMT, STR_ARG(value)) : STR("");
	}
	return STR("");
}

static int64_t pull(struct upload *u, char *buf, size_t n)
{
	return u->call->rq->read(u->call->rq->read_arg, buf, n);
}

/* Everything up to the first part's content: the preamble and its headers, of which only the file's name is wanted. */
static enum err skip_head(struct upload *u)
{
	char *head = ARENA_ARRAY(u->call->ctx.arena, char, HEAD_MAX + 1);
	size_t n = 0;
	while (!memmem(head, n, "\r\n\r\n", 4)) {
		if (n == HEAD_MAX)
			return problem_set(&u->call->ctx.problem, E_MALFORMED, "The form has no file.");
		int64_t got = pull(u, head + n, 1);
		if (got <= 0)
			return problem_set(&u->call->ctx.problem, E_MALFORMED, "The form ends too early.");
		n += (size_t)got;
	}
	char *name = memmem(head, n, "filename=\"", 10), *quote = name ? memchr(name + 10, '"', n - (size_t)(name + 10 - head)) : NULL;
	if (quote)
		u->name = str_slice((struct str){ name + 10, (size_t)(quote - name - 10) }, 0, 200);
	return OK;
}

/* What one look at the connection gives, which may be nothing. */
static enum err next_piece(struct upload *u, char *buf, size_t *ret)
{
	struct problem *p = &u->call->ctx.problem;
	*ret = 0;
	if (u->boundary.n && !u->begun)
		TRY(skip_head(u));
	u->begun = true;
	memcpy(buf, u->held, u->held_n);
	int64_t got = pull(u, buf + u->held_n, READ_CHUNK - u->held_n);
	if (got < 0)
		return problem_set(p, E_MALFORMED, "The upload was cut off.");
	size_t n = u->held_n + (size_t)got;
	u->held_n = 0;
	if (!u->boundary.n) {
		u->ended = got == 0;
		*ret = n;
		return OK;
	}
	char *at = memmem(buf, n, u->boundary.p, u->boundary.n);
	if (at) {
		u->ended = true;
		*ret = (size_t)(at - buf);
		while (pull(u, u->held, sizeof(u->held)) > 0)
			; /* the rest of the form */
		return OK;
	}
	if (got == 0)
		return problem_set(p, E_MALFORMED, "The form ends too early.");
	u->held_n = n < u->boundary.n ? n : u->boundary.n - 1;
	memcpy(u->held, buf + n - u->held_n, u->held_n);
	*ret = n - u->held_n;
	return OK;
}

/* The next bytes of the file; 0 at its end. `buf` holds READ_CHUNK bytes. */
static enum err next_bytes(struct upload *u, char *buf, size_t *ret)
{
	*ret = 0;
	while (!u->ended && *ret == 0)
		TRY(next_piece(u, buf, ret));
	return OK;
}

/* ---- preview ---- */

static void write_cells(struct json_out *o, struct str const *cells, size_t count)
{
	jw_open(o, '[');
	for (size_t i = 0; i < count; i++)
		jw_str(o, str_slice(cells[i], 0, 200));
	jw_close(o, ']');
}

static enum err preview_json(struct call *c, struct str bytes, struct str *ret)
{
	struct csv_dialect d = csv_detect(bytes);
	struct csv csv;
	struct str text, *cells;
	struct buf b;
	struct json_out o;
	size_t count, rows = 0;
	if (csv_decode(c->ctx.arena, bytes, &d, &text) != OK)
		return problem_set(&c->ctx.problem, E_INVALID, "The file is neither UTF-8 nor Windows-1252 text.");
	csv_begin(&csv, text, d.delimiter);
	if (csv_next(&csv, c->ctx.arena, &cells, &count) != OK)
		return problem_set(&c->ctx.problem, E_INVALID, "The file has no header line.");
	buf_init(&b, c->ctx.arena, 4 * MIB);
	jw_init(&o, &b);
	jw_open(&o, '{');
	jw_member_str(&o, "encoding", str_from(d.encoding));
	jw_member_str(&o, "delimiter", (struct str){ &d.delimiter, 1 });
	jw_key(&o, "header");
	write_cells(&o, cells, count);
	jw_key(&o, "rows");
	jw_open(&o, '[');
	with_arena struct arena *scratch = arena_new(4 * MIB);
	while (csv_next(&csv, scratch, &cells, &count) == OK) {
		if (rows++ < PREVIEW_ROWS)
			write_cells(&o, cells, count);
		arena_reset(scratch);
	}
	jw_close(&o, ']');
	jw_member_int(&o, "row_count", (int64_t)rows);
	jw_close(&o, '}');
	*ret = buf_str(&b);
	return OK;
}

static enum err run_preview(struct call *c)
{
	struct upload u = { .call = c, .boundary = multipart_boundary(c) };
	/* A whole file may be larger than what a request may hold: it has an arena of its own until the answer is made. */
	with_arena struct arena *a = arena_new(UPLOAD_BODY_MAX * 3);
	struct arena *own = c->ctx.arena;
	struct buf file;
	struct str json;
	char *chunk = ARENA_ARRAY(a, char, READ_CHUNK);
	size_t n;
	buf_init(&file, a, UPLOAD_BODY_MAX);
	do {
		TRY(next_bytes(&u, chunk, &n));
		buf_add(&file, (struct str){ chunk, n });
	} while (n);
	c->ctx.arena = a;
	enum err e = preview_json(c, buf_str(&file), &json);
	c->ctx.arena = own;
	TRY(e);
	call_json(c, 200, str_dup(own, json));
	return OK;
}

/* ---- starting one ---- */

struct begin {
	struct call *call;
	struct id id;
	struct str file; /* name of an uploaded file, where a form told it */
	struct row *row;
};

static enum err begin_body(struct tx *tx, void *arg)
{
	struct begin *b = arg;
	struct call *c = b->call;
	struct str mapping = call_param(c, "mapping"), name = call_param(c, "name");
	if (!name.n && utf8_valid(b->file) && utf8_printable(b->file, false))
		name = b->file;
	struct row *row = row_new(tx->arena, &noun_import);
	row_set_id(row, F_ID_FIELD, b->id);
	if (name.n)
		row_set_text(row, IMPORT_NAME, str_slice(name, 0, 200));
	row_set_text(row, IMPORT_NOUN, str_slice(call_param(c, "noun"), 0, 60));
	row_set_text(row, IMPORT_PRESET, str_slice(mapping.n ? mapping : call_param(c, "preset"), 0, 100));
	row_set_int(row, IMPORT_DRY_RUN, str_eqz(call_param(c, "dry_run"), "1"));
	return store_insert(tx, row, &b->row);
}

static enum err store_upload(struct call *c, struct routes *r, struct id id, struct str *ret_name)
{
	struct upload u = { .call = c, .boundary = multipart_boundary(c) };
	struct blob_writer *w = ARENA_NEW(c->ctx.arena, struct blob_writer);
	char *chunk = ARENA_ARRAY(c->ctx.arena, char, READ_CHUNK);
	size_t n, total = 0;
	enum err e = blob_create(w, r->store, r->blob_dir, c->ctx.actor.tenant, id, ".csv");
	do {
		n = 0;
		if (e == OK)
			e = next_bytes(&u, chunk, &n);
		if (e == OK)
			e = blob_write(w, (struct str){ chunk, n });
		total += n;
	} while (e == OK && n);
	if (e == OK && total == 0)
		e = problem_set(&c->ctx.problem, E_INVALID, "The file is empty.");
	if (e == OK)
		e = blob_close(w);
	if (e != OK)
		blob_abandon(w, r->blob_dir, ".csv");
	*ret_name = u.name.p ? u.name : STR("");
	return e;
}

static enum err run_begin(struct call *c)
{
	struct routes *r = c->arg;
	struct begin b = { .call = c, .id = id_new(c->ctx.now.ms) };
	struct run run = ctx_run(&c->ctx);
	TRY(store_upload(c, r, b.id, &b.file));
	TRY(store_write(&run, begin_body, &b));
	imports_wake(r->imports, c->ctx.actor.tenant, b.id);
	call_json(c, 202, str_fmt(c->ctx.arena, "{\"id\":\"%s\"}", id_str(c->ctx.arena, b.id).p));
	response_header(c->rs, "Location", str_fmt(c->ctx.arena, "/v1/imports/%s", id_str(c->ctx.arena, b.id).p));
	return OK;
}

/* ---- after that ---- */

static enum err see_import(struct tx *tx, void *arg)
{
	struct begin *b = arg;
	TRY(store_get(tx, &noun_import, b->id, &b->row));
	return policy_row(&b->call->ctx, tx, b->row, "import_batch.read");
}

static enum err run_report(struct call *c)
{
	struct routes *r = c->arg;
	struct begin b = { .call = c };
	struct run run = ctx_run(&c->ctx);
	TRY(call_id(c, 1, &b.id));
	TRY(store_read(&run, see_import, &b));
	enum err e = blob_read(c->ctx.arena, r->store, r->blob_dir, c->ctx.actor.tenant, b.id, ".report", RESPONSE_MAX, &c->rs->body);
	if (e == E_NOT_FOUND)
		return problem_set(&c->ctx.problem, E_CONFLICT, "The report comes when the import has ended.");
	TRY(e);
	c->rs->content_type = STR("text/csv; charset=utf-8");
	response_header(c->rs, "Content-Disposition", STR("attachment; filename=\"import-report.csv\""));
	return OK;
}

static enum err run_undo(struct call *c)
{
	struct routes *r = c->arg;
	struct begin b = { .call = c };
	struct run run = ctx_run(&c->ctx);
	TRY(call_id(c, 1, &b.id));
	TRY(store_read(&run, see_import, &b));
	TRY(import_undo_ask(&run, b.id));
	imports_wake(r->imports, c->ctx.actor.tenant, b.id);
	call_json(c, 202, str_fmt(c->ctx.arena, "{\"id\":\"%s\"}", id_str(c->ctx.arena, b.id).p));
	return OK;
}

static enum err run_presets(struct call *c)
{
	struct buf b;
	struct json_out o;
	buf_init(&b, c->ctx.arena, 64 * KIB);
	jw_init(&o, &b);
	jw_open(&o, '{');
	jw_key(&o, "items");
	jw_open(&o, '[');
	for (const char *const *p = import_presets; *p; p++) {
		json_t *v;
		TRY(json_read(c->ctx.arena, str_from(*p), &c->ctx.problem, &v));
		jw_open(&o, '{');
		jw_member_str(&o, "name", json_text(json_object_get(v, "name")));
		jw_member_str(&o, "title", json_text(json_object_get(v, "title")));
		jw_key(&o, "nouns");
		jw_open(&o, '[');
		json_t *steps = json_object_get(v, "steps");
		for (size_t i = 0; i < json_array_size(steps); i++)
			jw_str(&o, json_text(json_object_get(json_array_get(steps, i), "noun")));
		jw_close(&o, ']');
		jw_close(&o, '}');
	}
	jw_close(&o, ']');
	jw_close(&o, '}');
	call_json(c, 200, buf_str(&b));
	return OK;
}

const struct route routes_table[] = {
	{ "POST", "/v1/imports", "import_batch.create", ROUTE_UPLOAD, run_begin },
	{ "POST", "/v1/imports/preview", "import_batch.create", ROUTE_UPLOAD, run_preview },
	{ "GET", "/v1/imports/*/report.csv", "import_batch.read", 0, run_report },
	{ "POST", "/v1/imports/*/undo", "import_batch.create", 0, run_undo },
	{ "GET", "/v1/import_presets", "import_batch.read", 0, run_presets },
	ACCOUNT_ROUTES,
	KEY_ROUTES,
	OIDC_ROUTES,
	STAFF_ROUTES,
	PORTAL_ROUTES,
	FORM_ROUTES,
	DELIVERY_ROUTES,
	{ "GET", "/v1/numbering", "numbering.read", 0, numbering_list },
	{ "POST", "/v1/numbering", "numbering.update", 0, numbering_set },
	{ "GET", "/v/*", ROUTE_OPEN, 0, verify_show },
	{ "GET", "/v1/reports", NULL, 0, reports_list },
	{ "GET", "/v1/reports/*", NULL, 0, reports_run },
	{ "GET", "/v1/customers/*/statement", "report.finance", 0, statement_run },
	{ "GET", "/v1/customers/*/statement.pdf", "report.finance", 0, statement_pdf_run },
	{ .path = NULL },
};

struct routes *routes_new(struct store *store, const char *blob_dir)
{
	struct routes *r = calloc(1, sizeof(*r));
	if (!r)
		abort();
	*r = (struct routes){ .store = store, .blob_dir = blob_dir, .imports = imports_new(store, blob_dir), .throttle = throttle_new() };
	return r;
}

void routes_free(struct routes *routes)
{
	if (routes)
		imports_free(routes->imports);
	if (routes)
		throttle_free(routes->throttle);
	free(routes);
}

struct throttle *routes_throttle(struct call *c)
{
	return ((struct routes *)c->arg)->throttle;
}

atomic_uint *routes_waits(struct call *c)
{
	return &((struct routes *)c->arg)->waits;
}
