/* inject: runs a program and lets it meet a fault at a chosen system call.
 *
 *   inject [-o REPORT] [-x] count            PROGRAM ARGUMENT...
 *   inject [-o REPORT] [-x] kill N           PROGRAM ARGUMENT...
 *   inject [-o REPORT] [-x] fail N ERRNO     PROGRAM ARGUMENT...
 *   inject [-o REPORT] [-x] failfrom N ERRNO PROGRAM ARGUMENT...
 *   inject [-o REPORT] [-x] signal N SIGNAL  PROGRAM ARGUMENT...
 *   inject [-o REPORT] [-x] pause N MILLIS   PROGRAM ARGUMENT...
 *
 * Counted are the calls that change a file system or ask for that (open, write, sync, rename, remove, lock, list, look).
 * `kill` sends SIGKILL before the N-th of them is done, `fail` returns an error from it without doing it, `failfrom`
 * does so from the N-th on, as a disk that is full or gone. `signal` sends a signal before the N-th, `pause` holds the
 * program there, so that somebody else can do something to its folders. With -x the file system cannot exchange folders, nor
 * refuse to replace: renameat2 with flags returns EINVAL.
 *
 * Through ptrace and not through a preloaded library, because not all of these calls go through libc. Counting starts at the
 * first poll, with which the Rust runtime begins: what the dynamic loader does before is not the program's.
 *
 * REPORT: the names of the counted calls, one a line; a line `fault` follows the one that was hit. Exits as the program
 * did; with 128 + signal when that killed it; with 125 when there is no tracing here.
 */
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#define GET_SYSCALL_INFO 0x420e
enum { OP_ENTRY = 1, OP_EXIT = 2 };

/* struct ptrace_syscall_info, which headers name differently. */
struct info {
    uint8_t op;
    uint8_t pad[3];
    uint32_t arch;
    uint64_t ip, sp;
    union {
        struct { uint64_t nr, args[6]; } entry;
        struct { int64_t rval; uint8_t is_error; } exit;
    } u;
};

static const struct { long nr; const char *name; } CALLS[] = {
#ifdef SYS_open
    {SYS_open, "open"}, {SYS_creat, "creat"}, {SYS_mkdir, "mkdir"}, {SYS_rename, "rename"}, {SYS_unlink, "unlink"},
    {SYS_rmdir, "rmdir"}, {SYS_link, "link"}, {SYS_symlink, "symlink"}, {SYS_chmod, "chmod"},
#endif
#ifdef SYS_renameat
    {SYS_renameat, "renameat"},
#endif
#ifdef SYS_newfstatat
    {SYS_newfstatat, "newfstatat"},
#endif
    {SYS_openat, "openat"}, {SYS_mkdirat, "mkdirat"}, {SYS_renameat2, "renameat2"}, {SYS_unlinkat, "unlinkat"},
    {SYS_linkat, "linkat"}, {SYS_symlinkat, "symlinkat"}, {SYS_fchmod, "fchmod"}, {SYS_fchmodat, "fchmodat"},
    {SYS_write, "write"}, {SYS_writev, "writev"}, {SYS_pwrite64, "pwrite64"}, {SYS_ftruncate, "ftruncate"},
    {SYS_fallocate, "fallocate"}, {SYS_copy_file_range, "copy_file_range"}, {SYS_sendfile, "sendfile"},
    {SYS_fsync, "fsync"}, {SYS_fdatasync, "fdatasync"}, {SYS_flock, "flock"}, {SYS_getdents64, "getdents64"},
    {SYS_fstat, "fstat"}, {SYS_statx, "statx"},
};

static const char *counted(long nr) {
    for (size_t i = 0; i < sizeof CALLS / sizeof *CALLS; i++)
        if (CALLS[i].nr == nr) return CALLS[i].name;
    return NULL;
}

static void die(const char *what) {
    fprintf(stderr, "inject: %s: %s\n", what, strerror(errno));
    exit(125);
}

/* A thread may end at any time, because another one ends the process. */
static void require(long failed, const char *what) {
    if (failed && errno != ESRCH) die(what);
}

/* At the entry of a call: make the kernel do nothing instead. */
static void skip_call(pid_t tid) {
#if defined(__x86_64__)
    require(ptrace(PTRACE_POKEUSER, tid, (void *)offsetof(struct user_regs_struct, orig_rax), (void *)-1L), "skip");
#elif defined(__aarch64__)
    int nr = -1;
    struct iovec io = {&nr, sizeof nr};
    require(ptrace(PTRACE_SETREGSET, tid, (void *)0x404L, &io), "skip");
#else
#error "inject knows x86-64 and AArch64"
#endif
}

