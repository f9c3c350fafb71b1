#include "frozen.h"

#include "seal.h"

static const char *const frozen_kinds[] = { "quote", "invoice", "credit_note", NULL };
static const char *const frozen_states[] = { "frozen", "rendered", NULL };

enum { CODE_LETTERS = 16, RENDER_PIECE = 20 };

static const struct field frozen_fields[] = {
	COMMON_ROWS(FROZEN),
	[FROZEN_KIND] = { .name = "kind", .doc = "What it is.", .type = F_ENUM, .tag = 11, .flags = REQUIRED | READONLY | FILTER, .values = frozen_kinds },
	[FROZEN_VERSION_ID] = { .name = "quote_version_id", .doc = "The version of a quote.", .type = F_REF, .tag = 12, .flags = READONLY | FILTER, .ref = &noun_quote_version },
	[FROZEN_INVOICE] = { .name = "invoice_id", .doc = "Or the invoice.", .type = F_REF, .tag = 13, .flags = READONLY | FILTER, .ref = &noun_invoice },
	[FROZEN_CREDIT] = { .name = "credit_note_id", .doc = "Or the credit note.", .type = F_REF, .tag = 14, .flags = READONLY | FILTER, .ref = &noun_credit_note },
	[FROZEN_CUSTOMER] = { .name = "customer_id", .doc = "Whom it is for.", .type = F_REF, .tag = 15, .flags = REQUIRED | READONLY | FILTER, .ref = &noun_customer },
	[FROZEN_NO] = { .name = "no", .doc = "Its number.", .type = F_TEXT, .tag = 16, .flags = REQUIRED | READONLY | FILTER, .min = 1, .max = 60 },
	[FROZEN_DATE] = { .name = "date", .doc = "Its date.", .type = F_DATE, .tag = 17, .flags = REQUIRED | READONLY | FILTER, .max = 2932896 },
	[FROZEN_REVISION] = { .name = "revision", .doc = "1, and one more for each correction of particulars.", .type = F_INT, .tag = 18, .flags = REQUIRED | READONLY, .min = 1, .max = 1000 },
	[FROZEN_MARK] = { .name = "mark", .doc = "What is stamped on it.", .type = F_TEXT, .tag = 19, .flags = READONLY, .max = 40 },
	[FROZEN_STATE] = { .name = "state", .doc = "Whether its PDF is made.", .type = F_ENUM, .tag = 20, .flags = REQUIRED | READONLY | FILTER, .values = frozen_states, .initial = "frozen" },
	[FROZEN_CODE] = { .name = "code", .doc = "What stands in the link by which anybody who holds the page can verify it.", .type = F_TEXT, .tag = 21, .flags = REQUIRED | READONLY | UNIQUE | FILTER, .min = CODE_LETTERS, .max = CODE_LETTERS },
	[FROZEN_HASH] = { .name = "document_hash", .doc = "SHA-256 of its data.", .type = F_TEXT, .tag = 22, .flags = REQUIRED | READONLY, .min = 64, .max = 64 },
	[FROZEN_DATA] = { .name = "data", .doc = "What stands on it, as JSON.", .type = F_LINES, .tag = 23, .flags = REQUIRED | READONLY | INTERNAL, .max = 4 * MIB, RECORD("proving what was sent or issued") },
	[FROZEN_PDF_HASH] = { .name = "pdf_hash", .doc = "SHA-256 of the PDF.", .type = F_TEXT, .tag = 24, .flags = READONLY, .max = 64 },
	[FROZEN_PDF_SIZE] = { .name = "pdf_size", .doc = "Bytes of the PDF.", .type = F_INT, .tag = 25, .flags = READONLY, .max = RESPONSE_MAX },
	[FROZEN_RENDERED_AT] = { .name = "rendered_at", .doc = "When the PDF was made.", .type = F_TIME, .tag = 26, .flags = READONLY, .max = INT64_MAX },
};
_Static_assert(ARRAY_LEN(frozen_fields) == FROZEN_FIELDS, "document: table and enum differ");

static const struct order frozen_orders[] = {
	{ -1, FROZEN_CREATED_AT }, { FROZEN_CUSTOMER, FROZEN_CREATED_AT }, { FROZEN_STATE, FROZEN_CREATED_AT }, { FROZEN_VERSION_ID, FROZEN_CREATED_AT },
	{ FROZEN_INVOICE, FROZEN_CREATED_AT }, { FROZEN_CREDIT, FROZEN_CREATED_AT }, ORDERS_END
};

/* Apart from its document, so that reading one does not read the other. */
static const struct field file_fields[] = {
	COMMON_ROWS(FILE),
	[FILE_DOCUMENT] = { .name = "document_id", .doc = "The document.", .type = F_REF, .tag = 11, .flags = REQUIRED | READONLY | UNIQUE | FILTER, .ref = &noun_document },
	[FILE_PDF] = { .name = "pdf", .doc = "Its PDF.", .type = F_BYTES, .tag = 12, .flags = REQUIRED | READONLY | INTERNAL, .max = RESPONSE_MAX, RECORD("proving what was sent or issued") },
};
_Static_assert(ARRAY_LEN(file_fields) == FILE_FIELDS, "document_file: table and enum differ");

