#include "check.h"

#include "document.h"
#include "limits.h"
#include "pdf_file.h"

#define HASH "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

static const struct str SELLER[] = {
	TXT("12 Loop Street, Woodstock"), TXT("Cape Town 7925"), TXT("021 555 0123 \u00b7 office@molefe.example"),
};
static const struct str BUYER[] = { TXT("4 Protea Road"), TXT("Rondebosch"), TXT("Cape Town 7700") };

static const struct pdf_line LINES[] = {
	{ .kind = PDF_LINE_SECTION, .text = TXT("Geyser") },
	{ .text = TXT("Geyser 150 l, 400 kPa, class B\nwith drip tray, vacuum breakers and a new pressure control valve; the old one is taken away"),
	  .qty = { 1000 }, .price = { 54990000 }, .rate = TXT("15 %"), .amount = { 549900 } },
	{ .text = TXT("Labour, qualified plumber"), .qty = { 3500 }, .unit = TXT("h"), .price = { 6500000 }, .discount_bp = 1250, .rate = TXT("15 %"),
	  .amount = { 199063 } },
	{ .kind = PDF_LINE_SUBTOTAL, .text = TXT("Subtotal, geyser"), .amount = { 748963 } },
	{ .kind = PDF_LINE_SECTION, .text = TXT("Electrical") },
	{ .text = TXT("Surfix cable 4 mm\u00b2 by the metre"), .qty = { 37500 }, .unit = TXT("m"), .price = { 184567 }, .rate = TXT("15 %"), .amount = { 69213 } },
	{ .kind = PDF_LINE_OPTION, .chosen = true, .text = TXT("Timer with display"), .qty = { 1000 }, .price = { 8900000 }, .rate = TXT("15 %"), .amount = { 89000 } },
	{ .kind = PDF_LINE_OPTION, .text = TXT("Solar collector, 2 m\u00b2, on the north roof"), .qty = { 1000 }, .price = { 123450000 }, .rate = TXT("15 %"),
	  .amount = { 1234500 } },
	{ .text = TXT("Certificate of compliance, fee of the authority"), .qty = { 1000 }, .price = { 3500000 }, .rate = TXT("0 %"), .amount = { 35000 } },
	{ .kind = PDF_LINE_SUBTOTAL, .text = TXT("Subtotal, electrical"), .amount = { 193213 } },
	{ .kind = PDF_LINE_TEXT, .text = TXT("Work was done on 23 and 24 November; the ceiling board is dried and was left as it is.") },
};
static const struct pdf_tax TAXES[] = {
	{ TXT("Standard 15 %"), { 861817 }, { 129273 } },
	{ TXT("Zero-rated 0 %"), { 33250 }, { 0 } },
};

static struct pdf_document whole(struct arena *a, enum pdf_document_kind kind)
{
	struct pdf_document doc = {
		.kind = kind, .vat_registered = true, .style = NUMBER_COMMA,
		.title = STR("Tax Invoice"),
		.seller = { STR("Molefe Plumbing & Solar (Pty) Ltd"), SELLER, ARRAY_LEN(SELLER), STR("4123456785"), STR("2019/123456/07") },
		.buyer = { STR("Dlamini Guest House CC"), BUYER, ARRAY_LEN(BUYER), STR("4987654321"), STR("") },
		.logo = picture(a, true), .number = STR("INV-00042"), .date = { 20780 }, .reference = STR("J-00017, Q-00009"),
		.order_number = STR("PO 4711"), .lines = LINES, .line_count = ARRAY_LEN(LINES), .taxes = TAXES, .tax_count = ARRAY_LEN(TAXES),
		.totals = { .sum = { 942176 }, .discount = { 47109 }, .discount_bp = 500, .net = { 895067 }, .vat = { 129273 }, .total = { 1024340 },
		            .paid = { 300000 }, .due = { 724340 } },
		.intro = STR("Thank you for the order. The work below was done at 4 Protea Road, Rondebosch."),
		.terms = STR("Payable within 30 days. Parts and labour are under warranty for three months from the day of installation. Goods stay "
		             "ours until they are paid for."),
		.hash = STR(HASH), .verify_link = STR("https://fieldward.example/v/7K3F-Q2ZD"), .made = { 1795251600000 },
	};
	if (kind == PDF_INVOICE) {
		doc.due = (struct day){ 20810 };
		doc.tax_point = (struct day){ 20779 };
	}
	if (kind != PDF_CREDIT_NOTE) {
		doc.bank = STR("Example Bank, branch 250655\nAccount 6212 3456 789, Molefe Plumbing & Solar");
		doc.payment_reference = STR("INV-00042");
	}
	return doc;
}

