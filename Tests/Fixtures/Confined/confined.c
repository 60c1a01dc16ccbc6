// Runs a command in which some system calls are refused, as containers and security modules do it:
//
//   Confined CALL=ERRNO... -- COMMAND [ARGUMENT...]
//
// CALL is one of those below, ERRNO is EPERM, EACCES or ENOSYS. The filter (seccomp(2)) stays for
// everything that the command starts, and can't be taken off.

#define _GNU_SOURCE
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static const struct {
  const char *name;
  long number;
} calls[] = {
    {"perf_event_open", SYS_perf_event_open},
    {"process_vm_readv", SYS_process_vm_readv},
    {"ptrace", SYS_ptrace},
    {"kcmp", SYS_kcmp},
    {"pidfd_open", SYS_pidfd_open},
    {"pidfd_send_signal", SYS_pidfd_send_signal},
    {"pidfd_getfd", SYS_pidfd_getfd},
    {"memfd_create", SYS_memfd_create},
    {"close_range", SYS_close_range},
};

static const struct {
  const char *name;
  unsigned number;
} errors[] = {{"EPERM", EPERM}, {"EACCES", EACCES}, {"ENOSYS", ENOSYS}};

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static int refuse(const char *text, struct sock_filter steps[2]) {
  for (size_t c = 0; c < COUNT(calls); c++) {
    size_t length = strlen(calls[c].name);
    if (strncmp(text, calls[c].name, length) != 0 || text[length] != '=') continue;
    for (size_t e = 0; e < COUNT(errors); e++) {
      if (strcmp(text + length + 1, errors[e].name) != 0) continue;
      steps[0] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, calls[c].number, 0, 1);
      steps[1] =
          (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | errors[e].number);
      return 1;
    }
  }
  return 0;
}

int main(int count, char **words) {
  struct sock_filter steps[64] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr))};
  unsigned short used = 1;
  int index = 1;
  for (; index < count && strcmp(words[index], "--") != 0; index++) {
    if (used + 3 > (int)COUNT(steps) || !refuse(words[index], steps + used)) {
      fprintf(stderr, "confined: can't refuse '%s'\n", words[index]);
      return 64;
    }
    used += 2;
  }
  if (index + 1 >= count) {
    fprintf(stderr, "confined: CALL=ERRNO... -- COMMAND\n");
    return 64;
  }
  steps[used++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
  struct sock_fprog program = {.len = used, .filter = steps};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
      prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) != 0) {
    perror("confined: seccomp");
    return 71;
  }
  execvp(words[index + 1], words + index + 1);
  perror("confined: exec");
  return errno == ENOENT ? 127 : 126;
}