static const struct order file_orders[] = { { -1, FILE_CREATED_AT }, { FILE_DOCUMENT, FILE_CREATED_AT }, ORDERS_END };

/* ---- freezing ---- */

/* Letters that are told apart in print; 80 random bits. */
static struct str new_code(struct arena *a)
{
	static const char letters[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
	uint8_t random[CODE_LETTERS];
	char *code = ARENA_ARRAY(a, char, CODE_LETTERS);
	random_bytes(random, sizeof(random));
	for (size_t i = 0; i < CODE_LETTERS; i++)
		code[i] = letters[random[i] % 32];
	return (struct str){ code, CODE_LETTERS };
}

static int field_of(const struct noun *noun)
{
	return noun == &noun_invoice ? FROZEN_INVOICE : noun == &noun_credit_note ? FROZEN_CREDIT : FROZEN_VERSION_ID;
}

static const char *kind_of(const struct noun *noun)
{
	return frozen_kinds[field_of(noun) - FROZEN_VERSION_ID];
}

enum err frozen_find(struct tx *tx, const struct row *of, struct row **ret)
{
	struct row **all;
	size_t n;
	TRY(store_children(tx, &noun_document, field_of(of->noun), row_id(of, F_ID_FIELD), &all, &n));
	*ret = NULL;
	for (size_t i = 0; i < n; i++)
		if (!*ret || row_int(all[i], FROZEN_REVISION) > row_int(*ret, FROZEN_REVISION))
			*ret = all[i];
	return *ret ? OK : E_NOT_FOUND;
}

enum err frozen_make(struct tx *tx, const struct row *of, struct id customer, struct str no, const struct sheet *sheet, struct str mark,
                     struct str *ret_hash)
{
	struct row *d = row_new(tx->arena, &noun_document), *before;
	struct str json = sheet_json(tx->arena, sheet);
	enum err e = frozen_find(tx, of, &before);
	if (e != OK && e != E_NOT_FOUND)
		return e;
	row_set_text(d, FROZEN_KIND, str_from(kind_of(of->noun)));
	row_set_id(d, field_of(of->noun), row_id(of, F_ID_FIELD));
	row_set_id(d, FROZEN_CUSTOMER, customer);
	row_set_text(d, FROZEN_NO, no);
	row_set_int(d, FROZEN_DATE, sheet->doc.date.days);
	row_set_int(d, FROZEN_REVISION, e == OK ? row_int(before, FROZEN_REVISION) + 1 : 1);
	if (mark.n)
		row_set_text(d, FROZEN_MARK, mark);
	row_set_text(d, FROZEN_CODE, new_code(tx->arena));
	row_set_text(d, FROZEN_DATA, json);
	row_set_text(d, FROZEN_HASH, *ret_hash = sha256_hex(tx->arena, json));
	return store_insert(tx, d, &d);
}

/* ---- rendering ---- */

struct rendering {
	struct id id;
	struct row *document;
	struct str pdf;
};

enum err frozen_file(struct tx *tx, const struct row *document, struct str *ret)
{
	struct row *file;
	*ret = STR("");
	if (!row_is(document, FROZEN_STATE, "rendered"))
		return OK;
	TRY(store_find(tx, &noun_document_file, FILE_DOCUMENT, document->v[F_ID_FIELD], &file));
	if (file->erased)
		return E_ERASED;
	*ret = row_text(file, FILE_PDF);
	return str_eq(sha256_hex(tx->arena, *ret), row_text(document, FROZEN_PDF_HASH)) ? OK : E_CORRUPT;
}

static enum err load(struct tx *tx, void *arg)
{
	struct rendering *r = arg;
	TRY(store_get(tx, &noun_document, r->id, &r->document));
	return frozen_file(tx, r->document, &r->pdf);
}

static enum err keep(struct tx *tx, void *arg)
{
	struct rendering *r = arg;
	struct row *was, *is, *file = row_new(tx->arena, &noun_document_file);
	struct str stored;
	TRY(store_get(tx, &noun_document, r->id, &was));
	TRY(frozen_file(tx, was, &stored));
	if (stored.n) { /* somebody was first; his bytes are the document */
		r->pdf = stored;
		return OK;
	}
	is = row_copy(tx->arena, was);
	row_set_text(is, FROZEN_STATE, STR("rendered"));
	row_set_text(is, FROZEN_PDF_HASH, sha256_hex(tx->arena, r->pdf));
	row_set_int(is, FROZEN_PDF_SIZE, (int64_t)r->pdf.n);
	row_set_int(is, FROZEN_RENDERED_AT, tx->now.ms);
	row_set_id(file, FILE_DOCUMENT, r->id);
	row_set_text(file, FILE_PDF, r->pdf);
	tx->action = "render";
	TRY(store_update(tx, was, is, &is));
	return store_insert(tx, file, &file);
}

static enum err render(struct arena *a, const struct row *document, struct str mark, struct str link, struct str *ret)
{
	struct pdf_document d;
	if (document->erased)
		return E_ERASED;
	TRY(sheet_read(a, row_text(document, FROZEN_DATA), &d));
	d.mark = mark;
	d.hash = row_text(document, FROZEN_HASH);
	d.verify_link = link;
	return pdf_document_render(a, &d, ret);
}

struct str frozen_link(struct arena *a, struct str address, struct id company)
{
	return str_fmt(a, STR_FMT "/v/" STR_FMT ".", STR_ARG(address), STR_ARG(str_base64url(a, company.b, sizeof(company.b))));
}

enum err frozen_pdf(const struct run *run, struct str link, struct id document, struct str *ret)
{
	struct rendering r = { .id = document };
	TRY(store_read(run, load, &r));
	if (!r.pdf.n) {
		struct str whole = str_fmt(run->arena, STR_FMT STR_FMT, STR_ARG(link), STR_ARG(row_text(r.document, FROZEN_CODE)));
		TRY(render(run->arena, r.document, row_text(r.document, FROZEN_MARK), whole, &r.pdf));
		TRY(store_write(run, keep, &r));
	}
	*ret = r.pdf;
	return OK;
}

enum err frozen_pdf_for(struct ctx *c, struct id document, struct str *ret)
{
	const struct run run = ctx_run(c);
	return frozen_pdf(&run, frozen_link(c->arena, c->address, c->actor.tenant_id), document, ret);
}

enum err frozen_marked(struct arena *a, const struct row *document, const char *mark, struct str *ret)
{
	return render(a, document, str_from(mark), STR(""), ret);
}

struct waiting {
	struct id ids[RENDER_PIECE];
	size_t count;
};

static enum err find_waiting(struct tx *tx, void *arg)
{
	struct waiting *w = arg;
	struct query q = { .noun = &noun_document, .sort = FROZEN_CREATED_AT, .ascending = true, .limit = RENDER_PIECE };
	struct page page;
	q.filters[q.filter_count++] = filter_is(FROZEN_STATE, VALUE_TEXT(STR("frozen")));
	TRY(store_list(tx, &q, &page));
	for (w->count = 0; w->count < page.count; w->count++)
		w->ids[w->count] = row_id(page.rows[w->count], F_ID_FIELD);
	return OK;
}

/* One document of many, with memory of its own: what is kept of all of them is one commit where the engine can, since each commit makes every reader
 * forget the pages that it has. */
struct one_rendering {
	struct arena *arena;
	struct problem problem;
	struct rendering rendering;
};

static enum err render_one(const struct run *run, struct str link, struct one_rendering *o)
{
	struct run own = *run;
	own.arena = o->arena;
	own.problem = &o->problem;
	TRY(store_read(&own, load, &o->rendering));
	if (o->rendering.pdf.n)
		return OK;
	struct str whole = str_fmt(o->arena, STR_FMT STR_FMT, STR_ARG(link), STR_ARG(row_text(o->rendering.document, FROZEN_CODE)));
	return render(o->arena, o->rendering.document, row_text(o->rendering.document, FROZEN_MARK), whole, &o->rendering.pdf);
}

enum err frozen_render_some(const struct run *run, struct str link, size_t *ret_done)
{
	struct waiting w = { .count = 0 };
	struct one_rendering *all = ARENA_ARRAY(run->arena, struct one_rendering, RENDER_PIECE);
	struct store_work work[RENDER_PIECE];
	size_t count = 0;
	enum err first = OK;
	TRY(store_read(run, find_waiting, &w));
	for (size_t i = 0; i < w.count; i++) {
		struct one_rendering *o = &all[i];
		o->arena = arena_new(REQUEST_ARENA_MAX);
		o->rendering.id = w.ids[i];
		problem_init(&o->problem, o->arena);
		enum err e = render_one(run, link, o);
		if (e != OK && e != E_ERASED && first == OK)
			first = e;
		if (e != OK)
			continue;
		work[count] = (struct store_work){ .run = *run, .body = keep, .arg = &o->rendering };
		work[count].run.arena = o->arena;
		work[count++].run.problem = &o->problem;
	}
	store_write_each(run->store, work, count);
	for (size_t i = 0; i < count; i++)
		if (work[i].err != OK && first == OK)
			first = work[i].err;
	for (size_t i = 0; i < w.count; i++)
		arena_free(all[i].arena);
	*ret_done = count;
	return first;
}

const struct noun noun_document = {
	.tag = 34, .name = "document", .plural = "documents", .doc = "A quote, invoice or credit note as it was sent or issued; it never changes.",
	FIELDS(frozen_fields), .orders = frozen_orders, .subject = SUBJECT_FIELD, .subject_field = FROZEN_CUSTOMER, .label = FROZEN_NO, .own = -1,
	.parent = FROZEN_CUSTOMER, .record = true, .no_delete = true,
};

const struct noun noun_document_file = {
	.tag = 35, .name = "document_file", .plural = "document_files", .doc = "The PDF of a document.",
	FIELDS(file_fields), .orders = file_orders, .subject = SUBJECT_FIELD, .subject_field = FILE_DOCUMENT, .label = FILE_DOCUMENT, .own = -1,
	.parent = FILE_DOCUMENT, .record = true, .no_delete = true, .internal = true,
};