static struct pdf_document quote(struct arena *a)
{
	struct pdf_document doc = whole(a, PDF_QUOTE);
	doc.title = STR("Quote");
	doc.number = STR("Q-00009");
	doc.valid_until = (struct day){ 20810 };
	doc.acceptance = STR("I accept this quote and authorise the work at the total above. Work beyond it needs my consent first.");
	doc.bank = doc.payment_reference = STR("");
	doc.intro = STR("As discussed at the visit on 17 November, this is what we offer to do and what it costs.");
	doc.reference = STR("J-00017");
	return doc;
}

static struct pdf_document credit_note(struct arena *a)
{
	static const struct pdf_line lines[] = {
		{ .text = TXT("Labour, qualified plumber"), .qty = { -500 }, .unit = TXT("h"), .price = { 6500000 }, .rate = TXT("15 %"), .amount = { -32500 } },
	};
	static const struct pdf_tax taxes[] = { { TXT("Standard 15 %"), { -32500 }, { -4875 } } };
	struct pdf_document doc = whole(a, PDF_CREDIT_NOTE);
	doc.title = STR("Credit Note");
	doc.mark = STR("Corrected");
	doc.number = STR("CN-00001");
	doc.credits = STR("INV-00042");
	doc.reason = STR("Half an hour of labour was charged that was not worked.");
	doc.lines = lines;
	doc.line_count = doc.tax_count = 1;
	doc.taxes = taxes;
	doc.totals = (struct pdf_totals){ .net = { -32500 }, .vat = { -4875 }, .total = { -37375 } };
	doc.intro = doc.order_number = STR("");
	return doc;
}

static struct pdf_document unregistered(struct arena *a)
{
	struct pdf_document doc = whole(a, PDF_INVOICE);
	doc.vat_registered = false;
	doc.title = STR("Invoice");
	doc.logo = STR("");
	doc.mark = STR("COPY");
	doc.style = NUMBER_POINT;
	doc.totals.total = (struct money){ 895067 };
	doc.totals.due = (struct money){ 595067 };
	return doc;
}

static struct pdf_document statement(struct arena *a, size_t rows)
{
	struct pdf_statement_row *list = ARENA_ARRAY(a, struct pdf_statement_row, rows + 1);
	struct pdf_document doc = whole(a, PDF_STATEMENT);
	int64_t balance = 120050;
	for (size_t i = 0; i < rows; i++) {
		bool paid = i % 3 == 2;
		int64_t value = 10000 + (int64_t)i * 12345 % 900000;
		balance += paid ? -value : value;
		list[i] = (struct pdf_statement_row){ { 20748 + (int32_t)i % 30 }, str_fmt(a, paid ? "Payment PAY-%05zu" : "Invoice INV-%05zu", i + 1),
			                              paid ? STR("EFT, thank you") : STR("Job at 4 Protea Road"), { paid ? 0 : value },
			                              { paid ? value : 0 }, { balance } };
	}
	doc.title = STR("Statement");
	doc.number = doc.order_number = doc.reference = STR("");
	doc.intro = STR("");
	doc.statement = (struct pdf_statement){ { 20748 }, { 20780 }, { 120050 }, { balance }, list, rows,
		                                { { balance - 120050 }, { 70050 }, { 50000 }, { 0 }, { 0 } } };
	doc.payment_reference = STR("C-00231");
	return doc;
}

