#include "check.h"

#include "card.h"
#include "limits.h"
#include "pdf_file.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static const struct str COMPANY[] = {
	TXT("Molefe Plumbing & Solar (Pty) Ltd"), TXT("12 Loop Street, Woodstock"),         TXT("Cape Town 7925"),
	TXT("021 555 0123 \u00b7 office@molefe.example"), TXT("Reg. 2019/123456/07 \u00b7 VAT 4123456785"),
};
static const struct pdf_pair FACTS[] = {
	{ TXT("Customer"), TXT("Nomsa Dlamini"), false },
	{ TXT("Planned"), TXT("Mon 23 November 2026, 08:00\u201310:00"), false },
	{ TXT("Site"), TXT("4 Protea Road, Rondebosch, Cape Town 7700"), false },
	{ TXT("Technicians"), TXT("Thabo Mokoena, Pieter van Wyk"), false },
	{ TXT("Phone"), TXT("082 123 4567"), false },
	{ TXT("Priority"), TXT("Urgent"), false },
	{ TXT("Access"), TXT("Gate at the side; the dog is friendly but loud. Ring twice, the bell of the lower flat is broken."), true },
};
static const struct pdf_column COLUMNS[] = {
	{ TXT("Item"), 2, false }, { TXT("Description"), 7, false }, { TXT("Quantity"), 2, true }, { TXT("Unit price"), 2, true }, { TXT("Amount"), 2, true },
};
static const struct str LINES[] = {
	TXT("GEY-150"), TXT("Geyser 150 l, 400 kPa, class B, with drip tray and vacuum breakers"), TXT("1"), TXT("5 499,00"), TXT("5 499,00"),
	TXT("LAB-STD"), TXT("Labour, qualified plumber"), TXT("3,5 h"), TXT("650,00"), TXT("2 275,00"),
	TXT("CAB-4"), TXT("Surfix cable 4 mm\u00b2 by the metre"), TXT("37,5 m"), TXT("18,4567"), TXT("692,13"),
};
static const struct pdf_pair SUMS[] = {
	{ TXT("Net"), TXT("R 8 466,13"), false },
	{ TXT("VAT 15 %"), TXT("R 1 269,92"), false },
	{ TXT("Total"), TXT("R 9 736,05"), false },
};
static const struct pdf_check CHECKS[] = {
	{ TXT("Isolated and locked out before work"), TXT(""), PDF_CHECK_DONE },
	{ TXT("Pressure relief valve tested"), TXT("Opens at 400 kPa."), PDF_CHECK_DONE },
	{ TXT("Drip tray drains outside"), TXT("The pipe is blocked with leaves; cleared it, but it needs a cover. Customer was told."), PDF_CHECK_FAILED },
	{ TXT("Old parts returned to the customer"), TXT(""), PDF_CHECK_OPEN },
};

static struct pdf_doc whole_doc(struct arena *a, bool logo)
{
	struct pdf_signature *signatures = ARENA_ARRAY(a, struct pdf_signature, 2);
	signatures[0] = (struct pdf_signature){ STR("Customer"), STR("Nomsa Dlamini"), STR("23 Nov 2026 10:42"),
		                                STR("The work above was done to my satisfaction."), picture(a, false) };
	signatures[1] = (struct pdf_signature){ STR("Technician"), STR("Thabo Mokoena"), STR(""), STR(""), STR("") };
	struct pdf_part *parts = ARENA_ARRAY(a, struct pdf_part, 6);
	parts[0] = (struct pdf_part){ .kind = PDF_PAIRS, .pairs = FACTS, .pair_count = ARRAY_LEN(FACTS) };
	parts[1] = (struct pdf_part){ .kind = PDF_TEXT,
		                      .heading = STR("Work to be done"),
		                      .text = STR("Replace the burst geyser in the roof above the bathroom. The ceiling board is wet "
		                                  "and may have to come down.\nBring the long ladder: the hatch is in the hall, "
		                                  "3,2 m up. The customer is at home until noon.") };
	parts[2] = (struct pdf_part){ .kind = PDF_TABLE, .heading = STR("Material and labour"), .columns = COLUMNS,
		                      .column_count = ARRAY_LEN(COLUMNS), .cells = LINES, .rows = 3, .pairs = SUMS,
		                      .pair_count = ARRAY_LEN(SUMS) };
	parts[3] = (struct pdf_part){ .kind = PDF_CHECKS, .heading = STR("Checklist"), .checks = CHECKS, .check_count = ARRAY_LEN(CHECKS) };
	parts[4] = (struct pdf_part){ .kind = PDF_TEXT, .heading = STR("Left out, because it is empty") };
	parts[5] = (struct pdf_part){ .kind = PDF_SIGNATURES, .heading = STR("Signatures"), .signatures = signatures, .signature_count = 2 };
	return (struct pdf_doc){ .company = COMPANY, .company_count = ARRAY_LEN(COMPANY), .logo = logo ? picture(a, true) : STR(""),
		                 .title = STR("Work card"), .number = STR("W-00042"), .date = STR("21 November 2026"), .parts = parts,
		                 .part_count = 6, .footer = STR("W-00042 \u00b7 7K3F-Q2 \u00b7 printed 21 November 2026 11:00"),
		                 .made = { 1795251600000 } };
}

