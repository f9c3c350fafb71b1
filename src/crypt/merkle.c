#include "merkle.h"

#include "buf.h"
#include "limits.h"

#include <inttypes.h>
#include <sodium.h>
#include <string.h>

enum { BASE64_MAX = 200, ORIGIN_MAX = 255 };

/* A range of leaves [from, to) whose root belongs to a proof. */
struct range {
	uint64_t from, to;
};

static struct str hash_str(const struct hash *h)
{
	return (struct str){ (const char *)h->b, sizeof(h->b) };
}

struct hash merkle_leaf(struct str leaf)
{
	const struct str parts[2] = { { "\x00", 1 }, leaf };
	struct hash out;
	sha256(parts, ARRAY_LEN(parts), out.b);
	return out;
}

struct hash merkle_pair(struct hash left, struct hash right)
{
	const struct str parts[3] = { { "\x01", 1 }, hash_str(&left), hash_str(&right) };
	struct hash out;
	sha256(parts, ARRAY_LEN(parts), out.b);
	return out;
}

size_t merkle_append(struct frontier *f, struct hash leaf, struct merkle_node nodes[MERKLE_LEVELS])
{
	unsigned level = 0;
	uint64_t index = f->size;
	size_t count = 0;
	nodes[count++] = (struct merkle_node){ 0, index, leaf };
	for (; index & 1; index >>= 1) {
		leaf = merkle_pair(f->at[level], leaf);
		level++;
		nodes[count++] = (struct merkle_node){ level, index >> 1, leaf };
	}
	f->at[level] = leaf;
	f->size++;
	return count;
}

struct hash merkle_root(const struct frontier *f)
{
	struct hash root;
	bool first = true;
	sha256(NULL, 0, root.b);
	for (unsigned level = 0; level < MERKLE_LEVELS; level++) {
		if (!(f->size >> level & 1))
			continue;
		root = first ? f->at[level] : merkle_pair(f->at[level], root);
		first = false;
	}
	return root;
}

struct str frontier_pack(struct arena *a, const struct frontier *f)
{
	struct buf b;
	buf_init(&b, a, sizeof(*f));
	buf_u64be(&b, f->size);
	for (unsigned level = MERKLE_LEVELS; level-- > 0;)
		if (f->size >> level & 1)
			buf_add(&b, hash_str(&f->at[level]));
	return buf_str(&b);
}

enum err frontier_unpack(struct str bytes, struct frontier *ret)
{
	struct frontier f = { 0 };
	if (bytes.n < 8)
		return E_CORRUPT;
	for (size_t i = 0; i < 8; i++)
		f.size = f.size << 8 | (uint8_t)bytes.p[i];
	if (f.size >> MERKLE_LEVELS || bytes.n != 8 + 32 * (size_t)__builtin_popcountll(f.size))
		return E_CORRUPT;
	const char *at = bytes.p + 8;
	for (unsigned level = MERKLE_LEVELS; level-- > 0;) {
		if (!(f.size >> level & 1))
			continue;
		memcpy(f.at[level].b, at, 32);
		at += 32;
	}
	*ret = f;
	return OK;
}

/* The largest power of two below n, for n > 1: where RFC 6962 splits a tree. */
static uint64_t split(uint64_t n)
{
	return (uint64_t)1 << (63 - __builtin_clzll(n - 1));
}

/* Root of a range that starts at a multiple of the power of two above its size: its perfect subtrees, folded from the right. */
static enum err range_root(struct range r, merkle_get *get, void *arg, struct hash *ret)
{
	struct hash at[MERKLE_LEVELS];
	size_t count = 0;
	for (unsigned level = MERKLE_LEVELS; level-- > 0;) {
		if (!((r.to - r.from) >> level & 1))
			continue;
		TRY(get(arg, level, r.from >> level, &at[count++]));
		r.from += (uint64_t)1 << level;
	}
	struct hash root = at[--count];
	while (count > 0)
		root = merkle_pair(at[--count], root);
	*ret = root;
	return OK;
}

static enum err ranges_roots(const struct range *ranges, size_t count, merkle_get *get, void *arg, struct hash *proof)
{
	for (size_t i = 0; i < count; i++)
		TRY(range_root(ranges[count - 1 - i], get, arg, &proof[i]));
	return OK;
}

