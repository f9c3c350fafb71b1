#include "guard.h"

#include "identity.h"
#include "throttle.h"

#include <arpa/inet.h>
#include <string.h>

/* `doubling`: the wait doubles with each try beyond the limit, and one try is forgiven per window; otherwise a window is counted out. */
static const struct limit {
	const char *name;
	int64_t limit, window_s;
	bool doubling;
} limits[GUARD_KINDS] = {
	[GUARD_ACCOUNT] = { "account", 3, 900, true },
	[GUARD_DEVICE] = { "device", 10, 3600, false },
	[GUARD_ADDRESS] = { "address", GUARD_ADDRESS_TRIES, 600, false },
	[GUARD_NETWORK] = { "network", GUARD_NETWORK_TRIES, 600, false },
	[GUARD_SPRAY] = { "spray", 20, 600, false },
	[GUARD_CODE] = { "code", 5, 600, false },
	[GUARD_CODE_DAY] = { "code.day", 20, 86400, false },
	[GUARD_MAIL] = { "mail", 3, 3600, false },
	[GUARD_MAIL_FROM] = { "mail.from", 10, 3600, false },
};

enum { WAIT_MAX_S = 900, TOTAL_MAX = 100, DAY_S = 86400 };

struct str guard_network(struct arena *a, struct str address)
{
	struct in_addr four;
	struct in6_addr six;
	const char *z = str_z(a, address);
	if (inet_pton(AF_INET, z, &four) == 1) {
		const uint8_t *b = (const uint8_t *)&four;
		return str_fmt(a, "%u.%u.%u.0/24", b[0], b[1], b[2]);
	}
	if (inet_pton(AF_INET6, z, &six) != 1)
		return STR("local");
	return str_fmt(a, "%x:%x:%x::/48", six.s6_addr[0] << 8 | six.s6_addr[1], six.s6_addr[2] << 8 | six.s6_addr[3], six.s6_addr[4] << 8 | six.s6_addr[5]);
}

struct taking {
	const struct guard_key *keys;
	size_t count;
	bool good;
	int64_t wait_s;
};

static enum err hash_of(struct tx *tx, const struct guard_key *k, uint8_t ret[32])
{
	struct key key;
	const struct str parts[] = { STR("tries|"), str_from(limits[k->what].name), STR("|"), k->key };
	TRY(keystore_tenant_key(store_keys(tx->store), 0, KEY_SECRETS, &key));
	hmac_sha256(&key, parts, ARRAY_LEN(parts), ret);
	key_wipe(&key);
	return OK;
}

/* How it stands now: what time has forgiven is taken off. */
static void settle(const struct limit *l, struct tries *t, int64_t now_ms)
{
	int64_t window_ms = l->window_s * 1000, passed = now_ms > t->at_ms ? (now_ms - t->at_ms) / window_ms : 0;
	if (!t->at_ms)
		t->at_ms = now_ms;
	if (passed <= 0)
		return;
	t->count = l->doubling && t->count > passed ? t->count - passed : 0;
	t->at_ms = l->doubling && t->count ? t->at_ms + passed * window_ms : now_ms;
}

static int64_t wait_of(const struct limit *l, const struct tries *t, int64_t now_ms)
{
	int64_t until = t->until_ms;
	if (!l->doubling && t->count >= l->limit)
		until = t->at_ms + l->window_s * 1000;
	return until > now_ms ? (until - now_ms + 999) / 1000 : 0;
}

static void count_one(const struct limit *l, struct tries *t, int64_t now_ms)
{
	t->count++;
	if (!l->doubling)
		return;
	t->total++;
	t->at_ms = now_ms;
	int64_t over = t->count - l->limit, wait = over <= 0 ? 0 : over > 10 ? WAIT_MAX_S : (int64_t)1 << over;
	if (wait > WAIT_MAX_S)
		wait = WAIT_MAX_S;
	if (t->total >= TOTAL_MAX) /* a hundred in a row: only a known device, or a new password by mail (NIST SP 800-63B-4, 3.2.2) */
		wait = DAY_S;
	t->until_ms = wait ? now_ms + wait * 1000 : 0;
}

