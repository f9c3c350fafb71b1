/* alert.h - what an owner should look at, as rows. */
#ifndef NOUN_ALERT_H
#define NOUN_ALERT_H

#include "alarm.h"
#include "nouns.h"

extern const struct alarms alerts; /* raise and off_hours, for the layers below */
/* alert_raise() - kind must be one of the list in alert.c. */
must_use enum err alert_raise(struct tx *tx, const struct alarm *alarm);

#endif
