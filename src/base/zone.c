#include "zone.h"

#include "limits.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
	NAME_MAX_BYTES = 64,
	NAME_PARTS_MAX = 3,
	FILE_MAX = 64 * 1024,
	HEADER = 44,
	TRANSITIONS_MAX = 2000,
	TYPES_MAX = 256,
	OFFSET_MAX_S = 26 * 3600,
	DAY_S = 86400
};
static const int64_t DAY_MS = 86400000;

/* A day of the year by one of the three ways of POSIX, and the second of that day, which may lie outside it. */
struct rule {
	char kind; /* 'M' month.week.weekday, 'J' 1-365 without 29 February, 'N' 0-365 with it */
	int32_t month, week, day;
	int32_t second;
};

/* What holds after the last transition. */
struct footer {
	bool present, changes;
	int32_t standard_s, summer_s;
	struct rule start, end; /* of summer time */
};

struct zone {
	size_t transitions, types;
	const int64_t *at_s;   /* sorted */
	const uint8_t *type;   /* what begins there */
	const int32_t *offset; /* by type */
	struct footer footer;
};

/* ---- the rule at the end of a file ---- */

static bool take_char(struct str *s, char c)
{
	if (s->n == 0 || s->p[0] != c)
		return false;
	*s = str_slice(*s, 1, s->n);
	return true;
}

static bool take_number(struct str *s, int32_t min, int32_t max, int32_t *ret)
{
	int32_t v = 0;
	size_t n = 0;
	while (n < s->n && n < 4 && s->p[n] >= '0' && s->p[n] <= '9')
		v = v * 10 + (s->p[n++] - '0');
	*s = str_slice(*s, n, s->n);
	*ret = v;
	return n > 0 && v >= min && v <= max;
}

/* An abbreviation: three or more letters, or anything between < and >. It is not kept. */
static bool take_name(struct str *s)
{
	size_t n = 0;
	bool quoted = take_char(s, '<');
	while (n < s->n) {
		char c = s->p[n];
		bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
		if (!letter && !(quoted && ((c >= '0' && c <= '9') || c == '+' || c == '-')))
			break;
		n++;
	}
	*s = str_slice(*s, n, s->n);
	return n >= 3 && (!quoted || take_char(s, '>'));
}

/* [+-]hh[:mm[:ss]] in seconds. */
static bool take_time(struct str *s, int32_t *ret)
{
	int32_t hours, minutes = 0, seconds = 0;
	bool minus = take_char(s, '-');
	if (!minus)
		(void)take_char(s, '+');
	if (!take_number(s, 0, 167, &hours))
		return false;
	if (take_char(s, ':') && !take_number(s, 0, 59, &minutes))
		return false;
	if (take_char(s, ':') && !take_number(s, 0, 59, &seconds))
		return false;
	int32_t v = hours * 3600 + minutes * 60 + seconds;
	*ret = minus ? -v : v;
	return true;
}

/* Offsets are written west of Greenwich. */
static bool take_offset(struct str *s, int32_t *ret)
{
	int32_t west;
	if (!take_time(s, &west) || west > OFFSET_MAX_S || west < -OFFSET_MAX_S)
		return false;
	*ret = -west;
	return true;
}

static bool take_rule(struct str *s, struct rule *ret)
{
	struct rule r = { .second = 2 * 3600 };
	if (!take_char(s, ','))
		return false;
	if (take_char(s, 'M')) {
		r.kind = 'M';
		if (!take_number(s, 1, 12, &r.month) || !take_char(s, '.') || !take_number(s, 1, 5, &r.week) ||
		    !take_char(s, '.') || !take_number(s, 0, 6, &r.day))
			return false;
	} else {
		r.kind = take_char(s, 'J') ? 'J' : 'N';
		if (!take_number(s, r.kind == 'J', 365, &r.day))
			return false;
	}
	if (take_char(s, '/') && !take_time(s, &r.second))
		return false;
	*ret = r;
	return true;
}

static bool footer_parse(struct str s, struct footer *ret)
{
	struct footer f = { .present = true };
	if (!take_name(&s) || !take_offset(&s, &f.standard_s))
		return false;
	if (s.n) {
		f.changes = true;
		f.summer_s = f.standard_s + 3600;
		if (!take_name(&s) || (s.n && s.p[0] != ',' && !take_offset(&s, &f.summer_s)) || !take_rule(&s, &f.start) ||
		    !take_rule(&s, &f.end))
			return false;
	}
	*ret = f;
	return s.n == 0;
}

