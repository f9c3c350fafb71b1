#include "policy.h"

#include "act.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static const char *const role_names[] = { "owner", "admin", "dispatcher", "technician", "accountant" };
_Static_assert(ARRAY_LEN(role_names) == ROLE_COUNT, "one name for each role");
static const char *const grant_names[] = { [GRANT_NONE] = "none", [GRANT_OWN] = "own", [GRANT_ALL] = "all" };
enum { VERB_READ, VERB_CREATE, VERB_UPDATE, VERB_DELETE, VERB_COUNT };
static const char *const verb_names[] = { "read", "create", "update", "delete" };
static const char *const verb_words[] = { "See", "Make", "Change", "Delete" };
_Static_assert(ARRAY_LEN(verb_names) == VERB_COUNT && ARRAY_LEN(verb_words) == VERB_COUNT, "one for each verb");

const char *role_name(enum role role)
{
	return (unsigned)role < ROLE_COUNT ? role_names[role] : "?";
}

enum err role_parse(struct str name, enum role *ret)
{
	for (unsigned i = 0; i < ROLE_COUNT; i++) {
		if (!str_eqz(name, role_names[i]))
			continue;
		*ret = (enum role)i;
		return OK;
	}
	return E_INVALID;
}

const char *grant_name(enum grant g)
{
	return grant_names[g];
}

/* ---- the index ---- */

/* Of one noun: its rights of the four verbs, and for each field that to read and that to set it; -1: there is none. */
struct noun_rights {
	int16_t verb[VERB_COUNT];
	int16_t see[FIELDS_MAX], set[FIELDS_MAX];
};

struct right_index {
	uint16_t order[RIGHTS_MAX];              /* places in the table, by name */
	uint8_t preset[ROLE_COUNT][RIGHTS_MAX];  /* the table, as an actor carries it */
	const struct noun_rights *of[NOUN_TAGS_MAX];
};

static int compare(struct str a, const char *b)
{
	size_t n = strlen(b);
	int c = memcmp(a.p, b, a.n < n ? a.n : n);
	return c ? c : (a.n > n) - (a.n < n);
}

int policy_right(const struct catalogue *c, struct str name)
{
	size_t low = 0, high = c && c->right_index ? c->right_count : 0;
	while (low < high) {
		size_t mid = low + (high - low) / 2, at = c->right_index->order[mid];
		int cmp = compare(name, c->rights[at].name);
		if (cmp == 0)
			return (int)at;
		if (cmp < 0)
			high = mid;
		else
			low = mid + 1;
	}
	return -1;
}

static int16_t place_of(const struct catalogue *c, const char *name)
{
	return (int16_t)(name ? policy_right(c, str_from(name)) : -1);
}

static void index_noun(struct arena *a, const struct catalogue *c, struct right_index *index, const struct noun *n)
{
	struct noun_rights *r = ARENA_NEW(a, struct noun_rights);
	assert(n->tag < NOUN_TAGS_MAX);
	for (size_t v = 0; v < VERB_COUNT; v++)
		r->verb[v] = place_of(c, str_fmt(a, "%s.%s", n->name, verb_names[v]).p);
	for (size_t f = 0; f < n->field_count; f++) {
		r->see[f] = place_of(c, n->fields[f].see);
		r->set[f] = place_of(c, n->fields[f].set);
		/* A right that is not in the table would open what it is to guard. */
		assert((r->see[f] >= 0 || !n->fields[f].see) && (r->set[f] >= 0 || !n->fields[f].set));
	}
	index->of[n->tag] = r;
}

const struct right_index *policy_index(struct arena *a, const struct catalogue *c)
{
	struct right_index *index = ARENA_NEW(a, struct right_index);
	struct catalogue with = *c;
	assert(c->right_count <= RIGHTS_MAX);
	for (size_t i = 0; i < c->right_count; i++) {
		size_t at = i;
		for (; at > 0 && strcmp(c->rights[index->order[at - 1]].name, c->rights[i].name) > 0; at--)
			index->order[at] = index->order[at - 1];
		index->order[at] = (uint16_t)i;
		for (size_t role = 0; role < ROLE_COUNT; role++)
			index->preset[role][i] = (uint8_t)c->rights[i].role[role];
	}
	with.right_index = index;
	for (const struct noun *const *n = c->nouns; *n; n++)
		index_noun(a, &with, index, *n);
	return index;
}

static const struct noun_rights *rights_of(const struct actor *actor, const struct noun *noun)
{
	const struct catalogue *c = actor->catalogue;
	return c && c->right_index && noun->tag < NOUN_TAGS_MAX ? c->right_index->of[noun->tag] : NULL;
}

/* ---- words ---- */

bool policy_only_owners(const struct right *r)
{
	for (unsigned i = 0; i < ROLE_COUNT; i++)
		if (i != ROLE_OWNER && r->role[i] != GRANT_NONE)
			return false;
	return true;
}

/* The noun that a right is named after; NULL: none. */
static const struct noun *noun_of(const struct catalogue *c, const struct right *r)
{
	struct str verb;
	return catalogue_by_name(c, str_cut(str_from(r->name), '.', &verb));
}

