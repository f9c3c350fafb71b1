/* keyfile.h - the files of a key store as the file system sees them: who may read them, and how they appear and are replaced.
 *
 * Problems name the file and say what to do about it. */
#ifndef KEYFILE_H
#define KEYFILE_H

#include "problem.h"
#include "seal.h"

/* keyfile_private() - the file is there, is a plain file, and nobody but its owner (us or root) can read it; else E_KEY. */
must_use enum err keyfile_private(const char *path, struct problem *problem);
/* keyfile_read() - a root key: 32 bytes of a private file. E_KEY. */
must_use enum err keyfile_read(const char *path, struct problem *problem, struct key *ret);
/* keyfile_make() - a new file of mode 0600 with these bytes, durable. E_CONFIG if it exists or cannot be made. */
must_use enum err keyfile_make(const char *path, struct str bytes, struct problem *problem);
/* keyfile_replace() - `path` is overwritten with zeros, then `by` takes its name; durable. E_STORAGE. */
must_use enum err keyfile_replace(const char *path, const char *by, struct problem *problem);
bool keyfile_exists(const char *path);
/* dir_lock() - a shared or the only lock on a folder, held as long as the descriptor is open. E_KEY: the folder
 * is not there, or others may write into it; E_BUSY. */
must_use enum err dir_lock(const char *dir, bool only, struct problem *problem, int *ret_fd);
must_use enum err dir_sync(int fd, struct problem *problem);

#endif
