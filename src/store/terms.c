/* terms.c - finding sealed text.
 *
 * A row's words, and for names and numbers their beginnings, are kept as keyed 64-bit hashes (HMAC under a key per tenant that lies
 * apart from the data). Exact look-up of a phone number, an address and the like is a 128-bit hash under a key per domain. Whoever has the
 * database alone learns neither words nor numbers; every hit is confirmed after opening, so a collision shows nothing foreign. */
#include "tx.h"

#include "utf8.h"

#include <stdlib.h>
#include <string.h>

struct term_set {
	int64_t term[SEARCH_TERMS_MAX];
	size_t count;
};

static bool is_word_byte(char c)
{
	unsigned char u = (unsigned char)c;
	return (u >= '0' && u <= '9') || (u >= 'a' && u <= 'z') || u >= 0x80;
}

/* The next word of folded text; empty at the end. */
static struct str next_word(struct str *rest)
{
	while (rest->n && !is_word_byte(rest->p[0])) {
		rest->p++;
		rest->n--;
	}
	size_t n = 0;
	while (n < rest->n && is_word_byte(rest->p[n]))
		n++;
	struct str word = { rest->p, n };
	rest->p += n;
	rest->n -= n;
	return word;
}

static bool all_digits(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return s.n > 0;
}

static struct str without_zeros(struct str s)
{
	while (s.n > 1 && s.p[0] == '0') {
		s.p++;
		s.n--;
	}
	return s;
}

/* Where the digits begin in a word of letters and then digits ("j42", "sn00123"); 0 for other words. */
static size_t digits_at(struct str word)
{
	size_t n = 0;
	while (n < word.n && !(word.p[n] >= '0' && word.p[n] <= '9'))
		n++;
	return all_digits(str_slice(word, n, word.n)) ? n : 0;
}

/* A telephone number as people of the same country type it: what follows the country's code of "+27825550201" (nine digits, as the trunk
 * zero is left out of what is sought). Empty for other words. */
enum { NATIONAL_DIGITS = 9, NUMBER_MAX = 40 };
static struct str national(struct str text, struct str word)
{
	bool number = word.p > text.p && word.p[-1] == '+' && word.n > NATIONAL_DIGITS && all_digits(word);
	return number ? str_slice(word, word.n - NATIONAL_DIGITS, word.n) : STR("");
}

/* The first `points` code points. */
static struct str beginning(struct str s, size_t points)
{
	size_t i = 0;
	for (size_t seen = 0; i < s.n; i++)
		if (((unsigned char)s.p[i] & 0xc0) != 0x80 && seen++ == points)
			break;
	return (struct str){ s.p, i };
}

static int64_t hash_term(const struct key *key, uint16_t noun, struct str word)
{
	uint8_t out[32];
	char tag[2] = { (char)(noun >> 8), (char)noun };
	const struct str parts[] = { { tag, 2 }, word };
	hmac_sha256(key, parts, 2, out);
	int64_t v;
	memcpy(&v, out, sizeof(v));
	return v;
}

static void add_term(struct term_set *set, int64_t term)
{
	for (size_t i = 0; i < set->count; i++)
		if (set->term[i] == term)
			return;
	if (set->count < SEARCH_TERMS_MAX)
		set->term[set->count++] = term;
}

static void add_word(struct term_set *set, const struct key *key, uint16_t noun, struct str word, bool prefixes)
{
	size_t points = utf8_count(word);
	if (prefixes)
		for (size_t n = SEARCH_PREFIX_MIN; n < points && n <= SEARCH_PREFIX_MAX; n++)
			add_term(set, hash_term(key, noun, beginning(word, n)));
	add_term(set, hash_term(key, noun, word));
}

