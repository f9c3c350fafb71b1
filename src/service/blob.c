#include "blob.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void path_of(char out[600], const char *dir, struct id id, const char *suffix)
{
	char text[37];
	id_format(id, text);
	snprintf(out, 600, "%s/%s%s", dir, text, suffix);
}

/* The last chunk is sealed for another person than the others: nobody, but marked. */
static struct seal_place place_of(int64_t tenant, struct id id, uint16_t chunk, bool last)
{
	struct seal_place p = { .tenant = tenant, .noun = 0xfffd, .field = chunk, .row = id };
	p.person.b[0] = last ? 0xff : 0;
	return p;
}

static enum err errno_error(void)
{
	return errno == ENOSPC || errno == EDQUOT ? E_FULL : E_STORAGE;
}

enum err blob_create(struct blob_writer *w, struct store *store, const char *dir, int64_t tenant, struct id id, const char *suffix)
{
	char path[600];
	path_of(path, dir, id, suffix);
	*w = (struct blob_writer){ .store = store, .tenant = tenant, .id = id };
	w->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	return w->fd < 0 ? errno_error() : OK;
}

static enum err write_all(int fd, struct str s)
{
	while (s.n) {
		ssize_t n = write(fd, s.p, s.n);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return errno_error();
		s = str_slice(s, (size_t)n, s.n);
	}
	return OK;
}

static enum err put_chunk(struct blob_writer *w, bool last)
{
	with_arena struct arena *a = arena_new(MIB);
	struct key key;
	TRY(keystore_tenant_key(store_keys(w->store), w->tenant, KEY_SECRETS, &key));
	struct seal_place place = place_of(w->tenant, w->id, w->chunk, last);
	struct str sealed = seal(a, &key, 1, &place, (struct str){ w->buf, w->n });
	key_wipe(&key);
	uint8_t head[4] = { (uint8_t)(sealed.n >> 24), (uint8_t)(sealed.n >> 16), (uint8_t)(sealed.n >> 8), (uint8_t)sealed.n };
	TRY(write_all(w->fd, (struct str){ (const char *)head, 4 }));
	TRY(write_all(w->fd, sealed));
	w->n = 0;
	return ++w->chunk == 0 ? E_TOO_LARGE : OK;
}

enum err blob_write(struct blob_writer *w, struct str bytes)
{
	while (bytes.n) {
		size_t room = BLOB_CHUNK - w->n, n = bytes.n < room ? bytes.n : room;
		memcpy(w->buf + w->n, bytes.p, n);
		w->n += n;
		bytes = str_slice(bytes, n, bytes.n);
		if (w->n == BLOB_CHUNK)
			TRY(put_chunk(w, false));
	}
	return OK;
}

enum err blob_close(struct blob_writer *w)
{
	enum err e = put_chunk(w, true);
	if (e == OK && fsync(w->fd) != 0)
		e = errno_error();
	close(w->fd);
	w->fd = -1;
	return e;
}

void blob_abandon(struct blob_writer *w, const char *dir, const char *suffix)
{
	char path[600];
	if (w->fd >= 0)
		close(w->fd);
	w->fd = -1;
	path_of(path, dir, w->id, suffix);
	unlink(path);
}

static enum err read_exactly(int fd, void *p, size_t n, bool *ret_end)
{
	size_t done = 0;
	*ret_end = false;
	while (done < n) {
		ssize_t got = read(fd, (char *)p + done, n - done);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return E_STORAGE;
		if (got == 0) {
			*ret_end = done == 0;
			return done == 0 ? OK : E_CORRUPT;
		}
		done += (size_t)got;
	}
	return OK;
}

static enum err read_chunks(struct arena *a, int fd, const struct key *key, int64_t tenant, struct id id, struct buf *out)
{
	for (uint16_t chunk = 0;; chunk++) {
		uint8_t head[4];
		bool end;
		struct str plain;
		TRY(read_exactly(fd, head, 4, &end));
		size_t n = (size_t)head[0] << 24 | (size_t)head[1] << 16 | (size_t)head[2] << 8 | head[3];
		if (end || n > BLOB_CHUNK + SEAL_OVERHEAD)
			return E_CORRUPT; /* a whole file ends with its marked chunk */
		char *sealed = ARENA_ARRAY(a, char, n + 1);
		TRY(read_exactly(fd, sealed, n, &end));
		struct seal_place place = place_of(tenant, id, chunk, false), last = place_of(tenant, id, chunk, true);
		bool is_last = seal_open(a, key, &place, (struct str){ sealed, n }, &plain) != OK;
		if (is_last)
			TRY(seal_open(a, key, &last, (struct str){ sealed, n }, &plain));
		buf_add(out, plain);
		if (out->over)
			return E_TOO_LARGE;
		if (is_last)
			return OK;
	}
}

enum err blob_read(struct arena *a, struct store *store, const char *dir, int64_t tenant, struct id id, const char *suffix, size_t max,
                   struct str *ret)
{
	char path[600];
	struct key key;
	struct buf out;
	path_of(path, dir, id, suffix);
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return E_NOT_FOUND;
	buf_init(&out, a, max);
	enum err e = keystore_tenant_key(store_keys(store), tenant, KEY_SECRETS, &key);
	if (e == OK)
		e = read_chunks(a, fd, &key, tenant, id, &out);
	key_wipe(&key);
	close(fd);
	TRY(e);
	*ret = buf_str(&out);
	return OK;
}
