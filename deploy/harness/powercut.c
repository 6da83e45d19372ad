/*
 * Records what a program does to the files of one folder, in order, so that powercut.sh can replay it up to any point
 * as a disk that loses its power would have it. Loaded by LD_PRELOAD; compiled by powercut.sh.
 *
 * KRONOCYTE_CUT_DIR  the folder, an absolute path without links
 * KRONOCYTE_CUT_LOG  where to append the record
 *
 * A record: op (1 byte), length of the path (4), path, offset (8), length of the data (4), data; native byte order.
 *   W write    T truncate to offset    S sync of a file    D sync of the folder    C created    U unlinked
 *   R renamed (data: the new path)     N what went to standard output or error
 * Each is written down after the call it tells of has returned, under one lock, so that the order is true.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#define MAX_FD 4096

static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
static char *names[MAX_FD];
static const char *folder;
static size_t folder_length;
static int record_fd = -1;

#define REAL(type, name, ...)                          \
  static type (*real)(__VA_ARGS__);                    \
  if (!real) {                                         \
    real = (type(*)(__VA_ARGS__))dlsym(RTLD_NEXT, name); \
  }

__attribute__((constructor)) static void begin(void) {
  folder = getenv("KRONOCYTE_CUT_DIR");
  const char *record = getenv("KRONOCYTE_CUT_LOG");
  if (folder && record) {
    folder_length = strlen(folder);
    record_fd = (int)syscall(SYS_openat, AT_FDCWD, record, O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
  }
}

static int inside(const char *path) {
  return record_fd >= 0 && path && strncmp(path, folder, folder_length) == 0 &&
         (path[folder_length] == '/' || path[folder_length] == 0);
}

/* The shared-memory index is no part of what must survive. */
static int wanted(const char *path) {
  size_t n = path ? strlen(path) : 0;
  return inside(path) && !(n > 4 && strcmp(path + n - 4, "-shm") == 0);
}

static void put(char op, const char *path, uint64_t offset, const void *data, size_t length) {
  int kept = errno;
  uint32_t path_length = (uint32_t)strlen(path);
  uint32_t data_length = (uint32_t)length;
  struct iovec parts[6] = {{&op, 1},       {&path_length, 4}, {(void *)path, path_length},
                           {&offset, 8},   {&data_length, 4}, {(void *)data, length}};
  ssize_t all = (ssize_t)(17 + path_length + length);
  if (syscall(SYS_writev, record_fd, parts, 6) != all) {
    abort(); /* Half a record is worse than none. */
  }
  errno = kept;
}

static void opened(int fd, const char *path, int created) {
  if (fd < 0 || fd >= MAX_FD) {
    return;
  }
  free(names[fd]);
  names[fd] = NULL;
  if (wanted(path)) {
    names[fd] = strdup(path);
    if (created) {
      put('C', path, 0, "", 0);
    }
  }
}

static const char *name_of(int fd) {
  return fd >= 0 && fd < MAX_FD ? names[fd] : NULL;
}

static int open_any(const char *symbol, int at, const char *path, int flags, mode_t mode) {
  REAL(int, "openat", int, const char *, int, ...)
  (void)symbol;
  pthread_mutex_lock(&turn);
  int is_new = (flags & O_CREAT) && wanted(path) && access(path, F_OK) != 0;
  int fd = real(at, path, flags, mode);
  opened(fd, path, is_new);
  if (fd >= 0 && (flags & O_TRUNC) && name_of(fd) && !is_new) {
    put('T', path, 0, "", 0);
  }
  pthread_mutex_unlock(&turn);
  return fd;
}

#define MODE(flags)                                \
  mode_t mode = 0;                                 \
  if ((flags) & (O_CREAT | __O_TMPFILE)) {         \
    va_list more;                                  \
    va_start(more, flags);                         \
    mode = va_arg(more, mode_t);                   \
    va_end(more);                                  \
  }

