/*
 * A disk that is full now and then: of the writes into one folder some succeed, then some fail with ENOSPC, by a
 * seed. Loaded by LD_PRELOAD; compiled by diskfull.sh.
 *
 * KRONOCYTE_FULL_DIR   the folder, an absolute path without links
 * KRONOCYTE_FULL_SEED  a number
 * KRONOCYTE_FULL_ERRNO what to fail with: 28 (ENOSPC) or 30 (EROFS)
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
static uint64_t state;
static int good = 40, bad;
static int failure = ENOSPC;
static const char *folder;

__attribute__((constructor)) static void begin(void) {
  const char *seed = getenv("KRONOCYTE_FULL_SEED");
  const char *number = getenv("KRONOCYTE_FULL_ERRNO");
  folder = getenv("KRONOCYTE_FULL_DIR");
  state = 88172645463325252ull ^ (seed ? strtoull(seed, NULL, 10) * 2654435761u : 0);
  failure = number ? atoi(number) : ENOSPC;
}

static int dice(int sides) {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return (int)(state % (uint64_t)sides);
}

/* Whether this write is to fail. */
static int full(int fd) {
  char link[64], path[PATH_MAX];
  if (!folder || fd < 3) {
    return 0;
  }
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length <= 0) {
    return 0;
  }
  path[length] = 0;
  if (strncmp(path, folder, strlen(folder)) != 0) {
    return 0;
  }
  pthread_mutex_lock(&turn);
  if (good == 0 && bad == 0) {
    good = 1 + dice(80);
    bad = 1 + dice(8);
  }
  int fail = good == 0;
  if (good > 0) {
    good--;
    if (good == 0 && bad == 0) {
      bad = 1 + dice(8);
    }
  } else {
    bad--;
  }
  pthread_mutex_unlock(&turn);
  if (fail) {
    errno = failure;
  }
  return fail;
}

#define REAL(type, name, ...) \
  static type (*real)(__VA_ARGS__); \
  if (!real) { \
    real = (type(*)(__VA_ARGS__))dlsym(RTLD_NEXT, name); \
  }

ssize_t write(int fd, const void *data, size_t length) {
  REAL(ssize_t, "write", int, const void *, size_t)
  return full(fd) ? -1 : real(fd, data, length);
}
ssize_t pwrite(int fd, const void *data, size_t length, off_t at) {
  REAL(ssize_t, "pwrite64", int, const void *, size_t, off_t)
  return full(fd) ? -1 : real(fd, data, length, at);
}
ssize_t pwrite64(int fd, const void *data, size_t length, off_t at) {
  REAL(ssize_t, "pwrite64", int, const void *, size_t, off_t)
  return full(fd) ? -1 : real(fd, data, length, at);
}
int ftruncate(int fd, off_t length) {
  REAL(int, "ftruncate64", int, off_t)
  return full(fd) ? -1 : real(fd, length);
}
int ftruncate64(int fd, off_t length) {
  REAL(int, "ftruncate64", int, off_t)
  return full(fd) ? -1 : real(fd, length);
}
