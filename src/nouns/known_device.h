/* known_device.h - the machines from which people may work for a company that lets no other in (S-176, S-177). A machine is told by the mark that our
 * own cookie put on its browser at an earlier sign-in; somebody of the company lets it in, and a management system may say how it is kept (posture). */
#ifndef KNOWN_DEVICE_H
#define KNOWN_DEVICE_H

#include "ctx.h"
#include "nouns.h"

/* device_admit() - for auth_nouns.admit, in the actor's company: E_NOT_FOUND where this machine of the person may not be used. With `label` (what it
 * calls itself) it is put down to wait for somebody who lets it in, and an alert is raised. Owners are always let in, or nobody could let anybody in. */
must_use enum err device_admit(struct ctx *c, struct id user, struct id device, struct str label);

#endif