enum err merkle_inclusion(uint64_t index, uint64_t size, merkle_get *get, void *arg, struct hash *proof, size_t *ret_count)
{
	struct range ranges[MERKLE_LEVELS];
	size_t count = 0;
	if (index >= size || size >> MERKLE_LEVELS)
		return E_INVALID;
	for (struct range r = { 0, size }; r.to - r.from > 1;) {
		uint64_t middle = r.from + split(r.to - r.from);
		bool left = index < middle;
		ranges[count++] = left ? (struct range){ middle, r.to } : (struct range){ r.from, middle };
		r = left ? (struct range){ r.from, middle } : (struct range){ middle, r.to };
	}
	TRY(ranges_roots(ranges, count, get, arg, proof));
	*ret_count = count;
	return OK;
}

enum err merkle_consistency(uint64_t old_size, uint64_t size, merkle_get *get, void *arg, struct hash *proof, size_t *ret_count)
{
	struct range ranges[MERKLE_LEVELS + 1], r = { 0, size };
	size_t count = 0;
	if (old_size > size || size >> MERKLE_LEVELS)
		return E_INVALID;
	if (old_size == 0) {
		*ret_count = 0;
		return OK;
	}
	/* Down to the subtree that ends where the old tree ended. */
	while (r.to != old_size) {
		uint64_t middle = r.from + split(r.to - r.from);
		bool left = old_size <= middle;
		ranges[count++] = left ? (struct range){ middle, r.to } : (struct range){ r.from, middle };
		r = left ? (struct range){ r.from, middle } : (struct range){ middle, r.to };
	}
	/* The verifier knows that subtree's root already if it is the whole old tree. */
	if (r.from > 0)
		ranges[count++] = r;
	TRY(ranges_roots(ranges, count, get, arg, proof));
	*ret_count = count;
	return OK;
}

static struct str base64(struct arena *a, const void *p, size_t n)
{
	char *out = ARENA_ARRAY(a, char, BASE64_MAX);
	sodium_bin2base64(out, BASE64_MAX, p, n, sodium_base64_VARIANT_ORIGINAL);
	return str_from(out);
}

static bool origin_valid(struct str origin)
{
	for (size_t i = 0; i < origin.n; i++)
		if ((unsigned char)origin.p[i] <= ' ' || origin.p[i] == '+' || origin.p[i] == 0x7f)
			return false;
	return origin.n > 0 && origin.n <= ORIGIN_MAX;
}

/* The first four bytes of SHA-256(name | "\n" | 01 | public key) tell keys apart (c2sp.org/signed-note). */
static void key_id(struct str origin, const uint8_t public_key[32], uint8_t out[4])
{
	uint8_t hash[32];
	const struct str parts[3] = { origin, { "\n\x01", 2 }, { (const char *)public_key, 32 } };
	sha256(parts, ARRAY_LEN(parts), hash);
	memcpy(out, hash, 4);
}

enum err checkpoint_sign(struct arena *a, struct keystore *ks, struct str origin, uint64_t size, struct hash root, struct str *ret)
{
	uint8_t public_key[32], signature[4 + 64];
	if (!origin_valid(origin))
		return E_INVALID;
	struct str body = str_fmt(a, STR_FMT "\n%" PRIu64 "\n" STR_FMT "\n", STR_ARG(origin), size,
	                          STR_ARG(base64(a, root.b, sizeof(root.b))));
	TRY(keystore_public_key(ks, public_key));
	key_id(origin, public_key, signature);
	TRY(keystore_sign(ks, body, signature + 4));
	*ret = str_fmt(a, STR_FMT "\n\u2014 " STR_FMT " " STR_FMT "\n", STR_ARG(body), STR_ARG(origin),
	               STR_ARG(base64(a, signature, sizeof(signature))));
	return OK;
}

enum err checkpoint_vkey(struct arena *a, struct keystore *ks, struct str origin, struct str *ret)
{
	uint8_t public_key[32];
	if (!origin_valid(origin))
		return E_INVALID;
	TRY(keystore_public_key(ks, public_key));
	*ret = str_fmt(a, STR_FMT "+" STR_FMT, STR_ARG(origin), STR_ARG(base64(a, public_key, sizeof(public_key))));
	return OK;
}

struct str merkle_proof_text(struct arena *a, uint64_t index, const struct hash *proof, size_t count, struct str checkpoint)
{
	struct buf b;
	buf_init(&b, a, 64 * KIB);
	buf_fmt(&b, "c2sp.org/tlog-proof@v1\nindex %" PRIu64 "\n", index);
	for (size_t i = 0; i < count; i++)
		buf_fmt(&b, STR_FMT "\n", STR_ARG(base64(a, proof[i].b, sizeof(proof[i].b))));
	buf_char(&b, '\n');
	buf_add(&b, checkpoint);
	return buf_str(&b);
}
