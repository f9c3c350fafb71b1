#include "harden.h"

#include "arena.h"

#include <errno.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
/* The sanitizers trace and map in ways of their own. */
static enum err give_up_calls(void)
{
	return OK;
}
#else
static const int refused[] = {
	SCMP_SYS(execve),     SCMP_SYS(execveat),          SCMP_SYS(memfd_create),      SCMP_SYS(ptrace),         SCMP_SYS(process_vm_readv),
	SCMP_SYS(process_vm_writev), SCMP_SYS(io_uring_setup), SCMP_SYS(io_uring_enter), SCMP_SYS(io_uring_register), SCMP_SYS(kexec_load),
	SCMP_SYS(bpf),        SCMP_SYS(userfaultfd),       SCMP_SYS(perf_event_open),   SCMP_SYS(mount),          SCMP_SYS(pivot_root),
	SCMP_SYS(unshare),    SCMP_SYS(setns),             SCMP_SYS(personality),       SCMP_SYS(add_key),        SCMP_SYS(keyctl),
};

/* Calls that could make memory executable: their third argument is the protection. */
static const int with_protection[] = { SCMP_SYS(mmap), SCMP_SYS(mprotect), SCMP_SYS(pkey_mprotect) };

static int add_rules(scmp_filter_ctx filter)
{
	int rc = 0;
	for (size_t i = 0; i < ARRAY_LEN(refused) && rc == 0; i++)
		rc = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), refused[i], 0);
	for (size_t i = 0; i < ARRAY_LEN(with_protection) && rc == 0; i++)
		rc = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), with_protection[i], 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, PROT_EXEC));
	return rc;
}

static enum err give_up_calls(void)
{
	prctl(PR_SET_DUMPABLE, 0);
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	int rc = filter ? add_rules(filter) : -1;
	if (rc == 0)
		rc = seccomp_load(filter);
	seccomp_release(filter);
	return rc == 0 ? OK : E_CONFIG;
}
#endif

enum err harden_process(void)
{
	const struct rlimit none = { 0, 0 };
	setrlimit(RLIMIT_CORE, &none); /* a core file would hold keys and names */
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	return give_up_calls();
}