static struct pdf_doc table_doc(struct arena *a, size_t rows)
{
	struct str *cells = ARENA_ARRAY(a, struct str, 5 * rows + 1);
	struct pdf_part *part = ARENA_NEW(a, struct pdf_part);
	for (size_t i = 0; i < rows; i++) {
		cells[5 * i] = str_fmt(a, "IT-%04zu", i + 1);
		cells[5 * i + 1] = i % 7 == 3 ? STR("A longer description that needs more than one line, with the make, the model and the serial number SN-882-1177-2231")
		                              : str_fmt(a, "Row number %zu of the stock list", i + 1);
		cells[5 * i + 2] = str_fmt(a, "%zu", i % 13 + 1);
		cells[5 * i + 3] = STR("12,50");
		cells[5 * i + 4] = str_fmt(a, "%zu,50", 12 * (i % 13 + 1));
	}
	*part = (struct pdf_part){ .kind = PDF_TABLE, .heading = STR("Stock"), .columns = COLUMNS, .column_count = 5, .cells = cells,
		                   .rows = rows, .pairs = SUMS, .pair_count = 3 };
	return (struct pdf_doc){ .company = COMPANY, .company_count = ARRAY_LEN(COMPANY), .title = STR("Stock list"), .number = STR("S-7"),
		                 .date = STR("21 November 2026"), .parts = part, .part_count = 1, .footer = STR("Stock list"),
		                 .made = { 1795251600000 } };
}

static const char *const scripts[][2] = {
	{ "Arabic", "\u0645\u0631\u062d\u0628\u0627 \u0628\u0643\u0645\u060c \u062a\u0645 \u0625\u0635\u0644\u0627\u062d \u0627\u0644\u0633\u062e\u0627\u0646 \u0627\u0644\u064a\u0648\u0645 \u0639\u0646\u062f \u0627\u0644\u0633\u0627\u0639\u0629 10:30." },
	{ "Hindi", "\u0928\u092e\u0938\u094d\u0924\u0947, \u0917\u0940\u091c\u0930 \u0915\u0940 \u092e\u0930\u092e\u094d\u092e\u0924 \u0915\u0930 \u0926\u0940 \u0917\u0908 \u0939\u0948\u0964" },
	{ "Chinese", "\u70ed\u6c34\u5668\u5df2\u4fee\u597d\u3002" },
	{ "Amharic", "\u1230\u120b\u121d\u1363 \u12e8\u12cd\u1203 \u121b\u121e\u1242\u12eb\u12cd \u1270\u1320\u130d\u1297\u120d\u1362" },
	{ "Emoji", "Done \U0001F44D\U0001F3FD \U0001F527\U0001F6BF and flags \U0001F1FF\U0001F1E6" },
	{ "Xhosa", "Umbhobho uyavuza \u2014 kufuneka ulungiswe ngokukhawuleza." },
	{ "Combining", "Z\u0351\u036b\u0343a\u0310\u030d\u0302l\u0360\u0321g\u0335o\u030f\u0311 and cafe\u0301" },
	{ "Mixed", "Serial \u0661\u0662\u0663 (ABC-123) \u05e9\u05dc\u05d5\u05dd 42 m\u00b2" },
};