bool policy_can_own(const struct catalogue *c, const struct right *r)
{
	const struct noun *n = noun_of(c, r);
	for (unsigned i = 0; i < ROLE_COUNT; i++)
		if (r->role[i] == GRANT_OWN)
			return true;
	return n && n->own >= 0;
}

static const char *doc_of_act(const struct noun *n, const char *right)
{
	for (const struct act *a = n ? n->acts : NULL; a && a->name; a++)
		if (strcmp(a->right, right) == 0)
			return a->doc;
	return NULL;
}

struct str policy_doc(struct arena *a, const struct catalogue *c, const struct right *r)
{
	const struct noun *n = noun_of(c, r);
	const char *act = doc_of_act(n, r->name);
	struct str verb;
	if (r->doc)
		return str_from(r->doc);
	(void)str_cut(str_from(r->name), '.', &verb);
	for (size_t v = 0; n && v < VERB_COUNT; v++)
		if (str_eqz(verb, verb_names[v]))
			return str_fmt(a, "%s: %s", verb_words[v], n->doc);
	return act ? str_from(act) : STR("");
}

/* ---- what an actor may do ---- */

void policy_clear(struct actor *actor)
{
	memset(actor->grant, GRANT_NONE, sizeof(actor->grant));
}

void policy_preset(struct actor *actor, enum role role)
{
	policy_clear(actor);
	actor->role = role;
	if (actor->catalogue && actor->catalogue->right_index && (unsigned)role < ROLE_COUNT)
		memcpy(actor->grant, actor->catalogue->right_index->preset[role], sizeof(actor->grant));
}

bool policy_give(struct actor *actor, struct str right, enum grant grant)
{
	int at = policy_right(actor->catalogue, right);
	if (at >= 0)
		actor->grant[at] = (uint8_t)grant;
	return at >= 0;
}

void policy_narrow(struct actor *actor, const struct actor *most, bool reads_only)
{
	for (size_t i = 0; i < actor->catalogue->right_count; i++) {
		bool reads = str_ends(str_from(actor->catalogue->rights[i].name), STR(".read"));
		if (most && actor->grant[i] > most->grant[i])
			actor->grant[i] = most->grant[i];
		if (reads_only && !reads)
			actor->grant[i] = GRANT_NONE;
	}
}

bool policy_line(const struct catalogue *c, struct str line, int *ret_right, enum grant *ret_grant, const char **ret_why)
{
	struct str word, name = str_trim(str_cut(line, '=', &word));
	int at = policy_right(c, name);
	size_t g = 0;
	while (word.p && g < ARRAY_LEN(grant_names) && !str_eqz(str_trim(word), grant_names[g]))
		g++;
	*ret_why = !word.p                        ? "A line is a right, = and none, own or all." :
	           at < 0                         ? "There is no such right." :
	           g == ARRAY_LEN(grant_names)    ? "Behind the = stands none, own or all." :
	           g == GRANT_OWN && !policy_can_own(c, &c->rights[at]) ? "This right cannot be given for own work alone." :
	                                            NULL;
	if (*ret_why)
		return false;
	*ret_right = at;
	*ret_grant = (enum grant)g;
	return true;
}

void policy_lines(struct actor *actor, struct str lines)
{
	while (lines.p && lines.n) {
		struct str line = str_trim(str_cut(lines, '\n', &lines));
		enum grant grant;
		const char *why;
		int at;
		if (line.n && policy_line(actor->catalogue, line, &at, &grant, &why))
			actor->grant[at] = (uint8_t)grant;
	}
}

int policy_exceeds(const struct actor *actor, const struct actor *most)
{
	for (size_t i = 0; i < actor->catalogue->right_count; i++)
		if (actor->grant[i] > most->grant[i])
			return (int)i;
	return -1;
}

/* ---- asking ---- */

static enum grant grant_at(const struct actor *actor, int at)
{
	if (!actor->signed_in || at < 0)
		return GRANT_NONE;
	enum grant g = (enum grant)actor->grant[at];
	/* "My view only" narrows what would be everything, for people who do field work. */
	return g == GRANT_ALL && actor->my_view_only && !id_is_zero(actor->employee) ? GRANT_OWN : g;
}

/* What is asked for is about to be done: that the right was of use. */
static void use(const struct actor *actor, int at)
{
	if (actor->used && at >= 0)
		actor->used[at / 64] |= (uint64_t)1 << at % 64;
}

enum grant policy_grant(const struct actor *actor, const char *name)
{
	return grant_at(actor, policy_right(actor->catalogue, str_from(name)));
}

static int verb_of(const struct actor *actor, const struct noun *noun, const char *verb)
{
	const struct noun_rights *r = rights_of(actor, noun);
	for (size_t v = 0; r && v < VERB_COUNT; v++)
		if (strcmp(verb, verb_names[v]) == 0)
			return r->verb[v];
	return -1;
}

