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

/* A telephone number as people of the same country type it: what follows the country's code of "+27825550201" (nine digits, as the trunk
 * zero is left out of what is sought). Empty for other words. */
enum { NATIONAL_DIGITS = 9 };
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

static void add_text(struct term_set *set, const struct key *key, const struct noun *noun, const struct field *f, struct str text)
{
	struct str rest = text, word, local;
	while ((word = next_word(&rest)).n) {
		add_word(set, key, noun->tag, word, f->flags & PREFIXES);
		if ((local = national(text, word)).n)
			add_word(set, key, noun->tag, local, f->flags & PREFIXES);
		if (all_digits(word) && word.p[0] == '0')
			add_word(set, key, noun->tag, without_zeros(word), f->flags & PREFIXES);
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
 * Then it is one word. */
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
	return n > 0;
}

size_t terms_words(struct arena *a, struct str text, struct str words[SEARCH_WORDS_MAX])
{
	struct str rest = utf8_fold(a, text), word, phone = { ARENA_ARRAY(a, char, rest.n + 1), 0 };
	size_t count = 0;
	if (is_phone(rest, &phone)) {
		words[0] = without_zeros(phone);
		return 1;
	}
	while (count < SEARCH_WORDS_MAX && (word = next_word(&rest)).n)
		words[count++] = all_digits(word) ? without_zeros(word) : word;
	return count;
}

/* Letters followed by digits are sought as they stand and as two words beside: "sn12345" is the beginning of a serial number, "j42" is how
 * people type J-00042. */
static bool two_words(struct str word, struct str *letters, struct str *digits)
{
	size_t n = 0;
	while (n < word.n && !(word.p[n] >= '0' && word.p[n] <= '9'))
		n++;
	*letters = str_slice(word, 0, n);
	*digits = str_slice(word, n, word.n);
	if (!n || !all_digits(*digits))
		return false;
	*digits = without_zeros(*digits);
	return true;
}

static enum err find_one(struct tx *tx, const struct noun *noun, int64_t term, struct id *ids, size_t *count)
{
	struct sql_result r;
	TRY(SQL_RUN(tx->sql, text_find_term, &r, SQL_VINT(tx->tenant), SQL_VINT(noun->tag), SQL_VINT(term),
	            SQL_VINT(SEARCH_HITS_MAX - (int64_t)*count)));
	for (size_t i = 0; i < r.rows; i++)
		ids[(*count)++] = sql_id(&r, i, 0);
	return OK;
}

/* The rows with a word that begins so; SEARCH_HITS_MAX of them and no more, the newest first. */
static enum err find_word(struct tx *tx, const struct noun *noun, const struct key *key, struct str word, struct id *ids, size_t *count)
{
	struct str start = beginning(word, SEARCH_PREFIX_MAX);
	TRY(find_one(tx, noun, hash_term(key, noun->tag, start), ids, count));
	return start.n < word.n ? find_one(tx, noun, hash_term(key, noun->tag, word), ids, count) : OK;
}

static int by_id(const void *a, const void *b)
{
	return id_cmp(*(const struct id *)a, *(const struct id *)b);
}

/* The rows with both words are added to `ids`. */
static enum err find_both(struct tx *tx, const struct noun *noun, const struct key *key, const struct str words[2], struct id *ids,
                          size_t *count)
{
	struct id *hits[2];
	size_t n[2] = { 0, 0 };
	for (int i = 0; i < 2; i++) {
		hits[i] = ARENA_ARRAY(tx->arena, struct id, SEARCH_HITS_MAX);
		TRY(find_word(tx, noun, key, words[i], hits[i], &n[i]));
	}
	qsort(hits[1], n[1], sizeof(struct id), by_id);
	for (size_t i = 0; i < n[0] && *count < SEARCH_HITS_MAX; i++)
		if (bsearch(&hits[0][i], hits[1], n[1], sizeof(struct id), by_id))
			ids[(*count)++] = hits[0][i];
	return OK;
}

enum err terms_find(struct tx *tx, const struct noun *noun, struct str word, struct id **ret, size_t *ret_count)
{
	struct key key;
	struct id *ids = ARENA_ARRAY(tx->arena, struct id, SEARCH_HITS_MAX);
	struct str parts[2];
	size_t count = 0;
	TRY(tx_tenant_key(tx, KEY_SEARCH, &key));
	TRY(find_word(tx, noun, &key, word, ids, &count));
	if (two_words(word, &parts[0], &parts[1]))
		TRY(find_both(tx, noun, &key, parts, ids, &count));
	*ret = ids;
	*ret_count = count;
	return OK;
}

static bool text_has(struct str folded, struct str word)
{
	struct str rest = folded, w;
	while ((w = next_word(&rest)).n)
		if (str_starts(w, word) || str_starts(national(folded, w), word) || (all_digits(w) && str_starts(without_zeros(w), word)))
			return true;
	return false;
}

static bool row_has(struct arena *a, const struct row *row, struct str word)
{
	for (size_t i = 0; i < row->noun->field_count; i++)
		if (row->noun->fields[i].flags & SEARCH && row->v[i].kind == V_TEXT && text_has(utf8_fold(a, row->v[i].s), word))
			return true;
	return false;
}

bool terms_match(struct arena *a, const struct row *row, struct str word)
{
	struct str letters, digits;
	return row_has(a, row, word) || (two_words(word, &letters, &digits) && row_has(a, row, letters) && row_has(a, row, digits));
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
