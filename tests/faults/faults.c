/* Faults for the system calls that change a memory folder; for LD_PRELOAD.
 *
 * Every call that opens for writing, writes, syncs, renames, links, removes, makes a folder
 * or sets a mode or length below FAULTS_ROOT is counted from 1, in the order it is made. At
 * the FAULTS_AT-th one FAULTS_KIND happens:
 *
 *   kill         SIGKILL before the call
 *   half         a write puts down half of its bytes, any other call is made; then SIGKILL
 *   eio, enospc  the call fails with that error and is not made
 *   full         as enospc, and so does every later call that needs room
 *   edit         somebody adds the line FAULTS_LINE to FAULTS_FILE in place, before the call
 *   save         the same, but written aside and renamed into place, as most editors do
 *   editkill     as `edit`, and SIGKILL before the next counted call; savekill likewise
 *
 * FAULTS_PART=notes counts all paths but the index's, FAULTS_PART=index only the index's
 * (.hardwon/index.sqlite and its journals). FAULTS_LOG names a file, outside the folder, that
 * gets one line for each counted call: number, name of the call, path below the folder.
 *
 * Calls are seen where they enter the C library by name, which is how Python, SQLite and
 * ctypes make them; threads are not: one thread at a time may write.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

#define REAL(type, name, ...) \
    static type (*real)(__VA_ARGS__); \
    if (!real) real = (type (*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

enum act { GO, HALF, FAIL };

static const char *root, *part, *kind, *logged;
static size_t root_length;
static long at, count;
static int ready;
static long (*raw)(long, ...);

static void start(void) {
    if (ready) return;
    ready = 1;
    raw = (long (*)(long, ...))dlsym(RTLD_NEXT, "syscall");
    root = getenv("FAULTS_ROOT");
    part = getenv("FAULTS_PART");
    kind = getenv("FAULTS_KIND");
    logged = getenv("FAULTS_LOG");
    root_length = root ? strlen(root) : 0;
    at = getenv("FAULTS_AT") ? atol(getenv("FAULTS_AT")) : 0;
    if (!part) part = "notes";
    if (!kind) kind = "";
}

static void die(void) {
    raw(SYS_kill, (long)getpid(), (long)SIGKILL, 0L, 0L, 0L, 0L);
    for (;;) pause();
}

/* Write the path that `path` means from `folder` to `found`; return whether it is counted. */
static int within(int folder, const char *path, char *found) {
    char base[PATH_MAX] = "", link[64];
    start();
    if (!root || !path) return 0;
    if (path[0] != '/') {
        if (folder == AT_FDCWD) {
            if (!getcwd(base, sizeof base)) return 0;
        } else {
            snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
            ssize_t size = readlink(link, base, sizeof base - 1);
            if (size < 0) return 0;
            base[size] = 0;
        }
    }
    if (*base) snprintf(found, PATH_MAX, "%.2000s/%.2000s", base, path);
    else snprintf(found, PATH_MAX, "%.4000s", path);
    if (strncmp(found, root, root_length) || (found[root_length] && found[root_length] != '/'))
        return 0;
    int of_index = strstr(found + root_length, "/.hardwon/index.sqlite") != NULL;
    return of_index == !strcmp(part, "index");
}

static int within_fd(int fd, char *found) {
    char link[64], base[PATH_MAX];
    start();
    if (!root) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t size = readlink(link, base, sizeof base - 1);
    if (size < 0) return 0;
    base[size] = 0;
    char *gone = strstr(base, " (deleted)");
    if (gone) *gone = 0;
    return base[0] == '/' && within(AT_FDCWD, base, found);
}

static int raw_open(const char *path, int flags, int mode) {
    return (int)raw(SYS_openat, (long)AT_FDCWD, (long)path, (long)flags, (long)mode, 0L, 0L);
}

static void raw_write(int fd, const char *text, size_t size) {
    while (size) {
        long done = raw(SYS_write, (long)fd, (long)text, (long)size, 0L, 0L, 0L);
        if (done <= 0) return;
        text += done;
        size -= (size_t)done;
    }
}

