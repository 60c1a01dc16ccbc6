// Two worker processes get an item a message and answer each; the work of one takes 2 µs.
// one_item_a_message bad|fixed: in the fixed form a message has 2,000 items.
#include <poll.h>

#include "work.h"

enum { items = 40000 };
static int per_message;

static void serve(int from, int to) {
  int first;
  while (read(from, &first, sizeof first) == sizeof first) {
    for (int i = 0; i < per_message; i++) spin(0.000002);
    if (write(to, &first, sizeof first) != sizeof first) break;
  }
}

int main(int count, char **words) {
  per_message = is_word(count, words, 1, "fixed") ? 2000 : 1;
  int to[2][2], from[2][2];
  struct pollfd answers[2];
  for (int i = 0; i < 2; i++) {
    if (pipe(to[i]) || pipe(from[i])) return 1;
    if (fork() == 0) {
      alarm(60);
      for (int j = 0; j <= i; j++) close(to[j][1]);
      serve(to[i][0], from[i][1]);
      _exit(0);
    }
    answers[i] = (struct pollfd){from[i][0], POLLIN, 0};
  }
  int sent = 0, done = 0, item = 0;
  for (int i = 0; i < 2; i++, sent++)
    if (write(to[i][1], &item, sizeof item) < 0) return 1;
  while (done < items / per_message) {
    poll(answers, 2, -1);
    for (int i = 0; i < 2; i++)
      if (answers[i].revents & POLLIN) {
        if (read(answers[i].fd, &item, sizeof item) < 0) return 1;
        done++;
        if (sent < items / per_message && sent++ >= 0 && write(to[i][1], &item, sizeof item) < 0)
          return 1;
      }
  }
  for (int i = 0; i < 2; i++) close(to[i][1]);
  while (wait(0) > 0) {
  }
}