/* So many lines, with a few of all kinds among them; `last` is what the last one says. */
static struct pdf_document long_document(struct arena *a, size_t count, struct str last)
{
	struct pdf_document doc = whole(a, PDF_INVOICE);
	struct pdf_line *lines = ARENA_ARRAY(a, struct pdf_line, count + 1);
	for (size_t i = 0; i < count; i++) {
		lines[i] = LINES[5];
		lines[i].text = str_fmt(a, "Line %zu of the work", i + 1);
		if (i % 20 == 0 && count > 70)
			lines[i] = (struct pdf_line){ .kind = PDF_LINE_SECTION, .text = str_fmt(a, "Section %zu", i / 20 + 1) };
		if (i % 20 == 19)
			lines[i] = (struct pdf_line){ .kind = PDF_LINE_SUBTOTAL, .text = str_fmt(a, "Subtotal %zu", i / 20 + 1), .amount = { 1245834 } };
	}
	if (count && last.n)
		lines[count - 1].text = last;
	doc.lines = lines;
	doc.line_count = count;
	return doc;
}

static struct pdf_document two_hundred_pages(struct arena *a)
{
	struct pdf_document doc = whole(a, PDF_INVOICE);
	struct pdf_line *lines = ARENA_ARRAY(a, struct pdf_line, DOCUMENT_LINES_MAX);
	for (size_t i = 0; i < DOCUMENT_LINES_MAX; i++) {
		lines[i] = LINES[5];
		lines[i].text = STR("Labour of a qualified plumber\nin the roof\nabove the bathroom\nwith an assistant\nafter hours");
	}
	doc.lines = lines;
	doc.line_count = DOCUMENT_LINES_MAX;
	return doc;
}

static struct str render(struct arena *a, const struct pdf_document *doc)
{
	struct str pdf = { NULL, 0 };
	assert_int_equal(pdf_document_render(a, doc, &pdf), OK);
	assert_true(str_starts(pdf, STR("%PDF-1.5")));
	return pdf;
}

/* The text as it stands on the pages, divided by form feeds, with ordinary spaces; NULL without pdftotext. */
static char *text_of(struct arena *a, struct str pdf)
{
	char path[] = "/tmp/fw-pdf-XXXXXX";
	close(mkstemp(path));
	save(pdf, path);
	char *out = (char *)(uintptr_t)run(a, "pdftotext", "-layout", path, "-");
	unlink(path);
	char *to = out;
	for (const char *from = out; from && *from; to++) {
		bool hard = from[0] == '\xc2' && from[1] == '\xa0';
		*to = hard ? ' ' : *from;
		from += hard ? 2 : 1;
	}
	if (to)
		*to = 0;
	return out;
}

static void expect(struct arena *a, struct str pdf, const char *const *words)
{
	static const char *const none[] = { NULL };
	check_file(a, pdf, none, 0);
	const char *text = text_of(a, pdf);
	for (size_t i = 0; text && words[i]; i++)
		if (!strstr(text, words[i]))
			fail_msg("not in the text: %s\n%s", words[i], text);
}

static size_t count_of(const char *text, const char *word)
{
	size_t n = 0;
	for (; (text = strstr(text, word)); text += strlen(word))
		n++;
	return n;
}

