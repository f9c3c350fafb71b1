/* test_policy.c - rights: found by name, filled by preset and lines, narrowed, compared; and who reads about how many. */
#include "check.h"

#include "alarm.h"
#include "policy.h"

enum { THING_OWNER = F_COMMON_FIELDS, THING_SECRET, THING_FIELDS };

static const struct field fields[] = {
	[F_ID_FIELD] = { .name = "id", .doc = "Id.", .type = F_ID, .tag = 1 },
	[F_COMMON_FIELDS - 1] = { .name = "subject_id", .doc = "Whose.", .type = F_ID, .tag = 10 },
	[THING_OWNER] = { .name = "owner", .doc = "Owner.", .type = F_TEXT, .tag = 11 },
	[THING_SECRET] = { .name = "secret", .doc = "Secret.", .type = F_TEXT, .tag = 12, .privacy = PRIVACY_SPECIAL, .see = "thing.secret", .set = "thing.open" },
};
static const struct noun thing = { .tag = 7, .name = "thing", .plural = "things", .doc = "A thing.", .fields = fields, .field_count = THING_FIELDS, .own = F_ID_FIELD };
static const struct noun plain = { .tag = 9, .name = "plain", .plural = "plains", .doc = "A plain thing.", .fields = fields, .field_count = F_COMMON_FIELDS, .own = -1 };
static const struct noun *const nouns[] = { &thing, &plain, NULL };

#define ALL GRANT_ALL
#define MY GRANT_OWN
#define NO GRANT_NONE
static const struct right rights[] = {
	{ .name = "thing.read", .role = { ALL, ALL, ALL, MY, ALL } },    { .name = "plain.update", .role = { ALL, ALL, NO, NO, NO } },
	{ .name = "thing.secret", .role = { ALL, NO, NO, NO, NO } },     { .name = "thing.open", .role = { ALL, ALL, NO, NO, NO }, .fresh = true },
	{ .name = "plain.read", .role = { ALL, ALL, ALL, ALL, NO } },    { .name = "a.run", .role = { ALL, ALL, ALL, MY, NO }, .doc = "Run it." },
	{ .name = "thing.update", .role = { ALL, ALL, ALL, MY, NO } },
};

struct world {
	struct arena *a;
	struct catalogue catalogue;
	struct ctx c;
};

static int begin(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	w->a = arena_new(4 * MIB);
	w->catalogue = (struct catalogue){ .nouns = nouns, .rights = rights, .right_count = ARRAY_LEN(rights) };
	w->catalogue.right_index = policy_index(w->a, &w->catalogue);
	w->c = (struct ctx){ .arena = w->a, .now = { 1000 } };
	w->c.actor = (struct actor){ .catalogue = &w->catalogue, .signed_in = true, .fresh_until_ms = 2000 };
	problem_init(&w->c.problem, w->a);
	*state = w;
	return 0;
}

static int end(void **state)
{
	struct world *w = *state;
	arena_free(w->a);
	free(w);
	return 0;
}

static void test_found(void **state)
{
	struct world *w = *state;
	for (size_t i = 0; i < ARRAY_LEN(rights); i++)
		assert_int_equal(policy_right(&w->catalogue, str_from(rights[i].name)), i);
	static const char *const none[] = { "", "a", "a.ru", "a.runs", "thing", "zzz", "thing.read " };
	for (size_t i = 0; i < ARRAY_LEN(none); i++)
		assert_int_equal(policy_right(&w->catalogue, str_from(none[i])), -1);
	struct catalogue bare = { .nouns = nouns, .rights = rights, .right_count = ARRAY_LEN(rights) };
	assert_int_equal(policy_right(&bare, STR("a.run")), -1);
}

static void test_presets(void **state)
{
	struct world *w = *state;
	struct actor *a = &w->c.actor;
	assert_int_equal(policy_grant(a, "thing.read"), NO); /* nothing is filled yet */
	for (unsigned role = 0; role < ROLE_COUNT; role++) {
		policy_preset(a, (enum role)role);
		for (size_t i = 0; i < ARRAY_LEN(rights); i++)
			assert_int_equal(policy_grant(a, rights[i].name), rights[i].role[role]);
		assert_int_equal(policy_noun(a, &thing, "read"), rights[0].role[role]);
		assert_int_equal(policy_noun(a, &plain, "delete"), NO); /* a right that there is not */
	}
	policy_preset(a, ROLE_OWNER);
	a->my_view_only = true;
	assert_int_equal(policy_noun(a, &thing, "read"), ALL);
	a->employee.b[0] = 1;
	assert_int_equal(policy_noun(a, &thing, "read"), MY);
	a->signed_in = false;
	assert_int_equal(policy_noun(a, &thing, "read"), NO);
	a->signed_in = true;
	policy_clear(a);
	assert_int_equal(policy_grant(a, "a.run"), NO);
	assert_true(policy_give(a, STR("plain.update"), ALL));
	assert_false(policy_give(a, STR("plain.updates"), ALL));
	assert_int_equal(policy_noun(a, &plain, "update"), MY);
}