/* Add the line to the file as an editor would that read it this moment. */
static void edit(int aside) {
    const char *file = getenv("FAULTS_FILE"), *line = getenv("FAULTS_LINE");
    char other[PATH_MAX], *text = malloc(1 << 22);
    long size = 0, done;
    int fd;
    if (!file || !line || !text) return;
    if ((fd = raw_open(file, O_RDONLY, 0)) >= 0) {
        while ((done = raw(SYS_read, (long)fd, (long)(text + size), 65536L, 0L, 0L, 0L)) > 0)
            size += done;
        raw(SYS_close, (long)fd, 0L, 0L, 0L, 0L, 0L);
    }
    snprintf(other, sizeof other, "%.4000s~", file);
    fd = raw_open(aside ? other : file, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    raw_write(fd, text, (size_t)size);
    raw_write(fd, line, strlen(line));
    raw_write(fd, "\n", 1);
    raw(SYS_close, (long)fd, 0L, 0L, 0L, 0L, 0L);
    if (aside)
        raw(SYS_renameat2, (long)AT_FDCWD, (long)other, (long)AT_FDCWD, (long)file, 0L, 0L);
    free(text);
}

/* Count a call, log it, and return what becomes of it. `room`: it takes space on the disk. */
static enum act step(const char *call, const char *path, int room) {
    count++;
    if (logged) {
        char text[PATH_MAX + 64];
        int fd = raw_open(logged, O_WRONLY | O_CREAT | O_APPEND, 0644);
        int size = snprintf(text, sizeof text, "%ld %s %s\n", count, call,
                            path[root_length] ? path + root_length + 1 : ".");
        raw_write(fd, text, (size_t)size);
        raw(SYS_close, (long)fd, 0L, 0L, 0L, 0L, 0L);
    }
    if (!at || count < at) return GO;
    if (count > at) {
        if (count == at + 1 && (!strcmp(kind, "editkill") || !strcmp(kind, "savekill"))) die();
        if (!strcmp(kind, "full") && room) {
            errno = ENOSPC;
            return FAIL;
        }
        return GO;
    }
    if (!strcmp(kind, "kill")) die();
    if (!strcmp(kind, "half")) return HALF;
    if (!strcmp(kind, "eio") || !strcmp(kind, "enospc") || (!strcmp(kind, "full") && room)) {
        errno = strcmp(kind, "eio") ? ENOSPC : EIO;
        return FAIL;
    }
    if (!strncmp(kind, "edit", 4)) edit(0);
    if (!strncmp(kind, "save", 4)) edit(1);
    return GO;
}

/* The body of a call that is made whole or not at all. */
#define WHOLE(call, path, room, made) \
    do { \
        enum act act_ = step(call, path, room); \
        if (act_ == FAIL) return -1; \
        if (act_ == HALF) { (void)!(made); die(); } \
    } while (0)

static int opened(const char *name, int folder, const char *path, int flags, mode_t mode) {
    char found[PATH_MAX];
    int writes = (flags & O_ACCMODE) != O_RDONLY || (flags & (O_CREAT | O_TRUNC));
    REAL(int, "openat", int, const char *, int, ...);
    (void)name;
    if (writes && within(folder, path, found))
        WHOLE("open", found, flags & O_CREAT, real(folder, path, flags, mode));
    return real(folder, path, flags, mode);
}

#define MODE(flags) \
    mode_t mode = 0; \
    if ((flags) & (O_CREAT | O_TMPFILE)) { \
        va_list list; \
        va_start(list, flags); \
        mode = va_arg(list, mode_t); \
        va_end(list); \
    }

int open(const char *path, int flags, ...) {
    MODE(flags)
    return opened("open", AT_FDCWD, path, flags, mode);
}
int open64(const char *path, int flags, ...) {
    MODE(flags)
    return opened("open64", AT_FDCWD, path, flags | O_LARGEFILE, mode);
}
int openat(int folder, const char *path, int flags, ...) {
    MODE(flags)
    return opened("openat", folder, path, flags, mode);
}
int openat64(int folder, const char *path, int flags, ...) {
    MODE(flags)
    return opened("openat64", folder, path, flags | O_LARGEFILE, mode);
}

ssize_t write(int fd, const void *data, size_t size) {
    char found[PATH_MAX];
    REAL(ssize_t, "write", int, const void *, size_t);
    if (fd > 2 && within_fd(fd, found))
        WHOLE("write", found, 1, real(fd, data, size / 2));
    return real(fd, data, size);
}
#define PWRITE(name, offset_type) \
    ssize_t name(int fd, const void *data, size_t size, offset_type offset) { \
        char found[PATH_MAX]; \
        REAL(ssize_t, #name, int, const void *, size_t, offset_type); \
        if (within_fd(fd, found)) \
            WHOLE("pwrite", found, 1, real(fd, data, size / 2, offset)); \
        return real(fd, data, size, offset); \
    }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

#define ON_FD(name, parameters, arguments, label) \
    int name parameters { \
        char found[PATH_MAX]; \
        static int(*real) parameters; \
        if (!real) real = (int(*) parameters)dlsym(RTLD_NEXT, #name); \
        if (within_fd(fd, found)) WHOLE(label, found, 0, real arguments); \
        return real arguments; \
    }
ON_FD(fsync, (int fd), (fd), "fsync")
ON_FD(fdatasync, (int fd), (fd), "fsync")
ON_FD(ftruncate, (int fd, off_t size), (fd, size), "truncate")
ON_FD(ftruncate64, (int fd, off64_t size), (fd, size), "truncate")
ON_FD(fchmod, (int fd, mode_t mode), (fd, mode), "chmod")

#define ON_PATH(name, parameters, arguments, label, room) \
    int name parameters { \
        char found[PATH_MAX]; \
        static int(*real) parameters; \
        if (!real) real = (int(*) parameters)dlsym(RTLD_NEXT, #name); \
        if (within(AT_FDCWD, path, found)) WHOLE(label, found, room, real arguments); \
        return real arguments; \
    }
ON_PATH(unlink, (const char *path), (path), "unlink", 0)
ON_PATH(rmdir, (const char *path), (path), "unlink", 0)
ON_PATH(mkdir, (const char *path, mode_t mode), (path, mode), "mkdir", 1)
ON_PATH(chmod, (const char *path, mode_t mode), (path, mode), "chmod", 0)

#define AT_PATH(name, parameters, arguments, label, room) \
    int name parameters { \
        char found[PATH_MAX]; \
        static int(*real) parameters; \
        if (!real) real = (int(*) parameters)dlsym(RTLD_NEXT, #name); \
        if (within(folder, path, found)) WHOLE(label, found, room, real arguments); \
        return real arguments; \
    }
AT_PATH(unlinkat, (int folder, const char *path, int flags), (folder, path, flags), "unlink", 0)
AT_PATH(mkdirat, (int folder, const char *path, mode_t mode), (folder, path, mode), "mkdir", 1)
AT_PATH(fchmodat, (int folder, const char *path, mode_t mode, int flags),
        (folder, path, mode, flags), "chmod", 0)

/* Two paths: the target is what is logged, and what decides with the source. */
#define TWO(name, parameters, arguments, from_folder, from, to_folder, to, label, room) \
    int name parameters { \
        char found[PATH_MAX]; \
        static int(*real) parameters; \
        if (!real) real = (int(*) parameters)dlsym(RTLD_NEXT, #name); \
        if (within(to_folder, to, found) || within(from_folder, from, found)) \
            WHOLE(label, found, room, real arguments); \
        return real arguments; \
    }
TWO(rename, (const char *a, const char *b), (a, b), AT_FDCWD, a, AT_FDCWD, b, "rename", 0)
TWO(renameat, (int x, const char *a, int y, const char *b), (x, a, y, b), x, a, y, b, "rename", 0)
TWO(renameat2, (int x, const char *a, int y, const char *b, unsigned flags), (x, a, y, b, flags),
    x, a, y, b, "rename", 0)
TWO(link, (const char *a, const char *b), (a, b), AT_FDCWD, a, AT_FDCWD, b, "link", 1)
TWO(linkat, (int x, const char *a, int y, const char *b, int flags), (x, a, y, b, flags), x, a, y,
    b, "link", 1)

/* ctypes may reach renameat2 by its number, where the C library has no name for it. */
long syscall(long number, ...) {
    long a[6];
    char found[PATH_MAX];
    va_list list;
    va_start(list, number);
    for (int n = 0; n < 6; n++) a[n] = va_arg(list, long);
    va_end(list);
    start();
    if (number == SYS_renameat2 &&
        (within((int)a[2], (const char *)a[3], found) ||
         within((int)a[0], (const char *)a[1], found)))
        WHOLE("rename", found, 0, raw(number, a[0], a[1], a[2], a[3], a[4], a[5]));
    return raw(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}