enum grant policy_noun(const struct actor *actor, const struct noun *noun, const char *verb)
{
	return grant_at(actor, verb_of(actor, noun, verb));
}

static enum err refuse(struct ctx *c, const char *name)
{
	int at = policy_right(c->actor.catalogue, str_from(name));
	struct buf b;
	buf_init(&b, c->arena, 300);
	for (unsigned i = 0; at >= 0 && i < ROLE_COUNT; i++)
		if (c->actor.catalogue->rights[at].role[i] != GRANT_NONE)
			buf_fmt(&b, "%s%s", b.n ? ", " : "", role_names[i]);
	return problem_set(&c->problem, E_FORBIDDEN, "This takes the right %s, which %s has. Ask your administrator.", name,
	                   b.n ? str_z(c->arena, buf_str(&b)) : "nobody");
}

/* Granted; where the act is one of weight, who he is must have been proved lately. */
static enum err granted(struct ctx *c, int at)
{
	if (at >= 0 && c->actor.catalogue->rights[at].fresh && c->actor.fresh_until_ms < c->now.ms)
		return problem_set(&c->problem, E_STEP_UP, "This takes a fresh proof that it is you.");
	use(&c->actor, at);
	return OK;
}

enum err policy_demand(struct ctx *c, const char *right)
{
	int at = policy_right(c->actor.catalogue, str_from(right));
	return grant_at(&c->actor, at) == GRANT_NONE ? refuse(c, right) : granted(c, at);
}

/* The row whose owners count for this row: itself, or the one that it hangs on. */
static enum err owns(struct ctx *c, struct tx *tx, const struct row *row, bool *ret)
{
	const struct noun *n = row->noun;
	*ret = n->own < 0; /* a noun that nobody owns is for everyone who may read it */
	if (n->own < 0 || id_is_zero(c->actor.employee) || row_is_null(row, n->own))
		return OK;
	const struct noun *owned = n->own == F_ID_FIELD ? n : n->fields[n->own].ref;
	return store_owns(tx, owned, row_id(row, n->own), c->actor.employee, ret);
}

enum err policy_row(struct ctx *c, struct tx *tx, const struct row *row, const char *right)
{
	int at = policy_right(c->actor.catalogue, str_from(right));
	enum grant read = policy_noun(&c->actor, row->noun, "read"), act = grant_at(&c->actor, at);
	bool own = false;
	if (read == GRANT_NONE)
		return E_NOT_FOUND;
	if (read == GRANT_OWN || act == GRANT_OWN)
		TRY(owns(c, tx, row, &own));
	if (read == GRANT_OWN && !own)
		return E_NOT_FOUND;
	if (act == GRANT_NONE || (act == GRANT_OWN && !own))
		return refuse(c, right);
	return granted(c, at);
}

enum err policy_own(struct ctx *c, const struct noun *noun, struct id *ret)
{
	int at = verb_of(&c->actor, noun, "read");
	enum grant g = grant_at(&c->actor, at);
	*ret = (struct id){ { 0 } };
	if (g == GRANT_NONE)
		return refuse(c, str_fmt(c->arena, "%s.read", noun->name).p);
	TRY(granted(c, at));
	if (g == GRANT_ALL || noun->own < 0)
		return OK;
	/* Somebody without an employee record owns nothing: an id that no row has. */
	*ret = id_is_zero(c->actor.employee) ? c->actor.user : c->actor.employee;
	return OK;
}

struct field_set policy_see(const struct actor *actor, const struct noun *noun)
{
	struct field_set set = noun_visible(noun);
	const struct noun_rights *r = rights_of(actor, noun);
	for (size_t i = 0; i < noun->field_count; i++) {
		if (actor->masked && noun->fields[i].privacy == PRIVACY_SPECIAL)
			set.bits &= ~((uint64_t)1 << i);
		if (!noun->fields[i].see)
			continue;
		if (!r || grant_at(actor, r->see[i]) == GRANT_NONE)
			set.bits &= ~((uint64_t)1 << i);
		else
			use(actor, r->see[i]);
	}
	return set;
}

enum err policy_set(struct ctx *c, const struct noun *noun, struct field_set present)
{
	struct field_set see = policy_see(&c->actor, noun);
	const struct noun_rights *r = rights_of(&c->actor, noun);
	for (size_t i = 0; i < noun->field_count; i++) {
		const struct field *f = &noun->fields[i];
		if (!set_has(present, (int)i))
			continue;
		bool blind = f->flags & WRITE_ONLY;
		if ((!blind && !set_has(see, (int)i)) || (f->set && (!r || grant_at(&c->actor, r->set[i]) == GRANT_NONE)))
			problem_fault(&c->problem, problem_field(&c->problem, f->name), "forbidden", "You may not set this.");
	}
	if (c->problem.fault_count)
		return problem_set(&c->problem, E_FORBIDDEN, "You may not set some of these fields.");
	for (size_t i = 0; i < noun->field_count && r; i++)
		if (set_has(present, (int)i) && r->set[i] >= 0)
			TRY(granted(c, r->set[i]));
	return OK;
}
