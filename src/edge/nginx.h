/* nginx.h - the edge's configuration, written from our own settings each time it starts. */
#ifndef NGINX_H
#define NGINX_H

#include "str.h"

/* A path with manners of its own; "*" in it is one segment. */
struct nginx_path {
	const char *path;
	bool open;   /* nobody is signed in who asks for it: held back by address */
	bool upload; /* its body streams */
	bool often;  /* open, and called by machines: held back at a higher rate */
};
struct nginx_config {
	const struct nginx_path *paths;
	size_t path_count;
	struct str listen;       /* "127.0.0.1:8443" */
	struct str run_dir;      /* for the pid and temporary files */
	struct str app_socket;
	struct str web_root;     /* static files; empty: none */
	struct str certificate, certificate_key;
	bool root;               /* started as root: say whose the workers are */
	struct str user;
	int workers;
	bool local;              /* a loopback name: no HSTS */
};
struct str nginx_config_text(struct arena *a, const struct nginx_config *c);

#endif
