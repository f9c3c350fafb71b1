/* driver.c - composes and sends what a JSON object on standard input says, and prints what became of it as another.
 *
 *   { "do": "smtp", "relay": {...}, "mail": {...}, "out": "file for the sealed version",
 *     "open": "text of the version for any line", "keep": true for its attachments too,
 *     "raw": "file with the version for any line instead" }
 *   { "do": "sms", "gateway": {...}, "sms": {...} }
 *
 * Members are named like those of the structs. An attachment has a path instead of bytes. */
#include "json.h"
#include "limits.h"
#include "mime.h"
#include "smtp.h"
#include "sms.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ARENA_MAX = 256 * MIB, INPUT_MAX = 1 * MIB };

static struct arena *arena;

static struct str read_all(FILE *f, size_t max)
{
	char *p = ARENA_ARRAY(arena, char, max + 1);
	size_t n = fread(p, 1, max, f);
	return (struct str){ p, n };
}

static struct str text(const json_t *o, const char *name)
{
	const json_t *v = json_object_get(o, name);
	return v ? json_text(v) : STR("");
}

static const char *zero(const json_t *o, const char *name)
{
	return json_is_string(json_object_get(o, name)) ? str_z(arena, text(o, name)) : NULL;
}

static int64_t number(const json_t *o, const char *name)
{
	return json_integer_value(json_object_get(o, name));
}

static struct line line_of(const json_t *o)
{
	return (struct line){
		.ca_file = zero(o, "ca_file"),
		.allow_plain = json_is_true(json_object_get(o, "allow_plain")),
		.connect_ms = number(o, "connect_ms"),
		.reply_ms = number(o, "reply_ms"),
		.total_ms = number(o, "total_ms"),
	};
}

static struct mail_address address_of(const json_t *m, const char *name)
{
	const json_t *o = json_object_get(m, name);
	return (struct mail_address){ .name = text(o, "name"), .address = text(o, "address") };
}

static struct mail mail_of(const json_t *m)
{
	const json_t *list = json_object_get(m, "attachments");
	size_t count = json_array_size(list);
	struct mail_attachment *files = ARENA_ARRAY(arena, struct mail_attachment, count + 1);
	for (size_t i = 0; i < count; i++) {
		const json_t *o = json_array_get(list, i);
		FILE *f = fopen(zero(o, "path"), "rb");
		if (!f)
			exit(2);
		files[i] = (struct mail_attachment){ .name = text(o, "name"), .type = text(o, "type"), .bytes = read_all(f, 2 * MAIL_MESSAGE_MAX) };
		fclose(f);
	}
	return (struct mail){
		.from = address_of(m, "from"),
		.to = address_of(m, "to"),
		.reply_to = address_of(m, "reply_to"),
		.message_id = text(m, "message_id"),
		.date = { number(m, "date") },
		.offset_s = (int32_t)number(m, "offset_s"),
		.subject = text(m, "subject"),
		.unsubscribe = text(m, "unsubscribe"),
		.one_click = json_is_true(json_object_get(m, "one_click")),
		.automatic = json_is_true(json_object_get(m, "automatic")),
		.text = text(m, "text"),
		.html = text(m, "html"),
		.attachments = files,
		.attachment_count = count,
	};
}

static enum smtp_tls tls_of(struct str word)
{
	return str_eqz(word, "plain") ? SMTP_PLAIN : str_eqz(word, "tls") ? SMTP_TLS : SMTP_STARTTLS;
}

static enum err send_mail(const json_t *in, struct problem *problem, struct delivery_result *d)
{
	const json_t *r = json_object_get(in, "relay");
	const struct smtp_relay relay = {
		.host = zero(r, "host"),
		.port = (uint16_t)number(r, "port"),
		.tls = tls_of(text(r, "tls")),
		.user = zero(r, "user"),
		.password = zero(r, "password"),
		.helo = zero(r, "helo"),
		.line = line_of(r),
	};
	struct mail m = mail_of(json_object_get(in, "mail"));
	struct smtp_letter letter = { .from = m.from.address, .to = m.to.address };
	TRY(mail_compose(arena, &m, problem, &letter.sealed));
	if (zero(in, "out")) {
		FILE *f = fopen(zero(in, "out"), "wb");
		if (!f || fwrite(letter.sealed.p, 1, letter.sealed.n, f) != letter.sealed.n || fclose(f) != 0)
			exit(2);
	}
	if (text(in, "open").n) {
		if (!json_is_true(json_object_get(in, "keep")))
			m.attachment_count = 0;
		m.text = text(in, "open");
		TRY(mail_compose(arena, &m, problem, &letter.open));
	}
	if (zero(in, "raw")) {
		FILE *f = fopen(zero(in, "raw"), "rb");
		if (!f)
			exit(2);
		letter.open = read_all(f, MAIL_MESSAGE_MAX);
		fclose(f);
	}
	return smtp_send(arena, &relay, &letter, problem, d);
}

static enum err send_sms(const json_t *in, struct problem *problem, struct sms_result *r)
{
	const json_t *g = json_object_get(in, "gateway"), *s = json_object_get(in, "sms");
	struct str kind = text(g, "kind");
	const struct sms_gateway gateway = {
		.kind = str_eqz(kind, "http") ? SMS_HTTP : str_eqz(kind, "token") ? SMS_PORTAL_TOKEN : SMS_PORTAL,
		.url = text(g, "url"),
		.user = zero(g, "user"),
		.password = zero(g, "password"),
		.authorization = zero(g, "authorization"),
		.method = zero(g, "method"),
		.content_type = zero(g, "content_type"),
		.body = text(g, "body"),
		.success = text(g, "success"),
		.line = line_of(g),
	};
	const struct sms sms = { .to = text(s, "to"), .text = text(s, "text"), .id = text(s, "id") };
	return sms_send(arena, &gateway, &sms, problem, r);
}

static void print(enum err e, const struct problem *problem, const struct sms_result *r)
{
	struct buf b;
	struct json_out o;
	buf_init(&b, arena, MIB);
	jw_init(&o, &b);
	jw_open(&o, '{');
	jw_member_str(&o, "err", str_from(e == OK ? "ok" : err_info(e)->slug));
	jw_member_str(&o, "detail", problem->detail);
	jw_key(&o, "faults");
	jw_open(&o, '[');
	for (const struct fault *f = problem->faults; f; f = f->next)
		jw_str(&o, f->pointer);
	jw_close(&o, ']');
	if (e == OK) {
		jw_member_str(&o, "how", str_from(delivery_name(r->d.how)));
		jw_member_str(&o, "reason", str_from(r->d.reason));
		jw_member_int(&o, "code", r->d.code);
		jw_member_str(&o, "words", r->d.words);
		jw_member_bool(&o, "tls", r->d.tls);
		jw_member_str(&o, "event", r->event);
		jw_member_str(&o, "cost", r->cost);
	}
	jw_close(&o, '}');
	printf(STR_FMT "\n", STR_ARG(buf_str(&b)));
}

int main(void)
{
	struct problem problem;
	struct sms_result r = { 0 };
	json_t *in = NULL;
	arena = arena_new(ARENA_MAX);
	problem_init(&problem, arena);
	if (delivery_start() != OK || json_read(arena, read_all(stdin, INPUT_MAX), &problem, &in) != OK)
		return 2;
	enum err e = str_eqz(text(in, "do"), "sms") ? send_sms(in, &problem, &r) : send_mail(in, &problem, &r.d);
	print(e, &problem, &r);
	delivery_end();
	arena_free(arena);
	return 0;
}
