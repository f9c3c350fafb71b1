#include "check.h"

#include "limits.h"
#include "merkle.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SIZE_MAX_TESTED = 300, EXPORT_KEYS = 200, EXPORT_SIZE = 60 };

/* A log in memory: leaves, every stored node, and the frontier after each size. */
struct log {
	struct arena *a;
	struct hash leaves[SIZE_MAX_TESTED];
	struct hash nodes[10][SIZE_MAX_TESTED];
	struct hash roots[SIZE_MAX_TESTED + 1];
	struct frontier f;
	size_t stored;
};

static struct str leaf_text(struct arena *a, uint64_t i)
{
	return str_fmt(a, "{\"event\":%u}", (unsigned)i);
}

static void log_fill(struct log *l, struct arena *a, size_t size)
{
	l->a = a;
	l->roots[0] = merkle_root(&l->f);
	for (size_t i = 0; i < size; i++) {
		struct merkle_node nodes[MERKLE_LEVELS];
		l->leaves[i] = merkle_leaf(leaf_text(a, i));
		size_t count = merkle_append(&l->f, l->leaves[i], nodes);
		for (size_t n = 0; n < count; n++)
			l->nodes[nodes[n].level][nodes[n].index] = nodes[n].hash;
		l->stored += count;
		l->roots[i + 1] = merkle_root(&l->f);
	}
}

static enum err log_get(void *arg, unsigned level, uint64_t index, struct hash *ret)
{
	struct log *l = arg;
	if ((index + 1) << level > l->f.size)
		return E_NOT_FOUND;
	*ret = l->nodes[level][index];
	return OK;
}

/* RFC 6962 section 2.1, word for word. */
static struct hash naive_root(const struct hash *leaves, size_t n)
{
	if (n == 1)
		return leaves[0];
	size_t k = 1;
	while (k * 2 < n)
		k *= 2;
	return merkle_pair(naive_root(leaves, k), naive_root(leaves + k, n - k));
}

static size_t naive_path(const struct hash *leaves, size_t n, size_t m, struct hash *out)
{
	if (n == 1)
		return 0;
	size_t k = 1, count;
	while (k * 2 < n)
		k *= 2;
	if (m < k) {
		count = naive_path(leaves, k, m, out);
		out[count] = naive_root(leaves + k, n - k);
	} else {
		count = naive_path(leaves + k, n - k, m - k, out);
		out[count] = naive_root(leaves, k);
	}
	return count + 1;
}

static size_t naive_subproof(const struct hash *leaves, size_t n, size_t m, bool whole, struct hash *out)
{
	if (m == n) {
		if (!whole)
			out[0] = naive_root(leaves, n);
		return whole ? 0 : 1;
	}
	size_t k = 1, count;
	while (k * 2 < n)
		k *= 2;
	if (m <= k) {
		count = naive_subproof(leaves, k, m, whole, out);
		out[count] = naive_root(leaves + k, n - k);
	} else {
		count = naive_subproof(leaves + k, n - k, m - k, false, out);
		out[count] = naive_root(leaves, k);
	}
	return count + 1;
}

static bool same(const struct hash *x, const struct hash *y, size_t n)
{
	return memcmp(x, y, n * sizeof(*x)) == 0;
}