/* "j-00042", and "j00042" as one word, are found by "j42". */
static void add_number(struct term_set *set, const struct key *key, uint16_t noun, struct str before, struct str word)
{
	char number[NUMBER_MAX];
	size_t at = digits_at(word);
	struct str letters = at ? str_slice(word, 0, at) : before, digits = without_zeros(str_slice(word, at, word.n));
	bool follows = before.n && before.p + before.n + 1 == word.p && before.p[before.n] == '-' && !digits_at(before) && all_digits(word);
	if ((!at && !follows) || all_digits(letters) || letters.n + digits.n > sizeof(number))
		return;
	memcpy(number, letters.p, letters.n);
	memcpy(number + letters.n, digits.p, digits.n);
	add_word(set, key, noun, (struct str){ number, letters.n + digits.n }, false);
}

static void add_text(struct term_set *set, const struct key *key, const struct noun *noun, const struct field *f, struct str text)
{
	struct str rest = text, word, local, before = STR("");
	for (; (word = next_word(&rest)).n; before = word) {
		add_word(set, key, noun->tag, word, f->flags & PREFIXES);
		if ((local = national(text, word)).n)
			add_word(set, key, noun->tag, local, f->flags & PREFIXES);
		if (all_digits(word) && word.p[0] == '0')
			add_word(set, key, noun->tag, without_zeros(word), false);
		add_number(set, key, noun->tag, before, word);
	}
}

static int by_value(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return (x > y) - (x < y);
}

static enum err terms_of(struct tx *tx, const struct row *row, struct term_set *ret)
{
	struct key key;
	*ret = (struct term_set){ .count = 0 };
	if (!row || row_int(row, F_DELETED_AT_FIELD))
		return OK;
	TRY(tx_tenant_key(tx, KEY_SEARCH, &key));
	for (size_t i = 0; i < row->noun->field_count; i++) {
		const struct field *f = &row->noun->fields[i];
		if (f->flags & SEARCH && row->v[i].kind == V_TEXT)
			add_text(ret, &key, row->noun, f, utf8_fold(tx->arena, row->v[i].s));
	}
	qsort(ret->term, ret->count, sizeof(ret->term[0]), by_value);
	return OK;
}

/* What is in `a` and not in `b`; both sorted. */
static struct term_set without(const struct term_set *a, const struct term_set *b)
{
	struct term_set out = { .count = 0 };
	for (size_t i = 0, k = 0; i < a->count; i++) {
		while (k < b->count && b->term[k] < a->term[i])
			k++;
		if (k == b->count || b->term[k] != a->term[i])
			out.term[out.count++] = a->term[i];
	}
	return out;
}

static enum err insert_terms(struct tx *tx, const struct noun *noun, struct id row, const struct term_set *set)
{
	struct sql_val vals[4 * SEARCH_TERMS_MAX];
	for (size_t i = 0; i < set->count; i++) {
		vals[4 * i] = SQL_VINT(tx->tenant);
		vals[4 * i + 1] = SQL_VINT(noun->tag);
		vals[4 * i + 2] = SQL_VINT(set->term[i]);
		vals[4 * i + 3] = SQL_VID(row);
	}
	return tx_insert_rows(tx, "search_term (tenant_id, noun, term, row_id)", 4, vals, set->count);
}

static const char text_delete_term[] = "DELETE FROM search_term WHERE tenant_id = ?1 AND noun = ?2 AND term = ?3 AND row_id = ?4";
static const char text_find_term[] =
	"SELECT row_id FROM search_term_v WHERE tenant_id = ?1 AND noun = ?2 AND term = ?3 ORDER BY row_id DESC LIMIT ?4";
static const char text_insert_lookup[] =
	"INSERT INTO lookup (tenant_id, domain, hash, noun, row_id) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING";
static const char text_delete_lookup[] =
	"DELETE FROM lookup WHERE tenant_id = ?1 AND domain = ?2 AND hash = ?3 AND noun = ?4 AND row_id = ?5";
static const char text_find_lookup[] =
	"SELECT row_id FROM lookup_v WHERE tenant_id = ?1 AND domain = ?2 AND hash = ?3 AND noun = ?4 ORDER BY row_id LIMIT ?5";

static enum key_use use_of(enum lookup l)
{
	static const enum key_use uses[] = { KEY_SEARCH, KEY_PHONE, KEY_EMAIL, KEY_NAME, KEY_ADDRESS, KEY_NUMBER, KEY_EXTERNAL };
	_Static_assert(ARRAY_LEN(uses) == LOOKUP_COUNT, "one key for each domain");
	return uses[l];
}

