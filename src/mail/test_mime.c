#include "check.h"

#include "buf.h"
#include "limits.h"
#include "mime.h"

#include <string.h>

enum { ARENA_MAX = 128 * MIB };

static struct mail plain_mail(void)
{
	return (struct mail){
		.from = { STR("Office"), STR("office@a.example") },
		.to = { STR(""), STR("to@b.example") },
		.message_id = STR("1.2@a.example"),
		.date = { INT64_C(1795251605000) },
		.offset_s = 7200,
		.subject = STR("Hello"),
		.text = STR("Hi\n"),
	};
}

static struct str composed(struct arena *a, const struct mail *m)
{
	struct problem problem;
	struct str bytes = STR("");
	problem_init(&problem, a);
	assert_int_equal(mail_compose(a, m, &problem, &bytes), OK);
	assert_true(mail_wellformed(bytes));
	return bytes;
}

/* Pointers of the faults, joined by spaces. */
static const char *faults(struct arena *a, const struct mail *m)
{
	struct problem problem;
	struct buf b;
	struct str bytes = STR("untouched");
	problem_init(&problem, a);
	buf_init(&b, a, 1000);
	if (mail_compose(a, m, &problem, &bytes) == OK)
		return "none";
	assert_string_equal(bytes.p, "untouched");
	for (const struct fault *f = problem.faults; f; f = f->next)
		buf_fmt(&b, "%s" STR_FMT, b.n ? " " : "", STR_ARG(f->pointer));
	return str_z(a, buf_str(&b));
}

/* The header's value as it stands, folds included, or "". */
static const char *header(struct arena *a, struct str bytes, const char *name)
{
	const char *z = str_z(a, bytes), *at = strstr(z, str_z(a, str_fmt(a, "\r\n%s: ", name)));
	if (!at)
		return "";
	at += strlen(name) + 4;
	size_t n = 0;
	while (at[n] && !(at[n] == '\r' && at[n + 2] != ' '))
		n++;
	return str_z(a, (struct str){ at, n });
}

static void a_small_message_is_small(void **state)
{
	(void)state;
	with_arena struct arena *a = arena_new(ARENA_MAX);
	struct mail m = plain_mail();
	assert_string_equal(str_z(a, composed(a, &m)), "Date: Sat, 21 Nov 2026 11:00:05 +0200\r\n"
	                                              "From: \"Office\" <office@a.example>\r\n"
	                                              "To: to@b.example\r\n"
	                                              "Subject: Hello\r\n"
	                                              "Message-ID: <1.2@a.example>\r\n"
	                                              "MIME-Version: 1.0\r\n"
	                                              "Content-Type: text/plain; charset=utf-8\r\n"
	                                              "Content-Transfer-Encoding: quoted-printable\r\n"
	                                              "\r\n"
	                                              "Hi\r\n\r\n");
}

static void the_same_input_gives_the_same_bytes(void **state)
{
	(void)state;
	with_arena struct arena *a = arena_new(ARENA_MAX);
	const struct mail_attachment file = { STR("a.pdf"), STR("application/pdf"), STR("%PDF") };
	struct mail m = plain_mail();
	m.html = STR("<p>Hi</p>");
	m.attachments = &file;
	m.attachment_count = 1;
	struct str first = composed(a, &m), again = composed(a, &m);
	assert_true(str_eq(first, again));
	assert_non_null(strstr(str_z(a, first), "boundary=\"=_m_12aexample\""));
	m.message_id = STR("1.3@a.example");
	assert_false(str_eq(first, composed(a, &m)));
}

static void subjects_and_names_are_encoded_where_they_must_be(void **state)
{
	(void)state;
	static const struct {
		const char *in, *out;
	} rows[] = {
		{ "Invoice INV-00001", "Invoice INV-00001" },
		{ "Grüße", "=?UTF-8?B?R3LDvMOfZQ==?=" },
		{ "two  spaces", "=?UTF-8?B?dHdvICBzcGFjZXM=?=" },
		{ " edge", "=?UTF-8?B?IGVkZ2U=?=" },
		{ "=?UTF-8?B?eA==?=", "=?UTF-8?B?PT9VVEYtOD9CP2VBPT0/PQ==?=" },
		{ "one two three four five six seven eight nine ten eleven twelve thirteen fourteen",
		  "one two three four five six seven eight nine ten eleven twelve\r\n thirteen fourteen" },
		{ "發票發票發票發票發票發票發票發票發票發票",
		  "=?UTF-8?B?55m856Wo55m856Wo55m856Wo55m856Wo55m856Wo55m856Wo55m8?=\r\n =?UTF-8?B?56Wo55m856Wo55m856Wo55m856Wo?=" },
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		with_arena struct arena *a = arena_new(ARENA_MAX);
		struct mail m = plain_mail();
		m.subject = str_from(rows[i].in);
		assert_string_equal(header(a, composed(a, &m), "Subject"), rows[i].out);
	}
	with_arena struct arena *a = arena_new(ARENA_MAX);
	struct mail m = plain_mail();
	m.from.name = STR("Ndlovu, \"T\" \\");
	assert_string_equal(header(a, composed(a, &m), "From"), "\"Ndlovu, \\\"T\\\" \\\\\" <office@a.example>");
	m.from.name = STR("Thandi Ñdlovu");
	assert_string_equal(header(a, composed(a, &m), "From"), "=?UTF-8?B?VGhhbmRpIMORZGxvdnU=?= <office@a.example>");
}