static enum err look(struct tx *tx, void *arg)
{
	struct taking *k = arg;
	k->wait_s = 0;
	for (size_t i = 0; i < k->count; i++) {
		uint8_t hash[32];
		struct tries t;
		const struct limit *l = &limits[k->keys[i].what];
		TRY(hash_of(tx, &k->keys[i], hash));
		TRY(tries_find(tx, hash, &t));
		settle(l, &t, tx->now.ms);
		int64_t wait = wait_of(l, &t, tx->now.ms);
		k->wait_s = wait > k->wait_s ? wait : k->wait_s;
	}
	return OK;
}

static enum err take(struct tx *tx, void *arg)
{
	struct taking *k = arg;
	TRY(tx_lock(tx));
	TRY(look(tx, arg));
	if (k->wait_s)
		return OK;
	for (size_t i = 0; i < k->count; i++) {
		uint8_t hash[32];
		struct tries t;
		TRY(hash_of(tx, &k->keys[i], hash));
		TRY(tries_find(tx, hash, &t));
		settle(&limits[k->keys[i].what], &t, tx->now.ms);
		count_one(&limits[k->keys[i].what], &t, tx->now.ms);
		TRY(tries_put(tx, hash, &t));
	}
	return OK;
}

enum err guard_take(struct ctx *c, const struct guard_key *keys, size_t count)
{
	struct taking k = { .keys = keys, .count = count };
	struct run run = ctx_system_run(c);
	/* Who is held back already costs a look, no write. */
	TRY(store_read(&run, look, &k));
	if (!k.wait_s)
		TRY(store_write(&run, take, &k));
	if (!k.wait_s)
		return OK;
	problem_init(&c->problem, c->arena);
	c->problem.retry_s = k.wait_s;
	return problem_set(&c->problem, E_RATE, "Too many tries. Wait %lld seconds.", (long long)k.wait_s);
}

static enum err good(struct tx *tx, void *arg)
{
	struct taking *k = arg;
	TRY(tx_lock(tx));
	for (size_t i = 0; i < k->count; i++) {
		uint8_t hash[32];
		struct tries t;
		enum guard_what what = k->keys[i].what;
		bool place = what == GUARD_ADDRESS || what == GUARD_NETWORK;
		TRY(hash_of(tx, &k->keys[i], hash));
		TRY(tries_find(tx, hash, &t));
		settle(&limits[what], &t, tx->now.ms);
		t.count = place && t.count > 0 ? t.count - 1 : 0;
		t.total = t.until_ms = 0;
		TRY(tries_put(tx, hash, &t));
	}
	return OK;
}

enum err guard_good(struct ctx *c, const struct guard_key *keys, size_t count)
{
	struct taking k = { .keys = keys, .count = count };
	struct run run = ctx_system_run(c);
	return store_write(&run, good, &k);
}

enum err guard_account_open(struct ctx *c, struct str account)
{
	const struct guard_key key = { GUARD_ACCOUNT, account };
	return guard_good(c, &key, 1);
}

struct spraying {
	struct str network, account;
	bool sprayed;
};

/* Each account counts once for a network; the row of the pair says that it was counted. */
static enum err spray(struct tx *tx, void *arg)
{
	struct spraying *s = arg;
	struct guard_key pair = { GUARD_SPRAY, str_fmt(tx->arena, STR_FMT "|" STR_FMT, STR_ARG(s->network), STR_ARG(s->account)) };
	struct guard_key all = { GUARD_SPRAY, s->network };
	const struct limit *l = &limits[GUARD_SPRAY];
	uint8_t pair_hash[32], hash[32];
	struct tries t;
	s->sprayed = false;
	TRY(hash_of(tx, &pair, pair_hash));
	TRY(tries_find(tx, pair_hash, &t));
	settle(l, &t, tx->now.ms);
	if (t.count)
		return OK;
	TRY(tx_lock(tx));
	t.count = 1;
	TRY(tries_put(tx, pair_hash, &t));
	TRY(hash_of(tx, &all, hash));
	TRY(tries_find(tx, hash, &t));
	settle(l, &t, tx->now.ms);
	t.count++;
	s->sprayed = t.count > l->limit;
	return tries_put(tx, hash, &t);
}

enum err guard_spray(struct ctx *c, struct str network, struct str account, bool *ret)
{
	struct spraying s = { network, account, false };
	struct run run = ctx_system_run(c);
	TRY(store_write(&run, spray, &s));
	*ret = s.sprayed;
	return OK;
}