/* The blind index of one value: 128 bits. The folded text, so that case and spaces do not matter. */
static enum err blind(struct tx *tx, enum lookup domain, struct str text, struct str *ret)
{
	struct key key;
	uint8_t out[32];
	TRY(tx_tenant_key(tx, use_of(domain), &key));
	struct str folded = utf8_fold(tx->arena, text);
	hmac_sha256(&key, &folded, 1, out);
	*ret = str_dup(tx->arena, (struct str){ (const char *)out, 16 });
	return OK;
}

static enum err write_lookup(struct tx *tx, const char *text, const struct row *row, int i)
{
	const struct field *f = &row->noun->fields[i];
	struct str hash;
	struct sql_result r;
	TRY(blind(tx, f->lookup, row->v[i].s, &hash));
	return SQL_RUN(tx->sql, text, &r, SQL_VINT(tx->tenant), SQL_VINT(f->lookup), SQL_VBLOB(hash), SQL_VINT(row->noun->tag),
	               SQL_VID(row_id(row, F_ID_FIELD)));
}

static bool has_lookup(const struct row *row, size_t i)
{
	return row && !row_int(row, F_DELETED_AT_FIELD) && row->v[i].kind == V_TEXT;
}

static enum err write_lookups(struct tx *tx, const struct row *was, const struct row *is)
{
	for (size_t i = 0; i < is->noun->field_count; i++) {
		if (is->noun->fields[i].lookup == LOOKUP_NONE)
			continue;
		bool before = has_lookup(was, i), after = has_lookup(is, i);
		if (before && after && value_eq(was->v[i], is->v[i]))
			continue;
		if (before)
			TRY(write_lookup(tx, text_delete_lookup, was, (int)i));
		if (after)
			TRY(write_lookup(tx, text_insert_lookup, is, (int)i));
	}
	return OK;
}

static enum err delete_terms(struct tx *tx, const struct noun *noun, struct id row, const struct term_set *set)
{
	struct sql_result r;
	for (size_t i = 0; i < set->count; i++)
		TRY(SQL_RUN(tx->sql, text_delete_term, &r, SQL_VINT(tx->tenant), SQL_VINT(noun->tag), SQL_VINT(set->term[i]), SQL_VID(row)));
	return OK;
}

static bool search_changed(const struct row *was, const struct row *is)
{
	if (!was || row_int(is, F_DELETED_AT_FIELD))
		return true;
	for (size_t i = 0; i < is->noun->field_count; i++)
		if (is->noun->fields[i].flags & SEARCH && !value_eq(was->v[i], is->v[i]))
			return true;
	return false;
}

enum err terms_write(struct tx *tx, const struct row *was, const struct row *is)
{
	struct term_set before, after, gone, fresh;
	TRY(write_lookups(tx, was, is));
	if (!search_changed(was, is))
		return OK;
	TRY(terms_of(tx, was, &before));
	TRY(terms_of(tx, is, &after));
	gone = without(&before, &after);
	fresh = without(&after, &before);
	TRY(delete_terms(tx, is->noun, row_id(is, F_ID_FIELD), &gone));
	return insert_terms(tx, is->noun, row_id(is, F_ID_FIELD), &fresh);
}

/* Whether a question is a telephone number in groups, "082 555 0201": digits alone, and the first is a zero or a plus.
 * Then it is one word; "00" before the country's code is left out. */
static bool is_phone(struct str text, struct str *ret)
{
	char *digits = (char *)(uintptr_t)ret->p;
	size_t n = 0;
	if (!text.n || !strchr("0+(", text.p[0]))
		return false;
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] >= '0' && text.p[i] <= '9')
			digits[n++] = text.p[i];
		else if (!strchr("+ -().", text.p[i]))
			return false;
	}
	ret->n = n;
	if (str_starts(*ret, STR("00")))
		*ret = without_zeros(*ret);
	return n > 0;
}