/* The local second, counted as if it were UTC, at which a rule strikes in a year. */
static int64_t rule_second(const struct rule *r, int32_t year)
{
	struct day d;
	if (r->kind == 'M') {
		/* Weekdays count from Sunday in the file, from Monday here. */
		int want = (r->day + 6) % 7;
		d = civil_day((struct civil){ year, r->month, 1 });
		d.days += (want - day_weekday(d) + 7) % 7 + 7 * (r->week - 1);
		struct civil c = day_civil(d);
		if (c.month != r->month)
			d.days -= 7; /* the fifth means the last */
	} else {
		d = civil_day((struct civil){ year, 1, 1 });
		bool leap = civil_valid((struct civil){ year, 2, 29 });
		d.days += r->kind == 'N' ? r->day : r->day - 1 + (leap && r->day >= 60);
	}
	return (int64_t)d.days * DAY_S + r->second;
}

static int64_t floor_divide(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

/* Years past 9999 are as good as one of them: rules repeat every 400 years. */
static int32_t footer_offset(const struct footer *f, int64_t t_s)
{
	if (!f->changes)
		return f->standard_s;
	const int64_t cycle = INT64_C(146097) * DAY_S;
	t_s -= floor_divide(t_s, cycle) * cycle;
	int32_t year = day_civil((struct day){ (int32_t)floor_divide(t_s + f->standard_s, DAY_S) }).year;
	int64_t start = rule_second(&f->start, year) - f->standard_s, end = rule_second(&f->end, year) - f->summer_s;
	bool summer = start < end ? t_s >= start && t_s < end : t_s >= start || t_s < end;
	return summer ? f->summer_s : f->standard_s;
}

/* ---- the file ---- */

struct counts {
	size_t isut, isstd, leap, transitions, types, chars;
};

static uint32_t be32(const char *p)
{
	const uint8_t *b = (const uint8_t *)p;
	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static int64_t be64(const char *p)
{
	return (int64_t)((uint64_t)be32(p) << 32 | be32(p + 4));
}

static enum err header_read(struct str s, struct counts *ret)
{
	if (s.n < HEADER || memcmp(s.p, "TZif", 4) != 0 || s.p[4] < '2')
		return E_INVALID;
	size_t v[6];
	for (size_t i = 0; i < ARRAY_LEN(v); i++) {
		v[i] = be32(s.p + 20 + 4 * i);
		if (v[i] > FILE_MAX)
			return E_INVALID;
	}
	*ret = (struct counts){ v[0], v[1], v[2], v[3], v[4], v[5] };
	return OK;
}

static size_t block_size(const struct counts *c, size_t time_bytes)
{
	return c->transitions * (time_bytes + 1) + c->types * 6 + c->chars + c->leap * (time_bytes + 4) + c->isstd + c->isut;
}

static enum err types_read(struct arena *a, struct str s, const struct counts *c, struct zone *z)
{
	int32_t *offset = ARENA_ARRAY(a, int32_t, c->types);
	for (size_t i = 0; i < c->types; i++) {
		offset[i] = (int32_t)be32(s.p + 6 * i);
		if (offset[i] > OFFSET_MAX_S || offset[i] < -OFFSET_MAX_S)
			return E_INVALID;
	}
	z->offset = offset;
	z->types = c->types;
	return OK;
}

static enum err transitions_read(struct arena *a, struct str s, const struct counts *c, struct zone *z)
{
	int64_t *at = ARENA_ARRAY(a, int64_t, c->transitions + 1);
	uint8_t *type = ARENA_ARRAY(a, uint8_t, c->transitions + 1);
	for (size_t i = 0; i < c->transitions; i++) {
		at[i] = be64(s.p + 8 * i);
		type[i] = (uint8_t)s.p[8 * c->transitions + i];
		if (type[i] >= c->types || (i > 0 && at[i] <= at[i - 1]))
			return E_INVALID;
	}
	z->at_s = at;
	z->type = type;
	z->transitions = c->transitions;
	return OK;
}

static enum err footer_read(struct str s, struct zone *z)
{
	struct str rest, line;
	if (!take_char(&s, '\n'))
		return E_INVALID;
	line = str_cut(s, '\n', &rest);
	if (!rest.p)
		return E_INVALID;
	return line.n == 0 || footer_parse(line, &z->footer) ? OK : E_INVALID;
}

/* The second block, with 64-bit times, and the line behind it; the first one is for programs of the last century. */
enum err zone_parse(struct arena *a, struct str bytes, const struct zone **ret)
{
	struct counts c;
	if (bytes.n > FILE_MAX)
		return E_INVALID;
	TRY(header_read(bytes, &c));
	bytes = str_slice(bytes, HEADER + block_size(&c, 4), bytes.n);
	TRY(header_read(bytes, &c));
	bytes = str_slice(bytes, HEADER, bytes.n);
	if (c.types == 0 || c.types > TYPES_MAX || c.transitions > TRANSITIONS_MAX || c.leap || bytes.n < block_size(&c, 8))
		return E_INVALID;
	struct zone *z = ARENA_NEW(a, struct zone);
	TRY(transitions_read(a, bytes, &c, z));
	TRY(types_read(a, str_slice(bytes, c.transitions * 9, bytes.n), &c, z));
	TRY(footer_read(str_slice(bytes, block_size(&c, 8), bytes.n), z));
	*ret = z;
	return OK;
}

static bool part_valid(struct str part)
{
	for (size_t i = 0; i < part.n; i++) {
		char c = part.p[i];
		bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
		if (!letter && (i == 0 || !((c >= '0' && c <= '9') || c == '_' || c == '-' || c == '+')))
			return false;
	}
	/* Folders of the same zones told otherwise: with leap seconds, and without. */
	return part.n > 0 && !str_eqz(part, "right") && !str_eqz(part, "posix");
}

bool zone_name_valid(struct str name)
{
	struct str rest = name;
	size_t parts = 0;
	if (name.n > NAME_MAX_BYTES)
		return false;
	do {
		if (++parts > NAME_PARTS_MAX || !part_valid(str_cut(rest, '/', &rest)))
			return false;
	} while (rest.p);
	return true;
}

static enum err file_read(int fd, char *out, struct str *ret)
{
	size_t n = 0;
	while (n <= FILE_MAX) {
		ssize_t got = read(fd, out + n, FILE_MAX + 1 - n);
		if (got < 0 && errno != EINTR)
			return E_INVALID; /* a folder */
		if (got == 0)
			break;
		n += got > 0 ? (size_t)got : 0;
	}
	*ret = (struct str){ out, n };
	return OK;
}

enum err zone_load(struct arena *a, struct str name, const struct zone **ret)
{
	char path[sizeof("/usr/share/zoneinfo/") + NAME_MAX_BYTES];
	struct str bytes;
	if (!zone_name_valid(name))
		return E_INVALID;
	snprintf(path, sizeof(path), "/usr/share/zoneinfo/" STR_FMT, STR_ARG(name));
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return E_NOT_FOUND;
	enum err e = file_read(fd, ARENA_ARRAY(a, char, FILE_MAX + 1), &bytes);
	close(fd);
	return e == OK ? zone_parse(a, bytes, ret) : e;
}

/* ---- answers ---- */

int32_t zone_offset_s(const struct zone *z, struct instant t)
{
	int64_t t_s = floor_divide(t.ms, 1000);
	size_t low = 0, high = z->transitions;
	while (low < high) {
		size_t middle = (low + high) / 2;
		if (z->at_s[middle] <= t_s)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == z->transitions && z->footer.present)
		return footer_offset(&z->footer, t_s);
	return z->offset[low ? z->type[low - 1] : 0];
}

struct local zone_local(const struct zone *z, struct instant t)
{
	int64_t ms = t.ms + (int64_t)zone_offset_s(z, t) * 1000;
	int64_t day = floor_divide(ms, DAY_MS);
	return (struct local){ { (int32_t)day }, (int32_t)(ms - day * DAY_MS) };
}

/* The offsets of a day before and a day after are the only candidates: no zone changes twice in two days. */
struct instant zone_instant(const struct zone *z, struct local l, enum local_fit *ret_fit)
{
	int64_t ms = l.day.days * DAY_MS + l.ms;
	int64_t before = (int64_t)zone_offset_s(z, (struct instant){ ms - DAY_MS }) * 1000;
	int64_t after = (int64_t)zone_offset_s(z, (struct instant){ ms + DAY_MS }) * 1000;
	struct instant first = { ms - before }, second = { ms - after };
	bool first_fits = (int64_t)zone_offset_s(z, first) * 1000 == before;
	bool second_fits = (int64_t)zone_offset_s(z, second) * 1000 == after;
	bool twice = first_fits && second_fits && before != after;
	if (ret_fit)
		*ret_fit = twice ? LOCAL_TWICE : first_fits || second_fits ? LOCAL_ONCE : LOCAL_GAP;
	if (twice)
		return first.ms < second.ms ? first : second;
	return second_fits && !first_fits ? second : first;
}
