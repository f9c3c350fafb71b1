/* frozen_sheet.c - a page as JSON and back. TO ADD A MEMBER: write it and read it here; what was frozen before has it not, so reading must do
 * without. */
#include "frozen.h"

enum { SHEET_MAX = 4 * MIB };

static void member_text(struct json_out *o, const char *name, struct str s)
{
	if (s.n)
		jw_member_str(o, name, s);
}

static void member_number(struct json_out *o, const char *name, int64_t v)
{
	if (v)
		jw_member_int(o, name, v);
}

static void write_party(struct json_out *o, const char *name, const struct pdf_party *p)
{
	jw_key(o, name);
	jw_open(o, '{');
	member_text(o, "name", p->name);
	jw_key(o, "lines");
	jw_open(o, '[');
	for (size_t i = 0; i < p->line_count; i++)
		jw_str(o, p->lines[i]);
	jw_close(o, ']');
	member_text(o, "vat_no", p->vat_number);
	member_text(o, "reg_no", p->registration);
	jw_close(o, '}');
}

static const char *const line_names[] = { "item", "option", "text", "section", "subtotal" };

static void write_line(struct json_out *o, const struct pdf_line *l, const struct id *id)
{
	jw_open(o, '{');
	if (id && !id_is_zero(*id))
		jw_member_id(o, "id", *id);
	jw_member_str(o, "kind", str_from(line_names[l->kind]));
	if (l->chosen)
		jw_member_bool(o, "chosen", true);
	member_text(o, "text", l->text);
	member_number(o, "qty3", l->qty.milli);
	member_text(o, "unit", l->unit);
	member_number(o, "price4", l->price.e4);
	member_number(o, "discount_bp", l->discount_bp);
	member_text(o, "rate", l->rate);
	member_number(o, "amount", l->amount.minor);
	jw_close(o, '}');
}

static void write_figures(struct json_out *o, const struct pdf_document *d)
{
	const struct pdf_totals *t = &d->totals;
	jw_key(o, "taxes");
	jw_open(o, '[');
	for (size_t i = 0; i < d->tax_count; i++) {
		jw_open(o, '{');
		jw_member_str(o, "rate", d->taxes[i].rate);
		jw_member_int(o, "net", d->taxes[i].net.minor);
		jw_member_int(o, "vat", d->taxes[i].vat.minor);
		jw_close(o, '}');
	}
	jw_close(o, ']');
	jw_key(o, "totals");
	jw_open(o, '{');
	jw_member_int(o, "sum", t->sum.minor);
	jw_member_int(o, "discount", t->discount.minor);
	jw_member_int(o, "discount_bp", t->discount_bp);
	jw_member_int(o, "net", t->net.minor);
	jw_member_int(o, "vat", t->vat.minor);
	jw_member_int(o, "total", t->total.minor);
	jw_member_int(o, "due", t->due.minor);
	jw_close(o, '}');
}

/* Texts and days of the page that are nothing but that, by the name of their member. */
#define SHEET_TEXTS(X) \
	X("title", title) X("number", number) X("order_no", order_number) X("reference", reference) X("credits", credits) X("reason", reason) X("intro", intro) \
	X("bank", bank) X("payment_reference", payment_reference) X("terms", terms) X("acceptance", acceptance)
#define SHEET_DAYS(X) X("date", date) X("due", due) X("tax_point", tax_point) X("valid_until", valid_until)

struct str sheet_json(struct arena *a, const struct sheet *s)
{
	const struct pdf_document *d = &s->doc;
	struct buf b;
	struct json_out o;
	buf_init(&b, a, SHEET_MAX);
	jw_init(&o, &b);
	jw_open(&o, '{');
	jw_member_int(&o, "v", 1);
	jw_member_int(&o, "kind", d->kind);
	jw_member_bool(&o, "vat_registered", d->vat_registered);
	jw_member_int(&o, "style", d->style);
	jw_member_bool(&o, "inclusive", d->mode == VAT_INCLUSIVE);
#define TEXT(name, member) member_text(&o, name, d->member);
	SHEET_TEXTS(TEXT)
#undef TEXT
#define DAY(name, member) member_number(&o, name, d->member.days);
	SHEET_DAYS(DAY)
#undef DAY
	write_party(&o, "seller", &d->seller);
	write_party(&o, "buyer", &d->buyer);
	if (d->logo.n)
		jw_member_str(&o, "logo", str_base64url(a, d->logo.p, d->logo.n));
	jw_key(&o, "lines");
	jw_open(&o, '[');
	for (size_t i = 0; i < d->line_count; i++)
		write_line(&o, &d->lines[i], s->line_ids ? &s->line_ids[i] : NULL);
	jw_close(&o, ']');
	write_figures(&o, d);
	jw_member_int(&o, "made", d->made.ms);
	jw_close(&o, '}');
	return buf_str(&b);
}

