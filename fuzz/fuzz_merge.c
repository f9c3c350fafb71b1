/* fuzz_merge.c - what people write as templates, and what stands in their records: nothing crashes, a value opens no place, and what was typed is
 * no page. The first line of the input is the kind of message and the value; the rest is the template. */
#include "merge.h"
#include "messages.h"

#include "utf8.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void need(bool good)
{
	if (!good)
		abort();
}

static bool holds(struct str s, struct str what)
{
	return what.n && memmem(s.p, s.n, what.p, what.n) != NULL;
}

/* Every sign of a tag is one of ours. */
static void check_page(struct str page)
{
	static const char *const ours[] = { "<!doctype html>", "<html>", "<head>", "<meta charset=\"utf-8\">", "</head>", "<body style=\"font-family: sans-serif\">",
		                            "<p>", "</p>", "<br>", "<a href=\"https://x.example/#t\">", "</a>", "</body>", "</html>" };
	for (size_t i = 0; i < page.n; i++) {
		bool known = page.p[i] != '<';
		for (size_t k = 0; k < ARRAY_LEN(ours) && !known; k++)
			known = str_starts(str_slice(page, i, page.n), str_from(ours[k]));
		need(known);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str template, value = str_cut((struct str){ (const char *)data, size }, '\n', &template);
	if (size > 4096 || !utf8_valid((struct str){ (const char *)data, size }))
		return 0;
	with_arena struct arena *a = arena_new(16 * MIB);
	struct row *customer = row_new(a, &noun_customer), *company = row_new(a, &noun_tenant);
	const struct row *rows[] = { customer, NULL };
	struct problem problem;
	problem_init(&problem, a);
	row_set_text(customer, CUSTOMER_NAME, value);
	row_set_text(customer, CUSTOMER_REG_NO, STR("2011/123456/07"));
	struct merge_values m = { .arena = a, .company = company, .customer = customer, .language = STR("en"), .link = MERGE_LINK, .code = MERGE_CODE,
		                  .words = value, .plain = size % 2 };
	merge_check(&problem, template, str_from(message_kinds[size % 13]), STR("/body"));
	struct str shown = merge_text(&m, STR("{customer.name}{words}"));
	need(!holds(shown, STR("{")) && !holds(shown, STR("}")));
	struct str text = merge_late(a, merge_text(&m, template), STR("https://x.example/#t"), STR("123456"));
	need(!holds(text, MERGE_LINK) && !holds(text, MERGE_CODE));
	check_page(merge_html(a, text, STR("https://x.example/#t")));
	if (holds(text, STR("2011/123456/07")))
		need(message_forbidden(a, text, rows, 2) != NULL);
	return 0;
}