/* "j-00042" is one word, as "j00042" is. */
static struct str joined(struct arena *a, struct str word, struct str *rest)
{
	struct str after = *rest, digits;
	if (digits_at(word) || all_digits(word) || after.n < 2 || after.p[0] != '-' || !is_word_byte(after.p[1]))
		return word;
	digits = next_word(&after);
	if (!all_digits(digits))
		return word;
	*rest = after;
	return str_fmt(a, "%.*s%.*s", (int)word.n, word.p, (int)digits.n, digits.p);
}

static void add_asked(struct str words[SEARCH_WORDS_MAX], size_t *count, struct str word)
{
	for (size_t i = 0; i < *count; i++)
		if (str_eq(words[i], word))
			return;
	words[(*count)++] = word;
}

size_t terms_words(struct arena *a, struct str text, struct str words[SEARCH_WORDS_MAX])
{
	struct str rest = utf8_fold(a, text), word, phone = { ARENA_ARRAY(a, char, rest.n + 1), 0 };
	size_t count = 0;
	if (is_phone(rest, &phone)) {
		words[0] = phone;
		return 1;
	}
	while (count < SEARCH_WORDS_MAX && (word = next_word(&rest)).n)
		add_asked(words, &count, joined(a, word, &rest));
	return count;
}

static enum err find_one(struct tx *tx, const struct noun *noun, int64_t term, struct hits *hits)
{
	struct sql_result r;
	size_t room = SEARCH_HITS_MAX - hits->count;
	TRY(SQL_RUN(tx->sql, text_find_term, &r, SQL_VINT(tx->tenant), SQL_VINT(noun->tag), SQL_VINT(term), SQL_VINT((int64_t)room + 1)));
	for (size_t i = 0; i < r.rows && i < room; i++)
		hits->ids[hits->count++] = sql_id(&r, i, 0);
	hits->cut = hits->cut || r.rows > room;
	return OK;
}

static enum err find_start(struct tx *tx, const struct noun *noun, const struct key *key, struct str word, struct hits *hits)
{
	struct str start = beginning(word, SEARCH_PREFIX_MAX);
	TRY(find_one(tx, noun, hash_term(key, noun->tag, start), hits));
	if (start.n == word.n)
		return OK;
	hits->loose = true;
	return find_one(tx, noun, hash_term(key, noun->tag, word), hits);
}

/* Zeros before a number are not asked for: "0042" and "42" find 00042. */
static enum err find_word(struct tx *tx, const struct noun *noun, const struct key *key, struct str word, struct hits *hits)
{
	TRY(find_start(tx, noun, key, word, hits));
	if (!all_digits(word) || word.p[0] != '0')
		return OK;
	hits->loose = true;
	return find_start(tx, noun, key, without_zeros(word), hits);
}

static int by_id(const void *a, const void *b)
{
	return id_cmp(*(const struct id *)a, *(const struct id *)b);
}

static struct hits hits_new(struct arena *a)
{
	return (struct hits){ .ids = ARENA_ARRAY(a, struct id, SEARCH_HITS_MAX) };
}

/* The rows with both words are added to `hits`; the digits are the rarer ones. Where one of the two is too common to be known whole, those
 * with the other; where both are, none beside what was found already. */
static enum err find_both(struct tx *tx, const struct noun *noun, const struct key *key, struct str letters, struct str digits,
                          struct hits *hits)
{
	struct hits rare = hits_new(tx->arena), common = hits_new(tx->arena);
	TRY(find_word(tx, noun, key, digits, &rare));
	if (rare.count > SEARCH_FEW)
		TRY(find_word(tx, noun, key, letters, &common));
	if (rare.cut && common.cut && hits->count) {
		hits->cut = true;
		return OK;
	}
	const struct hits *from = rare.cut && !common.cut ? &common : &rare;
	bool both = rare.count > SEARCH_FEW && rare.cut == common.cut;
	qsort(common.ids, common.count, sizeof(struct id), by_id);
	for (size_t i = 0; i < from->count && hits->count < SEARCH_HITS_MAX; i++)
		if (!both || bsearch(&from->ids[i], common.ids, common.count, sizeof(struct id), by_id))
			hits->ids[hits->count++] = from->ids[i];
	hits->cut = hits->cut || from->cut || hits->count == SEARCH_HITS_MAX;
	return OK;
}