static struct pdf_doc script_doc(struct arena *a)
{
	struct pdf_pair *pairs = ARENA_ARRAY(a, struct pdf_pair, ARRAY_LEN(scripts));
	struct pdf_part *parts = ARENA_ARRAY(a, struct pdf_part, 3);
	char *word = ARENA_ARRAY(a, char, 3000);
	for (size_t i = 0; i < ARRAY_LEN(scripts); i++)
		pairs[i] = (struct pdf_pair){ str_from(scripts[i][0]), str_from(scripts[i][1]), false };
	memset(word, 'W', 2999);
	parts[0] = (struct pdf_part){ .kind = PDF_PAIRS, .heading = STR("Scripts"), .pairs = pairs, .pair_count = ARRAY_LEN(scripts) };
	parts[1] = (struct pdf_part){ .kind = PDF_TEXT, .heading = STR("One long word"), .text = { word, 2999 } };
	parts[2] = (struct pdf_part){ .kind = PDF_TEXT, .heading = STR("Bytes that are no text"),
		                      .text = STR("caf\xe9 \x01\x02 tab\there \xff\xfe end") };
	return (struct pdf_doc){ .company = COMPANY, .company_count = 1, .title = str_from(scripts[0][1]), .number = STR("\u0661\u0662"),
		                 .parts = parts, .part_count = 3, .made = { 1795251600000 } };
}

/* One cell over several pages, next to short ones. */
static struct pdf_doc long_cell_doc(struct arena *a)
{
	char *text = ARENA_ARRAY(a, char, 30000);
	size_t n = 0;
	for (unsigned i = 0; n < 29900; i++)
		n += (size_t)snprintf(text + n, 90, "Sentence number %u tells what was found on the roof. ", i);
	struct str *cells = ARENA_ARRAY(a, struct str, 10);
	for (size_t i = 0; i < 10; i++)
		cells[i] = i == 1 ? (struct str){ text, n } : str_fmt(a, "cell %zu", i);
	struct pdf_part *part = ARENA_NEW(a, struct pdf_part);
	*part = (struct pdf_part){ .kind = PDF_TABLE, .heading = STR("Long"), .columns = COLUMNS, .column_count = 5, .cells = cells, .rows = 2 };
	return (struct pdf_doc){ .company = COMPANY, .company_count = 5, .title = STR("Long cell"), .parts = part, .part_count = 1,
		                 .made = { 1795251600000 } };
}

static struct str render(struct arena *a, const struct pdf_doc *doc)
{
	struct str pdf = { NULL, 0 };
	assert_int_equal(pdf_render(a, doc, &pdf), OK);
	assert_true(str_starts(pdf, STR("%PDF-1.5")));
	return pdf;
}

static void a_whole_document(void **state)
{
	(void)state;
	static const char *const words[] = { "Molefe Plumbing & Solar", "W-00042", "Nomsa Dlamini", "082 123 4567", "Geyser 150 l", "9 736,05",
		                             "Pressure relief valve", "satisfaction", "7K3F-Q2", NULL };
	with_arena struct arena *a = arena_new(REQUEST_ARENA_MAX);
	struct pdf_doc doc = whole_doc(a, true);
	struct str one = render(a, &doc), two = render(a, &doc);
	assert_true(str_eq(one, two));
	check_file(a, one, words, 1);
	assert_null(memmem(one.p, one.n, "Left out", 8));
}

static void tables_go_on_under_their_heads(void **state)
{
	(void)state;
	static const char *const words[] = { "IT-0001", "IT-0300", "SN-882-1177-2231", "Total", NULL };
	with_arena struct arena *a = arena_new(REQUEST_ARENA_MAX);
	struct pdf_doc doc = table_doc(a, 300);
	check_file(a, render(a, &doc), words, 0);
}

static void any_script_and_any_bytes(void **state)
{
	(void)state;
	static const char *const words[] = { "Umbhobho uyavuza", "WWWWWWWW", "caf\u00e9", "Done", NULL };
	with_arena struct arena *a = arena_new(REQUEST_ARENA_MAX);
	struct pdf_doc doc = script_doc(a);
	struct str pdf = render(a, &doc);
	char path[] = "/tmp/fw-card-XXXXXX";
	close(mkstemp(path));
	save(pdf, path);
	const char *out = run(a, "qpdf", "--check", path, "");
	assert_true(!out || strstr(out, "No syntax or stream encoding errors"));
	out = run(a, "pdftotext", "-layout", path, "-");
	for (size_t i = 0; out && words[i]; i++)
		assert_non_null(strstr(out, words[i]));
	unlink(path);
}

static void a_cell_longer_than_a_page(void **state)
{
	(void)state;
	static const char *const words[] = { "Sentence number 0 ", "on the roof", "540", "cell 9", NULL };
	with_arena struct arena *a = arena_new(REQUEST_ARENA_MAX);
	struct pdf_doc doc = long_cell_doc(a);
	check_file(a, render(a, &doc), words, 0);
}

