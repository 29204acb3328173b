#include "media/child/sandbox.h"

#include <seccomp.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/mem.h"

static bool limit(__rlimit_resource_t what, rlim_t value)
{
    struct rlimit both = {value, value};
    return setrlimit(what, &both) == 0;
}

static bool set_limits(size_t memory_bytes)
{
    return limit(RLIMIT_CORE, 0) && limit(RLIMIT_FSIZE, 0) && limit(RLIMIT_NPROC, 0) &&
           limit(RLIMIT_AS, memory_bytes) && limit(RLIMIT_NOFILE, 3) &&
           limit(RLIMIT_CPU, SANDBOX_CPU_SECONDS);
}

/* Whatever is not listed ends the process. Memory can be had, but never made executable. */
static bool allow_calls(scmp_filter_ctx filter)
{
    static const int plain[] = {
        SCMP_SYS(exit_group), SCMP_SYS(exit),   SCMP_SYS(brk),           SCMP_SYS(munmap),
        SCMP_SYS(mremap),     SCMP_SYS(madvise), SCMP_SYS(rt_sigreturn), SCMP_SYS(futex),
    };
    for (size_t i = 0; i < ARRAY_LEN(plain); i++)
        if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, plain[i], 0) != 0)
            return false;
    return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(read), 1,
                            SCMP_A0(SCMP_CMP_EQ, STDIN_FILENO, 0)) == 0 &&
           seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(write), 1,
                            SCMP_A0(SCMP_CMP_EQ, STDOUT_FILENO, 0)) == 0 &&
           seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1,
                            SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) == 0 &&
           seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
                            SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) == 0;
}

enum status sandbox_enter(size_t memory_bytes)
{
    if (!set_limits(memory_bytes) || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
        return STATUS_INTERNAL;
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
    if (filter == NULL)
        return STATUS_INTERNAL;
    bool locked = allow_calls(filter) && seccomp_load(filter) == 0;
    seccomp_release(filter);
    return locked ? STATUS_OK : STATUS_INTERNAL;
}