static void published_roots(void **state)
{
	(void)state;
	/* The eight leaves that the Certificate Transparency project tests with. */
	static const struct {
		const char *leaf;
		size_t n;
		const char *root;
	} rows[] = {
		{ "", 0, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d" },
		{ "\x00", 1, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125" },
		{ "\x10", 1, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77" },
		{ "\x20\x21", 2, "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7" },
	};
	with_arena struct arena *a = arena_new(MIB);
	struct frontier f = { 0 };
	struct merkle_node nodes[MERKLE_LEVELS];
	assert_string_equal(str_hex(a, merkle_root(&f).b, 32).p, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		merkle_append(&f, merkle_leaf((struct str){ rows[i].leaf, rows[i].n }), nodes);
		assert_string_equal(str_hex(a, merkle_root(&f).b, 32).p, rows[i].root);
	}
}

static void roots_and_inclusion_of_all_sizes(void **state)
{
	(void)state;
	with_arena struct arena *a = arena_new(16 * MIB);
	struct log *l = ARENA_NEW(a, struct log);
	log_fill(l, a, SIZE_MAX_TESTED);
	assert_int_equal(l->stored, SIZE_MAX_TESTED * 2 - (size_t)__builtin_popcountll(SIZE_MAX_TESTED));
	struct hash proof[2 * MERKLE_LEVELS], naive[2 * MERKLE_LEVELS];
	size_t count;
	for (size_t n = 1; n <= SIZE_MAX_TESTED; n++) {
		struct hash root = naive_root(l->leaves, n);
		assert_true(same(&root, &l->roots[n], 1));
		for (size_t i = 0; i < n; i++) {
			assert_int_equal(merkle_inclusion(i, n, log_get, l, proof, &count), OK);
			assert_int_equal(count, naive_path(l->leaves, n, i, naive));
			assert_true(same(proof, naive, count));
		}
		assert_int_equal(merkle_inclusion(n, n, log_get, l, proof, &count), E_INVALID);
	}
	assert_int_equal(merkle_inclusion(0, SIZE_MAX_TESTED + 8, log_get, l, proof, &count), E_NOT_FOUND);
}

static void consistency_of_all_sizes(void **state)
{
	(void)state;
	with_arena struct arena *a = arena_new(16 * MIB);
	struct log *l = ARENA_NEW(a, struct log);
	log_fill(l, a, SIZE_MAX_TESTED);
	struct hash proof[2 * MERKLE_LEVELS], naive[2 * MERKLE_LEVELS];
	size_t count;
	for (size_t n = 1; n <= SIZE_MAX_TESTED; n += n < 70 ? 1 : 23) {
		for (size_t m = 1; m <= n; m++) {
			assert_int_equal(merkle_consistency(m, n, log_get, l, proof, &count), OK);
			assert_int_equal(count, naive_subproof(l->leaves, n, m, true, naive));
			assert_true(same(proof, naive, count));
		}
		assert_int_equal(merkle_consistency(n + 1, n, log_get, l, proof, &count), E_INVALID);
		assert_int_equal(merkle_consistency(0, n, log_get, l, proof, &count), OK);
		assert_int_equal(count, 0);
	}
}

static void frontiers_survive_packing(void **state)
{
	(void)state;
	with_arena struct arena *a = arena_new(16 * MIB);
	struct frontier f = { 0 }, back;
	for (uint64_t i = 0; i < 130; i++) {
		struct merkle_node nodes[MERKLE_LEVELS];
		struct str packed = frontier_pack(a, &f);
		assert_int_equal(packed.n, 8 + 32 * __builtin_popcountll(i));
		assert_int_equal(frontier_unpack(packed, &back), OK);
		struct hash x = merkle_root(&f), y = merkle_root(&back);
		assert_true(back.size == i && same(&x, &y, 1));
		assert_int_equal(frontier_unpack(str_slice(packed, 0, packed.n - 1), &back), E_CORRUPT);
		merkle_append(&f, merkle_leaf(leaf_text(a, i)), nodes);
	}
	assert_int_equal(frontier_unpack((struct str){ "\xff\xff\xff\xff\xff\xff\xff\xff", 8 }, &back), E_CORRUPT);
}

static struct keystore *store_new(struct arena *a, char folder[32])
{
	struct keystore *ks = NULL;
	struct problem problem;
	problem_init(&problem, a);
	snprintf(folder, 32, "/tmp/fw-tree-XXXXXX");
	assert_non_null(mkdtemp(folder));
	assert_int_equal(keystore_create(folder, &problem), OK);
	assert_int_equal(keystore_open(folder, &problem, &ks), OK);
	return ks;
}

static void store_free(struct arena *a, struct keystore *ks, const char *folder)
{
	keystore_close(ks);
	unlink(str_fmt(a, "%s/root.key", folder).p);
	unlink(str_fmt(a, "%s/keys.db", folder).p);
	rmdir(folder);
}

static void checkpoints_have_the_published_form(void **state)
{
	(void)state;
	with_arena struct arena *a = arena_new(16 * MIB);
	char folder[32];
	struct keystore *ks = store_new(a, folder);
	struct hash root = merkle_leaf(STR("x"));
	struct str text, vkey;
	assert_int_equal(checkpoint_sign(a, ks, STR("example.test/audit/1"), 12, root, &text), OK);
	assert_true(str_starts(text, STR("example.test/audit/1\n12\n")));
	assert_non_null(strstr(str_z(a, text), "=\n\n\xe2\x80\x94 example.test/audit/1 "));
	assert_true(str_ends(text, STR("\n")));
	assert_int_equal(checkpoint_vkey(a, ks, STR("example.test/audit/1"), &vkey), OK);
	assert_int_equal(vkey.n, 20 + 1 + 44);
	static const char *const bad[] = { "", "a b", "a\nb", "a+b", "a\tb" };
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_int_equal(checkpoint_sign(a, ks, str_from(bad[i]), 1, root, &text), E_INVALID);
	store_free(a, ks, folder);
}

static void put_file(struct arena *a, const char *folder, int number, const char *kind, struct str s)
{
	FILE *f = fopen(str_fmt(a, "%s/%03d.%s", folder, number, kind).p, "wb");
	if (!f || fwrite(s.p, 1, s.n, f) != s.n)
		abort();
	fclose(f);
}

/* One case for the independent verifier: key, leaf, proof, two checkpoints and what lies between them. */
static enum err export_case(struct arena *a, struct log *l, struct keystore *ks, const char *folder, int number)
{
	const struct str origin = STR("example.test/audit/42/1");
	uint64_t newer = 1 + (uint64_t)number % EXPORT_SIZE, older = (uint64_t)number * 7 % (newer + 1);
	uint64_t index = (uint64_t)number * 13 % newer;
	struct hash proof[2 * MERKLE_LEVELS];
	struct str vkey, text, hashes = STR("");
	size_t count;
	TRY(checkpoint_vkey(a, ks, origin, &vkey));
	put_file(a, folder, number, "vkey", vkey);
	put_file(a, folder, number, "leaf", leaf_text(a, index));
	TRY(checkpoint_sign(a, ks, origin, older, l->roots[older], &text));
	put_file(a, folder, number, "old", text);
	TRY(checkpoint_sign(a, ks, origin, newer, l->roots[newer], &text));
	put_file(a, folder, number, "new", text);
	TRY(merkle_inclusion(index, newer, log_get, l, proof, &count));
	put_file(a, folder, number, "proof", merkle_proof_text(a, index, proof, count, text));
	TRY(merkle_consistency(older, newer, log_get, l, proof, &count));
	/* The lines between "index" and the empty one are the hashes in the form wanted. */
	if (count) {
		hashes = merkle_proof_text(a, 0, proof, count, STR(""));
		hashes = str_slice(hashes, sizeof("c2sp.org/tlog-proof@v1\nindex 0\n") - 1, hashes.n);
	}
	put_file(a, folder, number, "hashes", hashes);
	return OK;
}

static int export_cases(const char *folder)
{
	with_arena struct arena *a = arena_new(64 * MIB);
	struct log *l = ARENA_NEW(a, struct log);
	log_fill(l, a, EXPORT_SIZE);
	for (int i = 0; i < EXPORT_KEYS; i++) {
		char home[32];
		struct keystore *ks = store_new(a, home);
		enum err e = export_case(a, l, ks, folder, i);
		store_free(a, ks, home);
		if (e != OK)
			return 1;
	}
	return 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(published_roots),
		cmocka_unit_test(roots_and_inclusion_of_all_sizes),
		cmocka_unit_test(consistency_of_all_sizes),
		cmocka_unit_test(frontiers_survive_packing),
		cmocka_unit_test(checkpoints_have_the_published_form),
	};
	if (argc == 3 && strcmp(argv[1], "export") == 0)
		return export_cases(argv[2]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
