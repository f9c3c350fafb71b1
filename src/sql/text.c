#include "text.h"

#include "buf.h"
#include "limits.h"

#include <ctype.h>
#include <string.h>

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

static size_t to_end_of(const char *p, size_t from, const char *end)
{
	const char *at = strstr(p + from, end);
	return at ? (size_t)(at - p) + strlen(end) : strlen(p);
}

/* A doubled quote ends one literal and starts the next, which comes to the same. */
static size_t dollar_quoted(const char *p)
{
	char tag[32] = "$";
	size_t n = 1;
	while (n < sizeof(tag) - 2 && is_word(p[n])) {
		tag[n] = p[n];
		n++;
	}
	if (p[n] != '$' || isdigit((unsigned char)p[1]))
		return 0;
	tag[n] = '$';
	return to_end_of(p, n + 1, tag);
}

size_t text_quoted(const char *p)
{
	switch (p[0]) {
	case '\'':
		return to_end_of(p, 1, "'");
	case '"':
		return to_end_of(p, 1, "\"");
	case '`':
		return to_end_of(p, 1, "`");
	case '-':
		return p[1] == '-' ? to_end_of(p, 2, "\n") : 0;
	case '/':
		return p[1] == '*' ? to_end_of(p, 2, "*/") : 0;
	case '$':
		return dollar_quoted(p);
	default:
		return 0;
	}
}

struct str text_verb(const char *text)
{
	for (;;) {
		while (isspace((unsigned char)*text))
			text++;
		size_t n = *text == '-' || *text == '/' ? text_quoted(text) : 0;
		if (n == 0)
			break;
		text += n;
	}
	size_t n = 0;
	while (isalpha((unsigned char)text[n]))
		n++;
	return (struct str){ text, n };
}

/* The bytes at `p` that are copied as they are: a quoted run, a word, or one character. */
static size_t plain_run(const char *p)
{
	size_t n = text_quoted(p);
	while (n == 0 && is_word(p[n])) {
		do
			n++;
		while (is_word(p[n]) || p[n] == '$');
	}
	return n ? n : 1;
}

struct str text_numbered(struct arena *a, const char *text)
{
	struct buf b;
	buf_init(&b, a, 2 * strlen(text) + 1);
	while (*text) {
		if (text[0] == '?' && isdigit((unsigned char)text[1])) {
			buf_char(&b, '$');
			text++;
		}
		size_t n = plain_run(text);
		buf_add(&b, (struct str){ text, n });
		text += n;
	}
	return str_dup(a, buf_str(&b));
}

static const char *type_word(const char *p, const char *const words[6], size_t *ret_n)
{
	static const struct {
		const char *name;
		size_t n;
	} names[6] = { { "$ID", 3 }, { "$INT", 4 }, { "$TEXT", 5 }, { "$BLOB", 5 }, { "$ROWS", 5 }, { "$KEYED", 6 } };
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		*ret_n = names[i].n;
		if (strncmp(p, names[i].name, names[i].n) == 0 && !is_word(p[names[i].n]))
			return words[i];
	}
	return NULL;
}

static void add_type(struct buf *b, const char *word, struct str column)
{
	const char *hole = strstr(word, "%s");
	if (!hole) {
		buf_addz(b, word);
		return;
	}
	buf_add(b, (struct str){ word, (size_t)(hole - word) });
	buf_add(b, column);
	buf_addz(b, hole + 2);
}

struct str text_typed(struct arena *a, struct str script, const char *const words[6])
{
	struct buf b;
	struct str last = STR("");
	buf_init(&b, a, 8 * script.n + KIB);
	for (const char *p = str_z(a, script); *p;) {
		size_t n;
		const char *word = *p == '$' ? type_word(p, words, &n) : NULL;
		if (word) {
			add_type(&b, word, last);
		} else {
			n = plain_run(p);
			buf_add(&b, (struct str){ p, n });
			if (is_word(*p))
				last = (struct str){ p, n };
		}
		p += n;
	}
	return str_dup(a, buf_str(&b));
}