enum err terms_find(struct tx *tx, const struct noun *noun, struct str word, struct hits *ret)
{
	struct key key;
	size_t at = digits_at(word);
	*ret = hits_new(tx->arena);
	TRY(tx_tenant_key(tx, KEY_SEARCH, &key));
	TRY(find_word(tx, noun, &key, word, ret));
	if (!at)
		return OK;
	struct str letters = str_slice(word, 0, at), digits = str_slice(word, at, word.n), number = without_zeros(digits);
	ret->loose = true; /* the two must stand together */
	if (number.n < digits.n)
		TRY(find_start(tx, noun, &key, str_fmt(tx->arena, "%.*s%.*s", (int)letters.n, letters.p, (int)number.n, number.p), ret));
	return find_both(tx, noun, &key, letters, digits, ret);
}

/* Whether `w` of a text is what was asked for: the word itself, its beginning where beginnings are kept, a number with other zeros. */
static bool is_word(struct str w, struct str asked, bool prefixes)
{
	bool begins = prefixes && utf8_count(asked) >= SEARCH_PREFIX_MIN && str_starts(w, asked);
	return begins || str_eq(w, asked) || (all_digits(w) && all_digits(asked) && str_eq(without_zeros(w), without_zeros(asked)));
}

static bool is_national(struct str text, struct str w, struct str asked, bool prefixes)
{
	return all_digits(asked) && is_word(national(text, w), without_zeros(asked), prefixes);
}

static bool is_number(struct str w, size_t at, struct str letters, struct str digits)
{
	return digits_at(w) == at && str_eq(str_slice(w, 0, at), letters) && str_eq(without_zeros(str_slice(w, at, w.n)), without_zeros(digits));
}

/* Letters and digits are found as they stand ("sn12345", a serial number) and as two words that follow each other ("j42", J-00042). */
static bool text_has(struct str folded, struct str asked, bool prefixes)
{
	struct str rest = folded, w, before = STR("");
	size_t at = digits_at(asked);
	struct str letters = str_slice(asked, 0, at), digits = str_slice(asked, at, asked.n);
	for (; (w = next_word(&rest)).n; before = w)
		if (is_word(w, asked, prefixes) || is_national(folded, w, asked, prefixes) || (at && is_number(w, at, letters, digits)) ||
		    (at && str_eq(before, letters) && all_digits(w) && is_word(w, digits, prefixes)))
			return true;
	return false;
}

bool terms_match(struct arena *a, const struct row *row, struct str word)
{
	for (size_t i = 0; i < row->noun->field_count; i++) {
		const struct field *f = &row->noun->fields[i];
		if (f->flags & SEARCH && row->v[i].kind == V_TEXT && text_has(utf8_fold(a, row->v[i].s), word, f->flags & PREFIXES))
			return true;
	}
	return false;
}

enum err store_lookup(struct tx *tx, const struct noun *noun, int field, struct str text, struct row **rows, size_t max,
                      size_t *ret_count)
{
	const struct field *f = &noun->fields[field];
	struct str hash, want = utf8_fold(tx->arena, text);
	struct sql_result r;
	size_t count = 0;
	TRY(blind(tx, f->lookup, text, &hash));
	TRY(SQL_RUN(tx->sql, text_find_lookup, &r, SQL_VINT(tx->tenant), SQL_VINT(f->lookup), SQL_VBLOB(hash), SQL_VINT(noun->tag),
	            SQL_VINT((int64_t)max)));
	for (size_t i = 0; i < r.rows && count < max; i++) {
		struct row *row;
		enum err e = store_get(tx, noun, sql_id(&r, i, 0), &row);
		if (e == E_NOT_FOUND)
			continue;
		TRY(e);
		if (row->v[field].kind == V_TEXT && str_eq(utf8_fold(tx->arena, row->v[field].s), want))
			rows[count++] = row;
	}
	*ret_count = count;
	return OK;
}