static void an_invoice_says_everything(void **state)
{
	(void)state;
	static const char *const words[] = {
		"Tax Invoice", "INV-00042", "Molefe Plumbing & Solar", "12 Loop Street", "VAT number 4123456785", "Registration 2019/123456/07",
		"Bill to", "Dlamini Guest House CC", "4 Protea Road", "VAT number 4987654321", "23 November 2026", "Due date", "23 December 2026",
		"Tax point", "22 November 2026", "PO 4711", "J-00017, Q-00009", "without VAT", "Geyser 150 l", "5 499,00", "3,5", " h ", "650,00",
		"12,5 %", "15 %", "1 990,63", "Subtotal, geyser", "7 489,63", "18,4567", "692,13", "Option, chosen", "1 932,13", "Options, not in the total",
		"Solar collector", "12 345,00", "ceiling board", "R 9 421,76", "Discount 5 %", "-R 471,09", "R 8 950,67", "R 1 292,73", "R 10 243,40",
		"Paid", "-R 3 000,00", "Balance due", "R 7 243,40", "Standard 15 %", "8 618,17", "Zero-rated 0 %", "332,50", "Bank details",
		"Account 6212 3456 789", "Payment reference", "warranty for three months", HASH, "https://fieldward.example/v/7K3F-Q2ZD", NULL,
	};
	with_arena struct arena *a = arena_new(REQUEST_ARENA_MAX);
	struct pdf_document doc = whole(a, PDF_INVOICE);
	struct str one = render(a, &doc), two = render(a, &doc);
	assert_true(str_eq(one, two));
	expect(a, one, words);
	doc.mode = VAT_INCLUSIVE;
	doc.style = NUMBER_POINT;
	static const char *const other[] = { "are with VAT", "VAT in the total", "R10,243.40", "12.5%", "18.4567", "5,499.00", NULL };
	expect(a, render(a, &doc), other);
}

static void a_quote_has_room_to_sign(void **state)
{
	(void)state;
	static const char *const words[] = { "Quote", "Q-00009", "Prepared for", "Valid until", "Acceptance", "I accept this quote", "Name",
		                             "Signature", "R 10 243,40", NULL };
	with_arena struct arena *a = arena_new(REQUEST_ARENA_MAX);
	struct pdf_document doc = quote(a);
	struct str pdf = render(a, &doc);
	expect(a, pdf, words);
	const char *text = text_of(a, pdf);
	assert_true(!text || (!strstr(text, "Balance due") && !strstr(text, "Due date")));
	doc.kind = PDF_INVOICE;
	text = text_of(a, render(a, &doc));
	assert_true(!text || !strstr(text, "Acceptance"));
}

static void a_credit_note_names_its_invoice(void **state)
{
	(void)state;
	static const char *const words[] = { "Credit Note", "CN-00001", "Corrected", "Credits invoice", "INV-00042", "Reason", "Half an hour",
		                             "-0,5", "-325,00", "-R 48,75", "-R 373,75", NULL };
	with_arena struct arena *a = arena_new(REQUEST_ARENA_MAX);
	struct pdf_document doc = credit_note(a);
	expect(a, render(a, &doc), words);
}

static void who_is_not_registered_prints_no_vat(void **state)
{
	(void)state;
	static const char *const words[] = { "Invoice", "COPY", "R8,950.67", "R5,950.67", "Registration 2019", NULL };
	with_arena struct arena *a = arena_new(REQUEST_ARENA_MAX);
	struct pdf_document docs[3] = { unregistered(a), quote(a), statement(a, 5) };
	expect(a, render(a, &docs[0]), words);
	for (size_t i = 0; i < ARRAY_LEN(docs); i++) {
		docs[i].vat_registered = false;
		const char *text = text_of(a, render(a, &docs[i]));
		assert_true(!text || (!strcasestr(text, "VAT") && !strstr(text, "15 %") && !strcasestr(text, "tax")));
		assert_true(!text || (!strstr(text, "4123456785") && !strstr(text, "4987654321") && !strstr(text, "1 292,73")));
	}
}