static void bad_images_are_left_out(void **state)
{
	(void)state;
	with_arena struct arena *a = arena_new(4 * REQUEST_ARENA_MAX);
	struct str png = picture(a, true);
	struct pdf_doc doc = whole_doc(a, false);
	size_t without = render(a, &doc).n;
	for (size_t cut = 0; cut < png.n; cut += 37) {
		doc.logo = str_slice(png, 0, cut);
		(void)render(a, &doc);
		char *bad = str_z(a, png);
		bad[cut] ^= 0x40;
		doc.logo = (struct str){ bad, png.n };
		(void)render(a, &doc);
		if (arena_used(a) > REQUEST_ARENA_MAX) {
			arena_reset(a);
			png = picture(a, true);
			doc = whole_doc(a, false);
		}
	}
	static const char huge[33] = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\x7f\xff\xff\xff\x7f\xff\xff\xff\x08\x06";
	doc.logo = (struct str){ huge, sizeof(huge) };
	assert_int_equal(render(a, &doc).n, without);
	doc.logo = png;
	assert_true(render(a, &doc).n != without);
}

static void empty_and_endless_documents(void **state)
{
	(void)state;
	with_arena struct arena *a = arena_new(4 * REQUEST_ARENA_MAX);
	struct pdf_doc doc = { 0 };
	(void)render(a, &doc);
	doc = table_doc(a, 30000);
	struct str pdf = { "untouched", 9 };
	assert_int_equal(pdf_render(a, &doc, &pdf), E_TOO_LARGE);
	assert_true(str_eqz(pdf, "untouched"));
}

struct thread {
	pthread_t id;
	size_t bytes;
};

static void *thread_run(void *arg)
{
	struct thread *t = arg;
	with_arena struct arena *a = arena_new(REQUEST_ARENA_MAX);
	for (int i = 0; i < 8; i++) {
		struct pdf_doc doc = i % 2 ? script_doc(a) : table_doc(a, 40);
		struct str pdf;
		t->bytes += pdf_render(a, &doc, &pdf) == OK ? pdf.n : 0;
		arena_reset(a);
	}
	return NULL;
}

static void threads_do_not_disturb_each_other(void **state)
{
	(void)state;
	struct thread threads[4] = { 0 };
	for (size_t i = 0; i < ARRAY_LEN(threads); i++)
		assert_int_equal(pthread_create(&threads[i].id, NULL, thread_run, &threads[i]), 0);
	for (size_t i = 0; i < ARRAY_LEN(threads); i++)
		pthread_join(threads[i].id, NULL);
	for (size_t i = 1; i < ARRAY_LEN(threads); i++)
		assert_int_equal(threads[i].bytes, threads[0].bytes);
	assert_true(threads[0].bytes > 100000);
}

static void cost_and_memory(void **state)
{
	(void)state;
	enum { TIMES = 200 };
	with_arena struct arena *a = arena_new(REQUEST_ARENA_MAX);
	long kib = 0;
	double started = 0;
	for (int i = 0; i < TIMES + 40; i++) {
		if (i == 40) {
			kib = resident_kib();
			started = cpu_ms();
		}
		struct pdf_doc doc = whole_doc(a, true);
		(void)render(a, &doc);
		arena_reset(a);
	}
	double card = (cpu_ms() - started) / TIMES;
	long grown = resident_kib() - kib;
	struct pdf_doc doc = table_doc(a, 300);
	started = cpu_ms();
	struct str pdf = render(a, &doc);
	print_message("card: %.1f ms CPU a page; 300 rows: %.1f ms in all, %zu bytes; memory after %d documents %+ld KiB\n", card,
	              cpu_ms() - started, pdf.n, TIMES, grown);
	assert_true(grown < 2048);
}

static int write_samples(const char *folder)
{
	with_arena struct arena *a = arena_new(REQUEST_ARENA_MAX);
	const struct {
		const char *name;
		struct pdf_doc doc;
	} rows[] = { { "card", whole_doc(a, true) }, { "plain", whole_doc(a, false) }, { "table", table_doc(a, 120) },
		     { "scripts", script_doc(a) },   { "long", long_cell_doc(a) } };
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		save(render(a, &rows[i].doc), str_fmt(a, "%s/%s.pdf", folder, rows[i].name).p);
	return 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_whole_document),         cmocka_unit_test(tables_go_on_under_their_heads),
		cmocka_unit_test(any_script_and_any_bytes), cmocka_unit_test(a_cell_longer_than_a_page),
		cmocka_unit_test(bad_images_are_left_out),  cmocka_unit_test(empty_and_endless_documents),
		cmocka_unit_test(threads_do_not_disturb_each_other), cmocka_unit_test(cost_and_memory),
	};
	if (argc == 3 && strcmp(argv[1], "samples") == 0)
		return write_samples(argv[2]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
