/* libpq.h - PostgreSQL's client library, loaded by the first connection: an installation that keeps its data in one file has no use for
 * it and for the thirty libraries behind it, in any of its processes. Private to this layer.
 *
 * pq.exec() is PQexec(), and so on; the headers' own declarations give the types. */
#ifndef LIBPQ_H
#define LIBPQ_H

#include "err.h"
#include "problem.h"

#include <libpq-fe.h>

#define LIBPQ_FUNCTIONS(F)                                                                                                                   \
	F(clear) F(cmdStatus) F(cmdTuples) F(connectdb) F(connectdbParams) F(conninfoFree) F(conninfoParse) F(consumeInput) F(db)            \
	F(encryptPasswordConn) F(enterPipelineMode) F(errorMessage) F(escapeIdentifier) F(escapeLiteral) F(exec) F(execParams) F(finish)     \
	F(freemem) F(ftype) F(getResult) F(getisnull) F(getlength) F(getvalue) F(nfields) F(nparams) F(ntuples) F(paramtype)                 \
	F(pipelineSync) F(resStatus) F(resultErrorField) F(resultStatus) F(sendDescribePrepared) F(sendPrepare) F(sendQueryParams)           \
	F(sendQueryPrepared) F(setNoticeProcessor) F(socket) F(status) F(transactionStatus)

#define LIBPQ_POINTER(name) __typeof__(&PQ##name) name;
struct libpq {
	LIBPQ_FUNCTIONS(LIBPQ_POINTER)
};
#undef LIBPQ_POINTER

extern struct libpq pq;

/* libpq_load() - once, whoever comes first; before it nothing of `pq` may be called; see sql_load(). */
must_use enum err libpq_load(struct problem *problem);

#endif
