// An event loop serves six timers, each of which needs another quarter of a second: epoll_loop bad|fixed.
// "bad" sleeps in the loop, "fixed" sets the timer again.
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>

#include "work.h"

enum { timers = 6 };

static void set(int timer, long milliseconds) {
  struct itimerspec when = {{0, 0}, {0, milliseconds * 1000000}};
  timerfd_settime(timer, 0, &when, 0);
}

int main(int count, char **words) {
  int is_bad = is_word(count, words, 1, "bad");
  int set_of_timers = epoll_create1(0), done = 0, is_second[timers] = {0}, descriptors[timers];
  for (int index = 0; index < timers; index++) {
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = index};
    descriptors[index] = timerfd_create(CLOCK_MONOTONIC, 0);
    set(descriptors[index], 20);
    epoll_ctl(set_of_timers, EPOLL_CTL_ADD, descriptors[index], &event);
  }
  while (done < timers) {
    struct epoll_event event;
    uint64_t expired;
    if (epoll_wait(set_of_timers, &event, 1, -1) != 1) continue;
    int index = event.data.u32;
    if (read(descriptors[index], &expired, sizeof expired) != sizeof expired) return 1;
    if (is_bad) {
      pause_for(0.25);
      done++;
    } else if (is_second[index]) {
      done++;
    } else {
      is_second[index] = 1;
      set(descriptors[index], 250);
    }
  }
}
