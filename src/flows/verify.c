#include "verify.h"

#include "form_page.h"
#include "frozen.h"
#include "routes.h"
#include "throttle.h"

#include <string.h>

enum { PER_MINUTE = 60, ID_LETTERS = 22 };

struct asked {
	struct id company;
	struct str code;
	struct row *tenant, *document;
	bool replaced, is_void;
};

/* "<company>.<code>" of the address. */
static enum err read_address(struct call *c, struct asked *a)
{
	struct str code, bytes, company = str_cut(str_slice(c->rq->path, 3, c->rq->path.n), '.', &code);
	if (company.n != ID_LETTERS || !code.p || code.n != 16 || str_unbase64url(c->ctx.arena, company, &bytes) != OK || bytes.n != sizeof(a->company.b))
		return E_NOT_FOUND;
	memcpy(a->company.b, bytes.p, sizeof(a->company.b));
	a->code = code;
	return OK;
}

static enum err find_company(struct tx *tx, void *arg)
{
	struct asked *a = arg;
	return store_get(tx, &noun_tenant, a->company, &a->tenant);
}

static enum err find_document(struct tx *tx, void *arg)
{
	struct asked *a = arg;
	struct row *newest, *of;
	TRY(store_find(tx, &noun_document, FROZEN_CODE, VALUE_TEXT(a->code), &a->document));
	const struct noun *noun = !row_is_null(a->document, FROZEN_INVOICE)      ? &noun_invoice
	                          : !row_is_null(a->document, FROZEN_CREDIT)     ? &noun_credit_note
	                                                                         : &noun_quote_version;
	int field = noun == &noun_invoice ? FROZEN_INVOICE : noun == &noun_credit_note ? FROZEN_CREDIT : FROZEN_VERSION_ID;
	TRY(store_get(tx, noun, row_id(a->document, field), &of));
	TRY(frozen_find(tx, of, &newest));
	a->replaced = !id_eq(row_id(newest, F_ID_FIELD), row_id(a->document, F_ID_FIELD)) || (noun == &noun_quote_version && row_is(of, QVERSION_STATE, "superseded"));
	a->is_void = noun == &noun_invoice && row_is(of, INVOICE_STATUS, "void");
	return OK;
}

static enum err look(struct call *c, struct asked *a)
{
	TRY(read_address(c, a));
	const struct run system = ctx_system_run(&c->ctx);
	TRY(store_read(&system, find_company, a));
	c->ctx.actor.tenant = row_int(a->tenant, TENANT_NUMBER);
	const struct run run = ctx_run(&c->ctx);
	return store_read(&run, find_document, a);
}

static void fact(struct buf *b, const char *name, struct str value)
{
	if (!value.n)
		return;
	buf_fmt(b, "<dt>%s</dt><dd>", name);
	html_add(b, value);
	buf_addz(b, "</dd>\n");
}

static enum err answer(struct call *c, int status, struct str html)
{
	call_json(c, status, html);
	c->rs->content_type = STR("text/html; charset=utf-8");
	return OK;
}

static struct str sentence(struct call *c, const char *title, const char *words)
{
	struct buf b;
	buf_init(&b, c->ctx.arena, 16 * KIB);
	html_head(&b, false, str_from(title));
	buf_fmt(&b, "<h1>%s</h1>\n<p>%s</p>\n", title, words);
	buf_addz(&b, html_foot);
	return buf_str(&b);
}

static struct str page(struct call *c, const struct asked *a)
{
	static const struct {
		const char *kind, *name;
	} names[] = { { "quote", "Quote" }, { "invoice", "Invoice" }, { "credit_note", "Credit note" } };
	const char *name = "Document";
	struct buf b;
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (row_is(a->document, FROZEN_KIND, names[i].kind))
			name = names[i].name;
	struct str state = a->is_void ? STR("Void: it does not count") : a->replaced ? STR("Replaced by a newer one") : STR("As issued");
	struct str legal = row_text(a->tenant, TENANT_LEGAL_NAME);
	buf_init(&b, c->ctx.arena, 16 * KIB);
	html_head(&b, false, STR("Verify a document"));
	buf_addz(&b, "<h1>This document is known</h1>\n<dl class=\"facts\">\n");
	fact(&b, "Issued by", legal.n ? legal : row_text(a->tenant, TENANT_NAME));
	fact(&b, "Kind", str_from(name));
	fact(&b, "Number", row_text(a->document, FROZEN_NO));
	fact(&b, "Date", day_str(c->ctx.arena, row_day(a->document, FROZEN_DATE)));
	fact(&b, "State", state);
	fact(&b, "Document hash", row_text(a->document, FROZEN_HASH));
	fact(&b, "SHA-256 of the file", row_text(a->document, FROZEN_PDF_HASH));
	buf_addz(&b, "</dl>\n<p>The document hash also stands at the foot of each page. The file is the one that was issued when its own SHA-256 "
	             "(<code>sha256sum file.pdf</code>) is the one above.</p>\n");
	buf_addz(&b, html_foot);
	return buf_str(&b);
}

enum err verify_show(struct call *c)
{
	struct asked a = { .replaced = false };
	if (!throttle_take(routes_throttle(c), "verify", throttle_address(c->ctx.arena, c->rq->remote), PER_MINUTE, 60, c->ctx.now.ms))
		return answer(c, 429, sentence(c, "Please wait", "Too many documents were asked for from here. Try again in a minute."));
	enum err e = look(c, &a);
	if (e == E_NOT_FOUND)
		return answer(c, 404, sentence(c, "No such document", "Nothing was issued under this link. Compare it letter by letter with the foot of the page."));
	TRY(e);
	return answer(c, 200, page(c, &a));
}