static void dates_are_written_in_the_zone_that_is_given(void **state)
{
	(void)state;
	static const struct {
		int64_t ms;
		int32_t offset_s;
		const char *out;
	} rows[] = {
		{ 0, 0, "Thu, 1 Jan 1970 00:00:00 +0000" },
		{ 0, -12600, "Wed, 31 Dec 1969 20:30:00 -0330" },
		{ INT64_C(1709164799999), 60, "Thu, 29 Feb 2024 00:00:59 +0001" },
		{ INT64_C(1709164799999), 0, "Wed, 28 Feb 2024 23:59:59 +0000" },
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		with_arena struct arena *a = arena_new(ARENA_MAX);
		struct mail m = plain_mail();
		m.date.ms = rows[i].ms;
		m.offset_s = rows[i].offset_s;
		struct str bytes = composed(a, &m);
		assert_true(str_starts(bytes, str_fmt(a, "Date: %s\r\n", rows[i].out)));
	}
}

static void texts_keep_their_bytes_and_their_lines_are_short(void **state)
{
	(void)state;
	static const struct {
		const char *in, *out;
	} rows[] = {
		{ "a\r\nb\nc", "a\r\nb\r\nc" },
		{ "a=b", "a=3Db" },
		{ "end \nend\t", "end=20\r\nend=09" },
		{ ".\n..\n", "=2E\r\n=2E.\r\n" },
		{ "From here\nFrom", "=46rom here\r\nFrom" },
		{ "ü", "=C3=BC" },
		{ "0123456789012345678901234567890123456789012345678901234567890123456789012345x",
		  "012345678901234567890123456789012345678901234567890123456789012345678901234=\r\n5x" },
		{ "0123456789012345678901234567890123456789012345678901234567890123456789012ü",
		  "0123456789012345678901234567890123456789012345678901234567890123456789012=\r\n=C3=BC" },
		{ "012345678901234567890123456789012345678901234567890123456789012345678901234.",
		  "012345678901234567890123456789012345678901234567890123456789012345678901234=\r\n=2E" },
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		with_arena struct arena *a = arena_new(ARENA_MAX);
		struct mail m = plain_mail();
		m.text = str_from(rows[i].in);
		const char *body = strstr(str_z(a, composed(a, &m)), "\r\n\r\n") + 4;
		assert_string_equal(body, str_z(a, str_fmt(a, "%s\r\n", rows[i].out)));
	}
}

static void files_have_names_in_any_script(void **state)
{
	(void)state;
	static const struct {
		struct str name;
		const char *out;
	} rows[] = {
		{ { "a b.pdf", 7 }, "attachment; filename=\"a b.pdf\"" },
		{ { "\"q\".pdf", 7 }, "attachment; filename=\"\\\"q\\\".pdf\"" },
		{ { "\xc3\xbc.pdf", 6 }, "attachment; filename*=UTF-8''%C3%BC%2Epdf" },
		{ { "\xe7\x99\xbc\xe7\xa5\xa8\xe7\x99\xbc\xe7\xa5\xa8\xe7\x99\xbc\xe7\xa5\xa8\xe7\x99\xbc.pdf", 25 },
		  "attachment;\r\n filename*0*=UTF-8''%E7%99%BC%E7%A5%A8%E7%99%BC%E7%A5%A8%E7%99%BC%E7%A5%A8;\r\n filename*1*=%E7%99%BC%2Epdf" },
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		with_arena struct arena *a = arena_new(ARENA_MAX);
		const struct mail_attachment file = { rows[i].name, STR("application/pdf"), STR("x") };
		struct mail m = plain_mail();
		m.attachments = &file;
		m.attachment_count = 1;
		assert_string_equal(header(a, composed(a, &m), "Content-Disposition"), rows[i].out);
	}
}