static void a_statement_runs_to_its_closing_balance(void **state)
{
	(void)state;
	static const char *const words[] = { "Statement for", "Opening balance", "1 200,50", "Invoice INV-00001", "Payment PAY-00003", "22 Oct 2026",
		                             "Closing balance", "R 34 697,50", "Current", "R 33 497,00", "30 days", "R 700,50", "60 days", "R 500,00",
		                             "90 days", "120+ days", "C-00231", NULL };
	with_arena struct arena *a = arena_new(4 * REQUEST_ARENA_MAX);
	struct pdf_document doc = statement(a, 40);
	expect(a, render(a, &doc), words);
	doc = statement(a, 0);
	expect(a, render(a, &doc), (const char *const[]){ "Opening balance", "Closing balance", "R 1 200,50", NULL });
	doc = statement(a, 2000);
	const char *text = text_of(a, render(a, &doc));
	assert_true(!text || (strstr(text, "Payment PAY-01998") && count_of(text, "Closing balance") == 1));
}

static void pages_repeat_their_heads_and_the_mark(void **state)
{
	(void)state;
	with_arena struct arena *a = arena_new(4 * REQUEST_ARENA_MAX);
	struct pdf_document doc = long_document(a, 200, STR(""));
	doc.mark = STR("DRAFT");
	doc.terms = doc.bank = doc.payment_reference = STR("");
	const char *text = text_of(a, render(a, &doc));
	if (!text)
		return;
	size_t pages = count_of(text, "\f");
	assert_true(pages >= 5);
	assert_int_equal(count_of(text, "Description"), pages);
	assert_int_equal(count_of(text, "DRAFT"), pages);
	assert_int_equal(count_of(text, HASH), pages);
	for (size_t i = 1; i <= 200; i++)
		if (i % 20 > 1)
			assert_non_null(strstr(text, str_fmt(a, "Line %zu of the work", i).p));
}

/* Whatever the number of lines and the length of the last, the page with the totals has a line of the table above them. */
static void check_totals(struct arena *a, size_t lines, struct str last)
{
	struct pdf_document doc = long_document(a, lines, last);
	char *text = text_of(a, render(a, &doc));
	char *sums = text ? strstr(text, "Balance due") : NULL, *page = text;
	if (!text)
		return;
	assert_non_null(sums);
	for (char *feed = text; (feed = strchr(feed, '\f')) && feed < sums; feed++)
		page = feed;
	*sums = 0;
	if (!strstr(page, "of the work") && !strstr(page, "said") && !strstr(page, "Subtotal 2"))
		fail_msg("%zu lines, the last of %zu bytes: the totals stand alone\n%s", lines, last.n, page);
	assert_int_equal(count_of(page, "Total with VAT"), 1);
}

static void totals_never_stand_alone(void **state)
{
	(void)state;
	with_arena struct arena *a = arena_new(4 * REQUEST_ARENA_MAX);
	char *words = ARENA_ARRAY(a, char, 20000);
	size_t n = 0;
	while (n < 19900)
		n += (size_t)snprintf(words + n, 90, n % 7 ? "and so it was said and done, " : "on the roof\nit was said; ");
	char *kept = str_z(a, (struct str){ words, n });
	for (size_t lines = 1; lines <= 46; lines++) {
		with_arena struct arena *one = arena_new(REQUEST_ARENA_MAX);
		check_totals(one, lines, STR(""));
	}
	for (size_t bytes = 100; bytes < 9000; bytes += 190) {
		with_arena struct arena *one = arena_new(REQUEST_ARENA_MAX);
		check_totals(one, 9, (struct str){ kept, bytes });
	}
}

