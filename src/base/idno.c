#include "idno.h"

#include "time.h"

#include <string.h>

enum { ID_DIGITS = 13, VAT_DIGITS = 10, CITIZENSHIP_AT = 10 };

/* The digits of `s`, which must be exactly `want`. */
static bool digits_read(struct str s, size_t want, char *out)
{
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (c == ' ' || c == '-')
			continue;
		if (c < '0' || c > '9' || n == want)
			return false;
		out[n++] = c;
	}
	out[n] = 0;
	return n == want;
}

/* Luhn: from the right every second digit counts double, digit by digit; the sum ends in 0. */
static bool luhn_valid(const char *digits, size_t n)
{
	int sum = 0;
	for (size_t i = 0; i < n; i++) {
		int d = digits[n - 1 - i] - '0';
		d = i % 2 ? 2 * d : d;
		sum += d > 9 ? d - 9 : d;
	}
	return sum % 10 == 0;
}

/* YYMMDD in this century or the last. */
static bool date_valid(const char *p)
{
	int32_t year = (p[0] - '0') * 10 + p[1] - '0';
	int32_t month = (p[2] - '0') * 10 + p[3] - '0', dom = (p[4] - '0') * 10 + p[5] - '0';
	return civil_valid((struct civil){ 1900 + year, month, dom }) || civil_valid((struct civil){ 2000 + year, month, dom });
}

const char *idno_read(struct str s, struct idno *ret)
{
	struct idno id;
	if (!digits_read(str_trim(s), ID_DIGITS, id.digits))
		return "An identity number has 13 digits.";
	if (!date_valid(id.digits))
		return "An identity number begins with a date of birth (YYMMDD); this one does not.";
	if (id.digits[CITIZENSHIP_AT] > '2')
		return "The eleventh digit of an identity number is 0, 1 or 2.";
	if (!luhn_valid(id.digits, ID_DIGITS))
		return "The last digit does not fit the others: one of them was mistyped.";
	*ret = id;
	return NULL;
}

const char *vatno_read(struct str s, struct vatno *ret)
{
	struct vatno vat = { .doubtful = false };
	if (!digits_read(str_trim(s), VAT_DIGITS, vat.digits))
		return "A VAT number has 10 digits.";
	if (vat.digits[0] != '4')
		return "A VAT number begins with 4.";
	vat.doubtful = !luhn_valid(vat.digits, VAT_DIGITS);
	*ret = vat;
	return NULL;
}
