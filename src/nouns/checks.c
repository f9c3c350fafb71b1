/* checks.c - rules of single values that several nouns share. */
#include "nouns.h"

#include "phone.h"
#include "zone.h"

#include <string.h>

const char *check_email(struct arena *a, struct value *v)
{
	static const char wanted[] = "An e-mail address such as name@example.org.";
	struct str domain, s = str_lower_ascii(a, v->s), local = str_cut(s, '@', &domain);
	if (!domain.p || !local.n || local.n > 64 || domain.n < 3 || memchr(domain.p, '@', domain.n) || !memchr(domain.p, '.', domain.n))
		return wanted;
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == ' ' || s.p[i] == ',' || s.p[i] == ';' || s.p[i] == '<' || s.p[i] == '>' || s.p[i] == '"')
			return wanted;
	if (domain.p[0] == '.' || domain.p[domain.n - 1] == '.')
		return wanted;
	v->s = s;
	return NULL;
}

const char *check_phone(struct arena *a, struct value *v)
{
	struct phone phone;
	if (phone_parse(v->s, &phone) != OK)
		return "A telephone number such as 082 123 4567 or +27 82 123 4567.";
	v->s = str_dup(a, str_from(phone.e164));
	return NULL;
}

const char *check_colour(struct arena *a, struct value *v)
{
	uint8_t rgb[3];
	if (v->s.n != 7 || v->s.p[0] != '#' || str_unhex(str_slice(v->s, 1, 7), rgb, 3) != OK)
		return "A colour such as #1f6feb.";
	v->s = str_lower_ascii(a, v->s);
	return NULL;
}

const char *check_zone(struct arena *a, struct value *v)
{
	const struct zone *zone;
	return zone_load(a, v->s, &zone) == OK ? NULL : "A time zone such as Africa/Johannesburg.";
}

const char *check_slug(struct arena *a, struct value *v)
{
	struct str s = str_lower_ascii(a, v->s);
	bool ok = s.n >= 3 && s.p[0] != '-' && s.p[s.n - 1] != '-';
	for (size_t i = 0; ok && i < s.n; i++)
		ok = (s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] == '-' && s.p[i - 1] != '-');
	if (!ok)
		return "Small letters, digits and hyphens, such as example-plumbing.";
	v->s = s;
	return NULL;
}
