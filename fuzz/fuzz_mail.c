/* fuzz_mail.c - whatever people write into names, subjects, texts and file names: what is composed has the headers that were asked for and
 * no others, in lines that SMTP can carry; and a text's SMS are as many as its units need. */
#include "delivery.h"
#include "limits.h"
#include "mime.h"
#include "sms.h"
#include "utf8.h"

#include <stdlib.h>

enum { ARENA_MAX = 64 * MIB, FIELD_END = 0x1e };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void need(bool good)
{
	if (!good)
		abort();
}

static struct str field(struct str *rest)
{
	struct str s = str_cut(*rest, FIELD_END, rest);
	if (!rest->p)
		*rest = STR("");
	return s.p ? s : STR("");
}

/* The first part, before any body: each line is a fold or one of these, each at most once. */
static void need_own_headers(struct str bytes)
{
	static const char *const names[] = { "Date: ", "From: ", "To: ", "Reply-To: ", "Subject: ", "Message-ID: ", "List-Unsubscribe: ", "MIME-Version: ",
		                             "Content-Type: ", "Content-Transfer-Encoding: " };
	unsigned seen = 0;
	for (struct str rest = bytes, line = str_cut(rest, '\n', &rest); line.n > 1; line = str_cut(rest, '\n', &rest)) {
		size_t i = 0;
		if (line.p[0] == ' ') {
			need(str_trim(line).n > 0);
			continue;
		}
		while (i < ARRAY_LEN(names) && !str_starts(line, str_from(names[i])) &&
		       !str_eq(str_trim(line), str_trim(str_from(names[i])))) /* all of it folded */
			i++;
		need(i < ARRAY_LEN(names) && !(seen & 1u << i));
		seen |= 1u << i;
	}
}

static void fuzz_compose(struct arena *a, struct str rest)
{
	struct problem problem;
	struct str bytes;
	struct mail m = {
		.from = { field(&rest), field(&rest) },
		.to = { field(&rest), field(&rest) },
		.reply_to = { field(&rest), field(&rest) },
		.message_id = field(&rest),
		.subject = field(&rest),
		.unsubscribe = field(&rest),
		.text = field(&rest),
		.html = field(&rest),
	};
	const struct mail_attachment file = { .name = field(&rest), .type = field(&rest), .bytes = rest };
	m.attachments = &file;
	m.attachment_count = file.name.n > 0;
	problem_init(&problem, a);
	if (mail_compose(a, &m, &problem, &bytes) != OK) {
		need(problem.faults || problem.detail.n);
		return;
	}
	need(mail_wellformed(bytes));
	for (size_t i = 0; i < bytes.n; i++)
		need((unsigned char)bytes.p[i] < 0x80);
	need_own_headers(bytes);
}

static void fuzz_sms(struct str s)
{
	if (!utf8_valid(s))
		return;
	struct sms_size size = sms_size(s);
	size_t each = size.wide ? 67 : 153, alone = size.wide ? 70 : 160;
	need((size.parts == 0) == (s.n == 0));
	need(size.parts <= 1 ? size.units + size.left == alone : size.parts * each >= size.units + size.left && (size.parts - 1) * (each - 1) < size.units);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	with_arena struct arena *a = arena_new(ARENA_MAX);
	struct str s = { (const char *)data, size };
	if (size == 0 || size > MIB)
		return 0;
	(void)host_valid(s);
	(void)host_is_here(s);
	fuzz_sms(s);
	fuzz_compose(a, s);
	return 0;
}
