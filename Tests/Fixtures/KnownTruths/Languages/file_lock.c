// Processes take turns at a file's lock, and compute only while they have it.
// file_lock flock|fcntl|ofd|fixed WORKERS: in the fixed form each has a file of its own.
#include <fcntl.h>
#include <sys/file.h>

#include "work.h"

static const char *kind;

static void lock_file(int file, int wants) {
  struct flock lock = {.l_type = wants ? F_WRLCK : F_UNLCK, .l_whence = SEEK_SET, .l_len = 1};
  if (!strcmp(kind, "fcntl"))
    fcntl(file, F_SETLKW, &lock);
  else if (!strcmp(kind, "ofd"))
    fcntl(file, F_OFD_SETLKW, &lock);
  else
    flock(file, wants ? LOCK_EX : LOCK_UN);
}

static void take_turns(int number) {
  char name[64];
  snprintf(name, sizeof name, "turns-%d.lock", strcmp(kind, "fixed") ? 0 : number);
  int file = open(name, O_CREAT | O_RDWR, 0666);
  for (int i = 0; i < 60; i++) {
    lock_file(file, 1);
    spin(0.004);
    lock_file(file, 0);
  }
}

int main(int count, char **words) {
  kind = count > 1 ? words[1] : "flock";
  in_processes(number_at(count, words, 2, 4), take_turns);
}
