/* transport.h - what mail and SMS share on top of libcurl. Of this layer alone: no other includes it. */
#ifndef TRANSPORT_H
#define TRANSPORT_H

#include "buf.h"
#include "delivery.h"
#include "libcurl.h"

/* transport_setup() - timeouts, verified TLS of at least 1.2, no proxy, no redirects, no signals, no credentials from files.
 * E_CONFIG: the CA file cannot be read, or a time is out of range. */
must_use enum err transport_setup(CURL *curl, const struct line *line);

/* transport_tls() - whether this connection is encrypted now; with transport_setup()'s rules that means verified. */
bool transport_tls(CURL *curl);

/* transport_failure() - the fixed word for an attempt that ended before any answer decided it. */
const char *transport_failure(CURLcode code);
bool transport_failed_tls(CURLcode code);

/* words_add() - appends what the other side said, as printable UTF-8 and cut to the buffer's maximum at a character's edge. */
void words_add(struct buf *words, struct str s);

#endif
