/* aftercare.h - warranty and signatures, for the files of work. */
#ifndef AFTERCARE_H
#define AFTERCARE_H

#include "doc.h"

/* job_is_signed() - whether somebody signed for it, and whether it was written down why nobody did. */
must_use enum err job_is_signed(struct tx *tx, struct id job, bool *ret, bool *ret_refused);
/* job_warrant() - a piece of work was completed: three months of warranty on each part and the labour, or as long as the item says (CPA s57). */
must_use enum err job_warrant(struct tx *tx, const struct row *was, const struct row *job);
/* job_warranties_run() - an act: what at the place of this work is still under warranty from other work. */
must_use enum err job_warranties_run(struct act_call *c);

#endif