/* At the exit of a call: what it returns. */
static void set_result(pid_t tid, long value) {
#if defined(__x86_64__)
    require(ptrace(PTRACE_POKEUSER, tid, (void *)offsetof(struct user_regs_struct, rax), (void *)value), "result");
#else
    struct user_regs_struct regs;
    struct iovec io = {&regs, sizeof regs};
    require(ptrace(PTRACE_GETREGSET, tid, (void *)(long)NT_PRSTATUS, &io), "result");
    regs.regs[0] = (unsigned long long)value;
    require(ptrace(PTRACE_SETREGSET, tid, (void *)(long)NT_PRSTATUS, &io), "result");
#endif
}

/* Threads that wait for the exit of a call that was skipped, and what it returns. */
static struct { pid_t tid; long value; } pending[256];

static void remember(pid_t tid, long value) {
    for (size_t i = 0; i < 256; i++)
        if (!pending[i].tid) {
            pending[i].tid = tid;
            pending[i].value = value;
            return;
        }
    die("too many threads");
}

static int recall(pid_t tid, long *value) {
    for (size_t i = 0; i < 256; i++)
        if (pending[i].tid == tid) {
            *value = pending[i].value;
            pending[i].tid = 0;
            return 1;
        }
    return 0;
}

int main(int argc, char **argv) {
    FILE *report = NULL;
    int no_exchange = 0, at = 1;
    for (; at < argc && argv[at][0] == '-'; at++) {
        if (!strcmp(argv[at], "-x")) no_exchange = 1;
        else if (!strcmp(argv[at], "-o") && at + 1 < argc) {
            report = fopen(argv[++at], "we");
            if (!report) die("report");
        }
    }
    if (at >= argc) return 125;
    const char *mode = argv[at++];
    int kills = !strcmp(mode, "kill"), fails = !strncmp(mode, "fail", 4), from = !strcmp(mode, "failfrom");
    int signals = !strcmp(mode, "signal"), pauses = !strcmp(mode, "pause");
    long hit = 0, number = 0;
    if (strcmp(mode, "count")) hit = atol(argv[at++]);
    if (fails || signals || pauses) number = atol(argv[at++]);

    pid_t child = fork();
    if (child < 0) die("fork");
    if (child == 0) {
        if (ptrace(PTRACE_TRACEME, 0, 0, 0)) die("tracing is not allowed here");
        raise(SIGSTOP);
        execv(argv[at], argv + at);
        die(argv[at]);
    }
    int status;
    if (waitpid(child, &status, 0) < 0 || !WIFSTOPPED(status)) die("the program did not start");
    long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL;
    if (ptrace(PTRACE_SETOPTIONS, child, 0, (void *)options)) die("options");
    if (ptrace(PTRACE_SYSCALL, child, 0, 0)) die("start");

    long calls = 0;
    int started = 0, result = 125;
    for (;;) {
        pid_t tid = waitpid(-1, &status, __WALL);
        if (tid < 0) break;
        if (WIFEXITED(status) || WIFSIGNALED(status)) {
            if (tid == child) result = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
            continue;
        }
        int deliver = 0, stop = WSTOPSIG(status);
        if (stop == (SIGTRAP | 0x80)) {
            struct info info;
            if (ptrace(GET_SYSCALL_INFO, tid, (void *)sizeof info, &info) <= 0) continue; /* it is being killed */
            if (info.op == OP_ENTRY) {
                long nr = (long)info.u.entry.nr;
                const char *name = counted(nr);
#ifdef SYS_poll
                started |= nr == SYS_poll;
#endif
                started |= nr == SYS_ppoll;
                if (started && name) {
                    calls++;
                    if (report) fprintf(report, "%s\n", name);
                    int here = hit && (from ? calls >= hit : calls == hit);
                    /* The terminal does not lie on the disk that is gone. */
                    if (from && nr == SYS_write && info.u.entry.args[0] <= 2) here = 0;
                    if (report && hit && calls == hit) {
                        fprintf(report, "fault\n");
                        fflush(report);
                    }
                    if (here && kills) {
                        kill(child, SIGKILL);
                        continue;
                    }
                    if (here && signals) kill(child, (int)number);
                    if (here && pauses) usleep((useconds_t)number * 1000);
                    int fail = here && fails;
                    if (fail || (no_exchange && nr == SYS_renameat2 && info.u.entry.args[4])) {
                        skip_call(tid);
                        remember(tid, fail ? -number : -EINVAL);
                    }
                }
            } else if (info.op == OP_EXIT) {
                long value;
                if (recall(tid, &value)) set_result(tid, value);
            }
        } else if (stop == SIGTRAP && status >> 16) {
            /* A new thread, or the program has been loaded. */
        } else if (stop == SIGSTOP) {
            /* The first stop of a new thread. */
        } else {
            deliver = stop;
        }
        ptrace(PTRACE_SYSCALL, tid, 0, (void *)(long)deliver);
    }
    if (report) fclose(report);
    return result;
}
