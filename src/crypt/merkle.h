/* merkle.h - the tree of RFC 6962 section 2.1, and C2SP checkpoints over it. Pure: bytes in, bytes out; storage is the caller's.
 *
 * Leaf hash SHA-256(0x00 | leaf), interior SHA-256(0x01 | left | right). */
#ifndef MERKLE_H
#define MERKLE_H

#include "keystore.h"

struct hash {
	uint8_t b[32];
};

enum { MERKLE_LEVELS = 48 };

/* The perfect subtrees of a tree that grows, one per set bit of its size. 8 + 32 * popcount(size) bytes when packed. */
struct frontier {
	uint64_t size;
	struct hash at[MERKLE_LEVELS];
};

/* A node that a new leaf completes: to be stored. */
struct merkle_node {
	unsigned level;
	uint64_t index;
	struct hash hash;
};

struct hash merkle_leaf(struct str leaf);
struct hash merkle_pair(struct hash left, struct hash right);
/* merkle_append() - adds one leaf; writes the nodes that it completes (level 0 first, at most MERKLE_LEVELS) and returns how many. */
size_t merkle_append(struct frontier *f, struct hash leaf, struct merkle_node nodes[MERKLE_LEVELS]);
struct hash merkle_root(const struct frontier *f); /* of an empty tree: SHA-256 of nothing */
struct str frontier_pack(struct arena *a, const struct frontier *f);
must_use enum err frontier_unpack(struct str bytes, struct frontier *ret); /* E_CORRUPT */

/* Reads one stored node of a perfect subtree. */
typedef enum err merkle_get(void *arg, unsigned level, uint64_t index, struct hash *ret);
/* Proofs of RFC 6962 2.1.1 and 2.1.2 (at most 2 * MERKLE_LEVELS hashes). E_INVALID when index >= size or old > size. */
must_use enum err merkle_inclusion(uint64_t index, uint64_t size, merkle_get *get, void *arg, struct hash *proof, size_t *ret_count);
must_use enum err merkle_consistency(uint64_t old_size, uint64_t size, merkle_get *get, void *arg, struct hash *proof,
                                     size_t *ret_count);

/* The signed note: "<origin>\n<size>\n<base64 root>\n\n— <origin> <base64 key id and signature>\n". */
must_use enum err checkpoint_sign(struct arena *a, struct keystore *ks, struct str origin, uint64_t size, struct hash root,
                                  struct str *ret);
/* The key as verifiers want it: "<origin>+<base64 of 32 bytes>". */
must_use enum err checkpoint_vkey(struct arena *a, struct keystore *ks, struct str origin, struct str *ret);
/* The text of c2sp.org/tlog-proof@v1 for one leaf. */
struct str merkle_proof_text(struct arena *a, uint64_t index, const struct hash *proof, size_t count, struct str checkpoint);

#endif
