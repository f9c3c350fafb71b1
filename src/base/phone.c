#include "phone.h"

#include <string.h>

enum { NATIONAL_DIGITS = 9, FOREIGN_DIGITS_MIN = 7, TYPED_MAX = 40 };

static const struct str COUNTRY = { "27", 2 };

/* Only the digits, and whether a plus stood before them. */
struct dialled {
	char p[TYPED_MAX];
	size_t n;
	bool plus;
};

static bool divides(struct str *s)
{
	static const char *const marks[] = { " ", "-", ".", "/", "(", ")", "\u00a0", "\u202f", "\u2010", "\u2011", "\u2013" };
	for (size_t i = 0; i < ARRAY_LEN(marks); i++) {
		if (!str_starts(*s, str_from(marks[i])))
			continue;
		*s = str_slice(*s, strlen(marks[i]), s->n);
		return true;
	}
	return false;
}

static enum err dial(struct str s, struct dialled *ret)
{
	struct dialled d = { .n = 0 };
	s = str_trim(s);
	while (s.n) {
		/* "+44 (0)20": the zero is for callers inside that country. */
		if (d.plus && str_starts(s, STR("(0)")))
			s = str_slice(s, 3, s.n);
		if (s.n == 0 || divides(&s))
			continue;
		char c = s.p[0];
		s = str_slice(s, 1, s.n);
		if (c == '+' && d.n == 0 && !d.plus) {
			d.plus = true;
			continue;
		}
		if (c < '0' || c > '9' || d.n == TYPED_MAX)
			return E_INVALID;
		d.p[d.n++] = c;
	}
	*ret = d;
	return OK;
}

static enum err store(const char *prefix, struct str digits, struct phone *ret)
{
	size_t n = strlen(prefix);
	if (n + digits.n > PHONE_DIGITS_MAX + 1)
		return E_INVALID;
	*ret = (struct phone){ "" };
	memcpy(ret->e164, prefix, n);
	memcpy(ret->e164 + n, digits.p, digits.n);
	return OK;
}

/* Nine digits, perhaps still with the trunk zero before them. */
static enum err national(struct str digits, struct phone *ret)
{
	if (digits.n == NATIONAL_DIGITS + 1 && digits.p[0] == '0')
		digits = str_slice(digits, 1, digits.n);
	if (digits.n != NATIONAL_DIGITS || digits.p[0] < '1' || digits.p[0] > '8')
		return E_INVALID;
	return store("+27", digits, ret);
}

enum err phone_parse(struct str s, struct phone *ret)
{
	struct dialled d;
	TRY(dial(s, &d));
	struct str digits = { d.p, d.n };
	bool world = d.plus;
	if (!world && str_starts(digits, STR("00"))) {
		digits = str_slice(digits, 2, digits.n);
		world = true;
	}
	if (str_starts(digits, COUNTRY) && (world || digits.n > NATIONAL_DIGITS + 1))
		return national(str_slice(digits, COUNTRY.n, digits.n), ret);
	if (!world)
		return digits.n == NATIONAL_DIGITS + 1 && digits.p[0] == '0' ? national(digits, ret) : E_INVALID;
	if (digits.n < FOREIGN_DIGITS_MIN || digits.p[0] == '0')
		return E_INVALID;
	return store("+", digits, ret);
}

struct str phone_str(struct arena *a, const struct phone *p)
{
	struct str s = str_from(p->e164);
	if (s.n != 3 + NATIONAL_DIGITS || !str_starts(s, STR("+27")))
		return str_dup(a, s);
	return str_fmt(a, "0%.2s %.3s %.4s", s.p + 3, s.p + 5, s.p + 8);
}
