/* server.h - requests come over a unix socket, one to a connection, and are worked on by a fixed number of threads.
 *
 * One thread accepts and queues; when the queue is full a connection is answered 503 at once. A stop lets everything that was accepted
 * finish. */
#ifndef SERVER_H
#define SERVER_H

#include "http.h"

struct server_config {
	const char *socket_path;
	size_t threads; /* 0: 8 * cores; most wait for the writer or the disk */
	void (*handle)(void *arg, struct arena *a, const struct request *rq, struct response *rs);
	bool (*is_upload)(void *arg, struct str method, struct str path);
	void *arg;
};

/* server_run() - serves until `stop_fd` becomes readable. E_CONFIG when the socket cannot be made. */
must_use enum err server_run(const struct server_config *config, int stop_fd);

#endif
