#include "keyfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* strerror() is not safe among threads; this one is, and always in English. */
static const char *why(void)
{
	const char *words = strerrordesc_np(errno);
	return words ? words : "an unknown fault";
}

bool keyfile_exists(const char *path)
{
	struct stat st;
	return lstat(path, &st) == 0;
}

static enum err judge(const char *path, const struct stat *st, struct problem *problem)
{
	unsigned mode = st->st_mode & 07777u;
	if (!S_ISREG(st->st_mode))
		return problem_set(problem, E_KEY, "%s is not a plain file.", path);
	if (mode & 077u)
		return problem_set(problem, E_KEY, "%s can be reached by others (mode %04o). Run: chmod 600 %s", path, mode, path);
	if (st->st_uid != geteuid() && st->st_uid != 0 && geteuid() != 0)
		return problem_set(problem, E_KEY, "%s belongs to another user (%u).", path, (unsigned)st->st_uid);
	return OK;
}

static enum err absent(const char *path, struct problem *problem)
{
	return problem_set(problem, E_KEY,
	                   "%s cannot be opened: %s. Put it back from the backup of the keys; a new one would not fit.", path, why());
}

enum err keyfile_private(const char *path, struct problem *problem)
{
	struct stat st;
	if (lstat(path, &st) != 0)
		return absent(path, problem);
	return judge(path, &st, problem);
}

static enum err read_root(int fd, const char *path, struct problem *problem, struct key *ret)
{
	struct stat st;
	struct key key;
	if (fstat(fd, &st) != 0)
		return absent(path, problem);
	TRY(judge(path, &st, problem));
	if (st.st_size != sizeof(key.b) || read(fd, key.b, sizeof(key.b)) != sizeof(key.b))
		return problem_set(problem, E_KEY, "%s is not a key: it has to be exactly 32 bytes.", path);
	*ret = key;
	key_wipe(&key);
	return OK;
}

enum err keyfile_read(const char *path, struct problem *problem, struct key *ret)
{
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return absent(path, problem);
	enum err e = read_root(fd, path, problem, ret);
	close(fd);
	return e;
}

static bool write_all(int fd, struct str bytes)
{
	while (bytes.n) {
		ssize_t n = write(fd, bytes.p, bytes.n);
		if (n < 0 && errno != EINTR)
			return false;
		if (n > 0)
			bytes = str_slice(bytes, (size_t)n, bytes.n);
	}
	return fsync(fd) == 0;
}

enum err keyfile_make(const char *path, struct str bytes, struct problem *problem)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0 && errno == EEXIST)
		return problem_set(problem, E_CONFIG, "%s exists already and is left as it is.", path);
	if (fd < 0)
		return problem_set(problem, E_CONFIG, "%s cannot be made: %s.", path, why());
	bool good = fchmod(fd, 0600) == 0 && write_all(fd, bytes);
	if (!good)
		problem_set(problem, E_CONFIG, "%s cannot be written: %s.", path, why());
	close(fd);
	return good ? OK : E_CONFIG;
}

enum err keyfile_replace(const char *path, const char *by, struct problem *problem)
{
	static const char zeros[32];
	int fd = open(path, O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
	bool good = fd >= 0 && write_all(fd, (struct str){ zeros, sizeof(zeros) });
	if (fd >= 0)
		close(fd);
	if (!good || rename(by, path) != 0)
		return problem_set(problem, E_STORAGE, "%s cannot be replaced: %s.", path, why());
	return OK;
}

/* Who may write into the folder could put another key in the place of ours. */
static enum err judge_dir(int fd, const char *dir, struct problem *problem)
{
	struct stat st;
	if (fstat(fd, &st) != 0)
		return absent(dir, problem);
	if (st.st_mode & 022u)
		return problem_set(problem, E_KEY, "%s can be written by others (mode %04o). Run: chmod 700 %s", dir,
		                   st.st_mode & 07777u, dir);
	return OK;
}

enum err dir_lock(const char *dir, bool only, struct problem *problem, int *ret_fd)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return problem_set(problem, E_KEY, "The folder of the keys, %s, cannot be opened: %s.", dir, why());
	enum err e = judge_dir(fd, dir, problem);
	if (e != OK) {
		close(fd);
		return e;
	}
	if (flock(fd, (only ? LOCK_EX : LOCK_SH) | LOCK_NB) != 0) {
		close(fd);
		return problem_set(problem, E_BUSY, "%s is in use%s.", dir,
		                   only ? ": stop the server first" : " by a change of keys: wait until it has ended");
	}
	*ret_fd = fd;
	return OK;
}

enum err dir_sync(int fd, struct problem *problem)
{
	return fsync(fd) == 0 ? OK : problem_set(problem, E_STORAGE, "The folder of the keys cannot be written: %s.", why());
}
