/* hours.h - time, leave and the company's calendar, for the files of visits and messages. */
#ifndef HOURS_H
#define HOURS_H

#include "calendar.h"
#include "job.h"

/* hours_step() - a visit entered a state by the actor's hand: his timer for travel or work starts, and what ran stops. */
must_use enum err hours_step(struct tx *tx, const struct row *visit, struct str status);
/* job_hours_run() - an act: hours on a piece of work by person, and how many of them could stand on a line. */
must_use enum err job_hours_run(struct act_call *c);
/* leave_between() - whether an employee has approved leave that touches this time. */
must_use enum err leave_between(struct tx *tx, struct id employee, int64_t from, int64_t until, bool *ret);
/* calendar_of_company() - declared holidays of its calendar, for calendar.h; ret_rows (may be NULL): all its rows, ending with NULL. */
must_use enum err calendar_of_company(struct tx *tx, struct calendar *ret, struct row ***ret_rows);

#endif
