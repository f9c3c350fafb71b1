/* blob.h - sealed files in the data folder: imports and their reports, later attachments.
 *
 * A file is a row of chunks of at most 64 KiB, each sealed for tenant, file and position; the last is marked, so that a cut file is
 * known. What is in memory is one chunk. */
#ifndef BLOB_H
#define BLOB_H

#include "store.h"

enum { BLOB_CHUNK = 65536 - 64 };

struct blob_writer {
	struct store *store;
	int64_t tenant;
	struct id id;
	int fd;
	uint16_t chunk;
	size_t n;
	char buf[BLOB_CHUNK];
};

/* blob_create() - a new file "<dir>/<id><suffix>"; E_STORAGE, E_FULL. blob_close() writes the last chunk and makes it durable; after a
 * failure the file is removed. */
must_use enum err blob_create(struct blob_writer *w, struct store *store, const char *dir, int64_t tenant, struct id id, const char *suffix);
must_use enum err blob_write(struct blob_writer *w, struct str bytes);
must_use enum err blob_close(struct blob_writer *w);
void blob_abandon(struct blob_writer *w, const char *dir, const char *suffix);
/* blob_read() - the whole file, at most `max` bytes. E_NOT_FOUND, E_CORRUPT, E_TOO_LARGE. */
must_use enum err blob_read(struct arena *a, struct store *store, const char *dir, int64_t tenant, struct id id, const char *suffix, size_t max,
                            struct str *ret);

#endif