static void large_figures_stay_on_one_line(void **state)
{
	(void)state;
	static const char *const words[] = { "-100 000 000 000,00", "9 999 999,999", "9 999 999,9999", "-R 100 000 000 000,00", NULL };
	with_arena struct arena *a = arena_new(REQUEST_ARENA_MAX);
	const struct pdf_line line = { .text = STR("Everything there is"), .qty = { QTY_MAX }, .price = { PRICE_MAX }, .unit = STR("kilometres an hour"),
		                       .discount_bp = BP_FULL, .rate = STR("Standard rate 15 %"), .amount = { -MONEY_MAX } };
	const struct pdf_tax tax = { STR("Standard rate 15 %"), { -MONEY_MAX }, { -MONEY_MAX } };
	struct pdf_document doc = whole(a, PDF_INVOICE);
	doc.lines = &line;
	doc.taxes = &tax;
	doc.line_count = doc.tax_count = 1;
	doc.totals = (struct pdf_totals){ { -MONEY_MAX }, { MONEY_MAX }, 1, { -MONEY_MAX }, { -MONEY_MAX }, { -MONEY_MAX }, { MONEY_MAX },
		                          { MONEY_MAX }, { -MONEY_MAX } };
	expect(a, render(a, &doc), words);
}

static const struct {
	const char *language, *words;
} languages[] = {
	{ "Afrikaans", "Geysers, s\u00ea die loodgieter, is \u2019n nagmerrie" },
	{ "isiXhosa", "Umbhobho uyavuza \u2014 kufuneka ulungiswe" },
	{ "Sesotho sa Leboa", "Go lokis\u0161a ga peipi ya meetse" },
	{ "Tshivenda", "U lugisa \u1e13ip\u0129pa \u1e3da ma\u1e13i" },
	{ "Arabic", "\u062a\u0645 \u0625\u0635\u0644\u0627\u062d \u0627\u0644\u0633\u062e\u0627\u0646 \u0639\u0646\u062f \u0627\u0644\u0633\u0627\u0639\u0629 10:30" },
	{ "Hebrew", "\u05d4\u05d3\u05d5\u05d3 \u05ea\u05d5\u05e7\u05df" },
	{ "Hindi", "\u0917\u0940\u091c\u0930 \u0915\u0940 \u092e\u0930\u092e\u094d\u092e\u0924" },
	{ "Amharic", "\u12e8\u12cd\u1203 \u121b\u121e\u1242\u12eb\u12cd" },
	{ "Chinese", "\u70ed\u6c34\u5668\u5df2\u4fee\u597d" },
	{ "Japanese", "\u7d66\u6e6f\u5668\u306e\u4fee\u7406" },
	{ "Russian", "\u0420\u0435\u043c\u043e\u043d\u0442 \u0432\u043e\u0434\u043e\u043d\u0430\u0433\u0440\u0435\u0432\u0430\u0442\u0435\u043b\u044f" },
	{ "Greek", "\u0395\u03c0\u03b9\u03c3\u03ba\u03b5\u03c5\u03ae" },
	{ "Thai", "\u0e0b\u0e48\u0e2d\u0e21\u0e40\u0e04\u0e23\u0e37\u0e48\u0e2d\u0e07" },
	{ "Emoji", "Done \U0001F44D\U0001F3FD \U0001F527" },
};

static struct pdf_document language_document(struct arena *a)
{
	struct pdf_document doc = whole(a, PDF_INVOICE);
	struct pdf_line *lines = ARENA_ARRAY(a, struct pdf_line, ARRAY_LEN(languages));
	for (size_t i = 0; i < ARRAY_LEN(languages); i++) {
		lines[i] = LINES[5];
		lines[i].text = str_fmt(a, "%s: %s", languages[i].language, languages[i].words);
	}
	doc.lines = lines;
	doc.line_count = ARRAY_LEN(languages);
	doc.buyer.name = str_from(languages[4].words);
	doc.seller.name = str_from(languages[6].words);
	doc.terms = str_from(languages[8].words);
	return doc;
}