int open(const char *path, int flags, ...) {
  MODE(flags)
  return open_any("open", AT_FDCWD, path, flags, mode);
}
int open64(const char *path, int flags, ...) {
  MODE(flags)
  return open_any("open64", AT_FDCWD, path, flags, mode);
}
int openat(int at, const char *path, int flags, ...) {
  MODE(flags)
  return open_any("openat", at, path, flags, mode);
}
int openat64(int at, const char *path, int flags, ...) {
  MODE(flags)
  return open_any("openat64", at, path, flags, mode);
}

int close(int fd) {
  REAL(int, "close", int)
  pthread_mutex_lock(&turn);
  opened(fd, NULL, 0);
  int result = real(fd);
  pthread_mutex_unlock(&turn);
  return result;
}

ssize_t write(int fd, const void *data, size_t length) {
  REAL(ssize_t, "write", int, const void *, size_t)
  const char *name = name_of(fd);
  int note = record_fd >= 0 && (fd == 1 || fd == 2);
  if (!name && !note) {
    return real(fd, data, length);
  }
  pthread_mutex_lock(&turn);
  off_t at = note ? 0 : lseek(fd, 0, SEEK_CUR);
  ssize_t done = real(fd, data, length);
  if (done > 0) {
    put(note ? 'N' : 'W', note ? "" : name, (uint64_t)at, data, (size_t)done);
  }
  pthread_mutex_unlock(&turn);
  return done;
}

static ssize_t pwrite_any(int fd, const void *data, size_t length, off_t at) {
  REAL(ssize_t, "pwrite64", int, const void *, size_t, off_t)
  const char *name = name_of(fd);
  if (!name) {
    return real(fd, data, length, at);
  }
  pthread_mutex_lock(&turn);
  ssize_t done = real(fd, data, length, at);
  if (done > 0) {
    put('W', name, (uint64_t)at, data, (size_t)done);
  }
  pthread_mutex_unlock(&turn);
  return done;
}
ssize_t pwrite(int fd, const void *data, size_t length, off_t at) {
  return pwrite_any(fd, data, length, at);
}
ssize_t pwrite64(int fd, const void *data, size_t length, off_t at) {
  return pwrite_any(fd, data, length, at);
}

static int truncate_any(int fd, off_t length) {
  REAL(int, "ftruncate64", int, off_t)
  const char *name = name_of(fd);
  if (!name) {
    return real(fd, length);
  }
  pthread_mutex_lock(&turn);
  int result = real(fd, length);
  if (result == 0) {
    put('T', name, (uint64_t)length, "", 0);
  }
  pthread_mutex_unlock(&turn);
  return result;
}
int ftruncate(int fd, off_t length) {
  return truncate_any(fd, length);
}
int ftruncate64(int fd, off_t length) {
  return truncate_any(fd, length);
}

static int synced(int fd, int (*real)(int)) {
  const char *name = name_of(fd);
  if (!name) {
    return real(fd);
  }
  pthread_mutex_lock(&turn);
  int result = real(fd);
  if (result == 0) {
    put(strcmp(name, folder) == 0 ? 'D' : 'S', name, 0, "", 0);
  }
  pthread_mutex_unlock(&turn);
  return result;
}
int fsync(int fd) {
  REAL(int, "fsync", int)
  return synced(fd, real);
}
int fdatasync(int fd) {
  REAL(int, "fdatasync", int)
  return synced(fd, real);
}

int unlink(const char *path) {
  REAL(int, "unlink", const char *)
  pthread_mutex_lock(&turn);
  int result = real(path);
  if (result == 0 && wanted(path)) {
    put('U', path, 0, "", 0);
  }
  pthread_mutex_unlock(&turn);
  return result;
}

int rename(const char *from, const char *to) {
  REAL(int, "rename", const char *, const char *)
  pthread_mutex_lock(&turn);
  int result = real(from, to);
  if (result == 0 && wanted(from) && wanted(to)) {
    put('R', from, 0, to, strlen(to));
  }
  pthread_mutex_unlock(&turn);
  return result;
}