static void no_part_can_end_its_line(void **state)
{
	(void)state;
	static const char *const evil[] = { "x\r\nBcc: y@z.example", "x\ny", "x\ry", "x\x7f", "x\x01y", "\xff" };
	for (size_t i = 0; i < ARRAY_LEN(evil); i++) {
		with_arena struct arena *a = arena_new(ARENA_MAX);
		struct str e = str_from(evil[i]);
		const struct mail_attachment file = { e, e, e };
		struct mail m = plain_mail();
		m.from = m.to = m.reply_to = (struct mail_address){ e, e };
		m.message_id = m.subject = m.unsubscribe = e;
		m.attachments = &file;
		m.attachment_count = 1;
		assert_string_equal(faults(a, &m), "/from/address /from/name /to/address /to/name /reply_to/address /reply_to/name /message_id /subject "
		                                   "/unsubscribe /attachments/0/name /attachments/0/type");
	}
	with_arena struct arena *a = arena_new(ARENA_MAX);
	struct mail m = plain_mail();
	m.subject = (struct str){ "a\0b", 3 };
	m.text = (struct str){ "a\0b", 3 };
	m.html = STR("a\rb");
	const struct mail_attachment file = { { "a\0b", 3 }, { "a/\0", 3 }, STR("") };
	m.attachments = &file;
	m.attachment_count = 1;
	m.message_id = (struct str){ "a\0@b", 4 };
	m.unsubscribe = (struct str){ "https://a\0", 10 };
	assert_string_equal(faults(a, &m), "/message_id /subject /unsubscribe /text /html /attachments/0/name /attachments/0/type");
}

static void limits_are_kept(void **state)
{
	(void)state;
	with_arena struct arena *a = arena_new(4 * ARENA_MAX);
	static char long_text[MAIL_MESSAGE_MAX];
	memset(long_text, 'x', sizeof(long_text));
	struct mail_attachment files[MAIL_ATTACHMENTS_MAX + 1];
	for (size_t i = 0; i < ARRAY_LEN(files); i++)
		files[i] = (struct mail_attachment){ STR("a"), STR("a/b"), STR("") };
	struct mail m = plain_mail();
	m.subject = (struct str){ long_text, MAIL_SUBJECT_MAX };
	m.text = (struct str){ long_text, MAIL_TEXT_MAX };
	m.to.name = (struct str){ long_text, MAIL_NAME_MAX };
	m.attachments = files;
	m.attachment_count = MAIL_ATTACHMENTS_MAX;
	assert_string_equal(faults(a, &m), "none");
	m.subject.n++;
	m.text.n++;
	m.to.name.n++;
	m.attachment_count++;
	assert_string_equal(faults(a, &m), "/to/name /subject /text /attachments");
	m = plain_mail();
	files[0].bytes = (struct str){ long_text, sizeof(long_text) / 4 * 3 };
	m.attachments = files;
	m.attachment_count = 1;
	struct problem problem;
	struct str bytes;
	problem_init(&problem, a);
	assert_int_equal(mail_compose(a, &m, &problem, &bytes), E_TOO_LARGE);
	m = plain_mail();
	m.subject = m.text = STR("");
	m.offset_s = 30;
	assert_string_equal(faults(a, &m), "/date /subject /text");
}

static void addresses(void **state)
{
	(void)state;
	static const char *const good[] = { "a@b", "first.last+tag@sub.example.co.za", "o'neil@x-y.example", "_@1.2.3.4", "x!#$%&'*+-/=?^_`{|}~@b.example" };
	static const char *const bad[] = { "", "a", "@b", "a@", "a@b@c", ".a@b", "a.@b", "a..b@c", "a b@c", "\"a b\"@c", "a@[1.2.3.4]", "a@::1", "a@-b.example",
		                           "a@b..c", "a@b.", "ä@b", "a@ä.example", "<a@b>", "a@b,c@d", "a@b\n", "a@b;c", "a(c)@b" };
	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		assert_true(mail_address_valid(str_from(good[i])));
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		if (mail_address_valid(str_from(bad[i])))
			fail_msg("%s was taken", bad[i]);
	with_arena struct arena *a = arena_new(ARENA_MAX);
	char local[65];
	memset(local, 'a', sizeof(local));
	assert_true(mail_address_valid(str_fmt(a, "%.64s@b.example", local)));
	assert_false(mail_address_valid(str_fmt(a, "%.65s@b.example", local)));
	assert_false(mail_address_valid((struct str){ "a\0@b", 4 }));
}

static void what_smtp_can_carry(void **state)
{
	(void)state;
	static const struct {
		struct str bytes;
		bool well;
	} rows[] = {
		{ { "a\r\n", 3 }, true },  { { "\r\n.\r\n", 5 }, true }, { { "", 0 }, false },      { { "a", 1 }, false },        { { "a\n", 2 }, false },
		{ { "a\r", 2 }, false },   { { "\ra\r\n", 4 }, false },  { { "a\nb\r\n", 5 }, false }, { { "a\0\r\n", 4 }, false }, { { "a\r\r\n", 4 }, false },
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_int_equal(mail_wellformed(rows[i].bytes), rows[i].well);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_small_message_is_small),
		cmocka_unit_test(the_same_input_gives_the_same_bytes),
		cmocka_unit_test(subjects_and_names_are_encoded_where_they_must_be),
		cmocka_unit_test(dates_are_written_in_the_zone_that_is_given),
		cmocka_unit_test(texts_keep_their_bytes_and_their_lines_are_short),
		cmocka_unit_test(files_have_names_in_any_script),
		cmocka_unit_test(no_part_can_end_its_line),
		cmocka_unit_test(limits_are_kept),
		cmocka_unit_test(addresses),
		cmocka_unit_test(what_smtp_can_carry),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