static void any_language(void **state)
{
	(void)state;
	/* What the programs that read text give back letter by letter: left to right, without marks that join. */
	static const size_t plain[] = { 0, 1, 2, 8, 9, 10, 11 };
	with_arena struct arena *a = arena_new(REQUEST_ARENA_MAX);
	struct pdf_document doc = language_document(a);
	struct str pdf = render(a, &doc);
	const char *text = text_of(a, pdf);
	assert_true(str_eq(pdf, render(a, &doc)));
	for (size_t i = 0; text && i < ARRAY_LEN(languages); i++)
		assert_non_null(strstr(text, languages[i].language));
	for (size_t i = 0; text && i < ARRAY_LEN(plain); i++)
		if (!strstr(text, str_z(a, str_slice(str_from(languages[plain[i]].words), 0, 9))))
			fail_msg("not in the text: %s", languages[plain[i]].words);
}

/* Every text is one and the same, however little sense it makes there. */
static struct pdf_document same_text(struct arena *a, struct str text, enum pdf_document_kind kind, size_t count)
{
	struct str *lines = ARENA_ARRAY(a, struct str, 40);
	struct pdf_line *list = ARENA_ARRAY(a, struct pdf_line, count + 1);
	struct pdf_tax *taxes = ARENA_ARRAY(a, struct pdf_tax, count + 1);
	struct pdf_statement_row *rows = ARENA_ARRAY(a, struct pdf_statement_row, count + 1);
	for (size_t i = 0; i < 40; i++)
		lines[i] = text;
	for (size_t i = 0; i < count; i++) {
		list[i] = (struct pdf_line){ .kind = (enum pdf_line_kind)(i % 5), .chosen = i % 2, .text = text, .unit = text, .rate = text, .discount_bp = 1 };
		taxes[i].rate = text;
		rows[i] = (struct pdf_statement_row){ .date = { INT32_MAX / 400 }, .document = text, .reference = text };
	}
	return (struct pdf_document){ .kind = kind, .vat_registered = count % 2, .title = text, .mark = text,
		                      .seller = { text, lines, 40, text, text }, .buyer = { text, lines, 40, text, text }, .logo = text,
		                      .number = text, .date = { 1 }, .due = { -900000 }, .tax_point = { 3 }, .valid_until = { 4 },
		                      .order_number = text, .reference = text, .credits = text, .reason = text, .intro = text, .lines = list,
		                      .line_count = count, .taxes = taxes, .tax_count = count, .statement = { .rows = rows, .row_count = count },
		                      .bank = text, .payment_reference = text, .terms = text, .acceptance = text, .hash = text, .verify_link = text };
}

static void hostile_texts(void **state)
{
	(void)state;
	static const char *const none[] = { NULL };
	char wide[3001], feeds[601];
	memset(wide, 'W', 3000);
	memset(feeds, '\n', 600);
	const struct str texts[] = {
		{ "", 0 }, { wide, 3000 }, { feeds, 600 }, STR("caf\xe9 \x01\x02 tab\there \xff\xfe end"), STR("%s%n%.*s"), STR("<b>&amp;</b>"),
		STR("\u202e\u2066\u200f abc \u202c"), STR("\0\0\0"), STR("Z\u0351\u036b\u0343a\u0310\u030d\u0302l\u0360\u0321g\u0335o\u030f\u0311"),
	};
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		for (unsigned kind = 0; kind < PDF_DOCUMENT_KINDS; kind++) {
			with_arena struct arena *a = arena_new(REQUEST_ARENA_MAX);
			struct pdf_document doc = same_text(a, texts[i], (enum pdf_document_kind)kind, 6 + kind % 2 * 5);
			check_file(a, render(a, &doc), none, 0);
		}
	}
	with_arena struct arena *a = arena_new(4 * REQUEST_ARENA_MAX);
	struct pdf_document doc = { 0 };
	check_file(a, render(a, &doc), none, 1);
	char *huge = ARENA_ARRAY(a, char, CELL_BYTES_MAX);
	memset(huge, '\n', CELL_BYTES_MAX);
	doc = same_text(a, (struct str){ huge, CELL_BYTES_MAX }, PDF_INVOICE, 3);
	struct str pdf = { "untouched", 9 };
	assert_int_equal(pdf_document_render(a, &doc, &pdf), E_TOO_LARGE);
	assert_true(str_eqz(pdf, "untouched"));
}

