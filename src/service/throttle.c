#include "throttle.h"

#include "seal.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { GROUPS = 4096, GROUP_SIZE = 8 };

struct slot {
	uint64_t key;
	int64_t since_ms;
	unsigned count;
};

struct throttle {
	pthread_mutex_t lock;
	struct key secret;
	struct slot slots[GROUPS][GROUP_SIZE];
};

struct throttle *throttle_new(void)
{
	struct throttle *t = calloc(1, sizeof(*t));
	if (!t)
		abort();
	pthread_mutex_init(&t->lock, NULL);
	random_bytes(t->secret.b, sizeof(t->secret.b));
	return t;
}

void throttle_free(struct throttle *t)
{
	if (!t)
		return;
	pthread_mutex_destroy(&t->lock);
	key_wipe(&t->secret);
	free(t);
}

/* The slot of a key; else the one of its group that began longest ago, emptied. */
static struct slot *slot_of(struct slot *group, uint64_t key)
{
	struct slot *oldest = &group[0];
	for (int i = 0; i < GROUP_SIZE; i++) {
		if (group[i].key == key)
			return &group[i];
		if (group[i].since_ms < oldest->since_ms)
			oldest = &group[i];
	}
	*oldest = (struct slot){ .key = key };
	return oldest;
}

bool throttle_take(struct throttle *t, const char *what, struct str key, unsigned limit, int64_t window_s, int64_t now_ms)
{
	uint8_t hash[32];
	uint64_t at, id;
	const struct str parts[] = { str_from(what), STR("|"), key };
	hmac_sha256(&t->secret, parts, 3, hash);
	memcpy(&at, hash, sizeof(at));
	memcpy(&id, hash + 8, sizeof(id));
	pthread_mutex_lock(&t->lock);
	struct slot *s = slot_of(t->slots[at % GROUPS], id | 1);
	if (now_ms - s->since_ms >= window_s * 1000 || now_ms < s->since_ms)
		*s = (struct slot){ .key = s->key, .since_ms = now_ms };
	bool ok = s->count < limit;
	s->count += ok;
	pthread_mutex_unlock(&t->lock);
	return ok;
}

struct str throttle_address(struct arena *a, struct str address)
{
	struct in6_addr six;
	if (inet_pton(AF_INET6, str_z(a, address), &six) != 1)
		return address;
	return str_hex(a, six.s6_addr, 8);
}