/* ---- reading ---- */

static struct str text_of(struct arena *a, const json_t *from, const char *name)
{
	return str_dup(a, json_text(json_object_get(from, name)));
}

static int64_t number_of(const json_t *from, const char *name)
{
	return json_integer_value(json_object_get(from, name));
}

static struct pdf_party read_party(struct arena *a, const json_t *p)
{
	const json_t *list = json_object_get(p, "lines");
	struct str *lines = ARENA_ARRAY(a, struct str, json_array_size(list) + 1);
	for (size_t i = 0; i < json_array_size(list); i++)
		lines[i] = str_dup(a, json_text(json_array_get(list, i)));
	return (struct pdf_party){ .name = text_of(a, p, "name"), .lines = lines, .line_count = json_array_size(list), .vat_number = text_of(a, p, "vat_no"),
		                   .registration = text_of(a, p, "reg_no") };
}

static bool read_line(struct arena *a, const json_t *from, struct pdf_line *ret)
{
	struct str kind = json_text(json_object_get(from, "kind"));
	for (size_t k = 0; k < ARRAY_LEN(line_names); k++) {
		if (!str_eqz(kind, line_names[k]))
			continue;
		*ret = (struct pdf_line){
			.kind = (enum pdf_line_kind)k, .chosen = json_is_true(json_object_get(from, "chosen")), .text = text_of(a, from, "text"),
			.qty = { number_of(from, "qty3") }, .unit = text_of(a, from, "unit"), .price = { number_of(from, "price4") },
			.discount_bp = (int32_t)number_of(from, "discount_bp"), .rate = text_of(a, from, "rate"), .amount = { number_of(from, "amount") },
		};
		return true;
	}
	return false;
}

static bool read_lines(struct arena *a, const json_t *v, struct pdf_document *d)
{
	const json_t *lines = json_object_get(v, "lines"), *taxes = json_object_get(v, "taxes"), *t = json_object_get(v, "totals");
	struct pdf_line *to = ARENA_ARRAY(a, struct pdf_line, json_array_size(lines) + 1);
	struct pdf_tax *tax = ARENA_ARRAY(a, struct pdf_tax, json_array_size(taxes) + 1);
	for (size_t i = 0; i < json_array_size(lines); i++)
		if (!read_line(a, json_array_get(lines, i), &to[i]))
			return false;
	for (size_t i = 0; i < json_array_size(taxes); i++) {
		const json_t *one = json_array_get(taxes, i);
		tax[i] = (struct pdf_tax){ text_of(a, one, "rate"), { number_of(one, "net") }, { number_of(one, "vat") } };
	}
	d->lines = to;
	d->line_count = json_array_size(lines);
	d->taxes = tax;
	d->tax_count = json_array_size(taxes);
	d->totals = (struct pdf_totals){
		.sum = { number_of(t, "sum") }, .discount = { number_of(t, "discount") }, .discount_bp = (int32_t)number_of(t, "discount_bp"),
		.net = { number_of(t, "net") }, .vat = { number_of(t, "vat") }, .total = { number_of(t, "total") }, .due = { number_of(t, "due") },
	};
	return json_is_array(lines) && json_is_object(t);
}

static bool read_logo(struct arena *a, struct str text, struct pdf_document *d)
{
	return !text.n || str_unbase64url(a, text, &d->logo) == OK;
}

enum err sheet_read(struct arena *a, struct str json, struct pdf_document *ret)
{
	json_error_t wrong;
	json_t *v = json_loadb(json.p, json.n, 0, &wrong); /* our own text: lists may be longer than a client's */
	struct pdf_document *d = ret;
	*d = (struct pdf_document){ .kind = (enum pdf_document_kind)number_of(v, "kind") };
	d->vat_registered = json_is_true(json_object_get(v, "vat_registered"));
	d->style = (enum number_style)number_of(v, "style");
	d->mode = json_is_true(json_object_get(v, "inclusive")) ? VAT_INCLUSIVE : VAT_EXCLUSIVE;
#define TEXT(name, member) d->member = text_of(a, v, name);
	SHEET_TEXTS(TEXT)
#undef TEXT
#define DAY(name, member) d->member.days = (int32_t)number_of(v, name);
	SHEET_DAYS(DAY)
#undef DAY
	d->seller = read_party(a, json_object_get(v, "seller"));
	d->buyer = read_party(a, json_object_get(v, "buyer"));
	d->made.ms = number_of(v, "made");
	bool good = number_of(v, "v") == 1 && d->kind < PDF_DOCUMENT_KINDS && read_lines(a, v, d) && read_logo(a, json_text(json_object_get(v, "logo")), d);
	json_decref(v);
	return good ? OK : E_CORRUPT;
}