static void test_lines(void **state)
{
	struct world *w = *state;
	struct actor *a = &w->c.actor;
	static const struct {
		const char *line;
		bool good;
	} lines[] = { { "thing.read=none", true }, { " thing.read = own ", true }, { "a.run=own", true },         { "plain.read=own", false },
		      { "thing.read", false },     { "thing.read=", false },       { "thing.read=ALL", false },   { "=all", false },
		      { "nothing.read=all", false } };
	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		int at = -5;
		enum grant g;
		const char *why;
		assert_int_equal(policy_line(&w->catalogue, str_from(lines[i].line), &at, &g, &why), lines[i].good);
		assert_true(lines[i].good ? !why : why[0] != 0);
		assert_true(lines[i].good || at == -5);
	}
	policy_preset(a, ROLE_DISPATCHER);
	policy_lines(a, STR("thing.read=own\n\nnonsense\nplain.update=all\na.run=none"));
	assert_int_equal(policy_grant(a, "thing.read"), MY);
	assert_int_equal(policy_grant(a, "plain.update"), ALL);
	assert_int_equal(policy_grant(a, "a.run"), NO);
	assert_int_equal(policy_grant(a, "plain.read"), ALL); /* as it was */
}

static void test_narrow(void **state)
{
	struct world *w = *state;
	struct actor *a = &w->c.actor, less = *a;
	policy_preset(a, ROLE_ADMIN);
	policy_preset(&less, ROLE_TECHNICIAN);
	assert_int_equal(policy_exceeds(&less, a), -1);
	assert_int_equal(policy_exceeds(a, a), -1);
	assert_true(policy_exceeds(a, &less) >= 0);
	policy_narrow(a, &less, false);
	assert_int_equal(policy_exceeds(a, &less), -1);
	assert_int_equal(policy_grant(a, "thing.read"), MY);
	assert_int_equal(policy_grant(a, "a.run"), MY);
	policy_narrow(a, NULL, true);
	assert_int_equal(policy_grant(a, "thing.read"), MY);
	assert_int_equal(policy_grant(a, "a.run"), NO);
	assert_int_equal(policy_grant(a, "thing.update"), NO);
}

static void test_fresh(void **state)
{
	struct world *w = *state;
	struct field_set secret = { 0 };
	set_add(&secret, THING_SECRET);
	policy_preset(&w->c.actor, ROLE_OWNER);
	assert_int_equal(policy_demand(&w->c, "thing.open"), OK);
	assert_int_equal(policy_set(&w->c, &thing, secret), OK);
	w->c.now.ms = 2001;
	assert_int_equal(policy_demand(&w->c, "thing.open"), E_STEP_UP);
	assert_int_equal(policy_set(&w->c, &thing, secret), E_STEP_UP);
	assert_int_equal(policy_demand(&w->c, "thing.update"), OK);
	policy_preset(&w->c.actor, ROLE_DISPATCHER); /* who may not at all is not asked for a proof */
	problem_init(&w->c.problem, w->a);
	assert_int_equal(policy_demand(&w->c, "thing.open"), E_FORBIDDEN);
	assert_int_equal(policy_set(&w->c, &thing, secret), E_FORBIDDEN);
	assert_false(set_has(policy_see(&w->c.actor, &thing), THING_SECRET));
}

static void test_used(void **state)
{
	struct world *w = *state;
	uint64_t used[RIGHTS_MAX / 64] = { 0 };
	policy_preset(&w->c.actor, ROLE_DISPATCHER);
	w->c.actor.used = used;
	(void)policy_grant(&w->c.actor, "thing.read"); /* only asked */
	assert_int_equal(used[0], 0);
	assert_int_equal(policy_demand(&w->c, "plain.update"), E_FORBIDDEN);
	assert_int_equal(used[0], 0);
	assert_int_equal(policy_demand(&w->c, "a.run"), OK);
	assert_int_equal(used[0], 1u << 5);
}

static void test_watch(void **state)
{
	struct world *w = *state;
	struct watch *watch = watch_new();
	struct id row = { { 0 } };
	w->c.actor.tenant = 1;
	for (unsigned i = 0; i < 30; i++) {
		row.b[0] = (uint8_t)i;
		assert_int_equal(watch_people(watch, &w->c, &row, 1, 30), 0);
		assert_int_equal(watch_people(watch, &w->c, &row, 1, 30), 0); /* the same person is one */
	}
	w->c.actor.tenant = 2; /* somebody else begins at nothing */
	assert_int_equal(watch_people(watch, &w->c, &row, 1, 30), 0);
	w->c.actor.tenant = 1;
	row.b[0] = 200;
	assert_int_equal(watch_people(watch, &w->c, &row, 1, 30), 31);
	row.b[0] = 201;
	assert_int_equal(watch_people(watch, &w->c, &row, 1, 30), 0); /* told once an hour */
	w->c.now.ms += 3600000;
	assert_int_equal(watch_people(watch, &w->c, &row, 1, 0), 1);
	watch_free(watch);
}

/* Whatever his rights: who is masked neither sees nor sets what is of the highest class. */
static void test_masked(void **state)
{
	struct world *w = *state;
	struct field_set secret = { 0 };
	set_add(&secret, THING_SECRET);
	policy_preset(&w->c.actor, ROLE_OWNER);
	assert_true(set_has(policy_see(&w->c.actor, &thing), THING_SECRET));
	w->c.actor.masked = true;
	assert_false(set_has(policy_see(&w->c.actor, &thing), THING_SECRET));
	assert_true(set_has(policy_see(&w->c.actor, &thing), THING_OWNER));
	assert_int_equal(policy_set(&w->c, &thing, secret), E_FORBIDDEN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_found, begin, end),  cmocka_unit_test_setup_teardown(test_presets, begin, end),
		cmocka_unit_test_setup_teardown(test_lines, begin, end),  cmocka_unit_test_setup_teardown(test_narrow, begin, end),
		cmocka_unit_test_setup_teardown(test_fresh, begin, end),  cmocka_unit_test_setup_teardown(test_used, begin, end),
		cmocka_unit_test_setup_teardown(test_watch, begin, end),  cmocka_unit_test_setup_teardown(test_masked, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