static void cost_and_memory(void **state)
{
	(void)state;
	enum { TIMES = 100 };
	with_arena struct arena *a = arena_new(4 * REQUEST_ARENA_MAX);
	long kib = 0;
	double started = 0;
	for (int i = 0; i < TIMES + 20; i++) {
		if (i == 20) {
			kib = resident_kib();
			started = cpu_ms();
		}
		struct pdf_document doc = long_document(a, 12, STR(""));
		(void)render(a, &doc);
		arena_reset(a);
	}
	double one = (cpu_ms() - started) / TIMES;
	long grown = resident_kib() - kib;
	struct pdf_document doc = long_document(a, DOCUMENT_LINES_MAX, STR(""));
	size_t before = arena_used(a);
	started = cpu_ms();
	struct str pdf = render(a, &doc);
	print_message("invoice: %.1f ms CPU; %d lines: %.0f ms, %zu bytes, %zu KiB of the arena; memory after %d documents %+ld KiB\n", one,
	              DOCUMENT_LINES_MAX, cpu_ms() - started, pdf.n, (arena_used(a) - before) / KIB, TIMES, grown);
	assert_true(grown < 2048);
	assert_true(arena_used(a) - before < 4 * pdf.n + 2 * MIB);
	doc = two_hundred_pages(a);
	kib = resident_kib();
	started = cpu_ms();
	pdf = render(a, &doc);
	print_message("200 pages: %.0f ms CPU, %zu bytes, %+ld KiB\n", cpu_ms() - started, pdf.n, resident_kib() - kib);
}

static struct pdf_document inclusive(struct arena *a)
{
	struct pdf_document doc = whole(a, PDF_INVOICE);
	doc.mode = VAT_INCLUSIVE;
	doc.mark = STR("DRAFT");
	doc.totals.credited = (struct money){ 100000 };
	doc.totals.due.minor -= 100000;
	doc.totals.discount.minor = 0;
	doc.lines += 4;
	doc.line_count = 3;
	return doc;
}

static int write_samples(const char *folder)
{
	with_arena struct arena *a = arena_new(4 * REQUEST_ARENA_MAX);
	const struct {
		const char *name;
		struct pdf_document doc;
	} rows[] = { { "quote", quote(a) }, { "invoice", whole(a, PDF_INVOICE) }, { "credit", credit_note(a) }, { "plain", unregistered(a) },
		     { "statement", statement(a, 40) }, { "long", long_document(a, 75, STR("")) },
		     { "languages", language_document(a) }, { "inclusive", inclusive(a) }, { "pages", two_hundred_pages(a) } };
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct str pdf;
		assert_int_equal(pdf_document_render(a, &rows[i].doc, &pdf), OK);
		save(pdf, str_fmt(a, "%s/%s.pdf", folder, rows[i].name).p);
	}
	return 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_invoice_says_everything),
		cmocka_unit_test(a_quote_has_room_to_sign),
		cmocka_unit_test(a_credit_note_names_its_invoice),
		cmocka_unit_test(who_is_not_registered_prints_no_vat),
		cmocka_unit_test(a_statement_runs_to_its_closing_balance),
		cmocka_unit_test(pages_repeat_their_heads_and_the_mark),
		cmocka_unit_test(totals_never_stand_alone),
		cmocka_unit_test(large_figures_stay_on_one_line),
		cmocka_unit_test(any_language),
		cmocka_unit_test(hostile_texts),
		cmocka_unit_test(cost_and_memory),
	};
	if (argc == 3 && strcmp(argv[1], "samples") == 0)
		return write_samples(argv[2]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
