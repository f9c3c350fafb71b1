/* job.h - the stages of a piece of work and the steps between them; for the files of this folder. */
#ifndef JOB_H
#define JOB_H

#include "act.h"
#include "nouns.h"
#include "policy.h"

/* What stands in the way of a step. */
struct missing {
	const char *kind;  /* field, tasks, visit, right, billing */
	const char *field; /* the field to fill in, or NULL */
	int64_t count;
	struct str text;   /* a sentence */
};
enum { MISSING_MAX = 8 };

/* job_step() - what is missing for `job` (with the answers of `params`, a row of the same noun) to enter `status`.
 * E_CONFLICT when there is no such step. */
must_use enum err job_step(struct tx *tx, const struct row *job, const struct row *status, struct missing missing[MISSING_MAX],
                           size_t *ret_count);
/* job_enter_stage() - an automatic move: enters the default status of a stage if there is such a step and nothing is missing;
 * otherwise the row stays as it is, which is no error. */
must_use enum err job_enter_stage(struct tx *tx, struct id job, const char *stage);
/* job_follow_stage() - the times and answers that follow from the stage that `is` has and `was` had not. */
void job_follow_stage(struct tx *tx, const struct row *was, struct row *is);
must_use enum err job_default_status(struct tx *tx, const char *stage, struct row **ret);

enum { CREW_MAX = 20 };
/* read_people() - employees from a JSON list of ids; faults name /employee_ids/<index>. */
must_use enum err read_people(struct tx *tx, struct str list, struct id people[CREW_MAX], size_t *ret_count);

/* job_card.c */
enum err job_card_collect(struct act_call *c);
enum err job_card_render(struct act_call *c);

extern const struct act job_acts[], appointment_acts[];

#endif
