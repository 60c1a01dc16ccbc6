// Starts work with std::async. In the bad form it doesn't keep the futures, whose ends wait for the work: each
// piece ends before the next begins.
// futures_that_wait bad|fixed
#include <ctime>
#include <cstring>
#include <future>
#include <vector>

static double cpu_seconds() {
  timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return time.tv_sec + time.tv_nsec / 1e9;
}

static void compute() {
  double end = cpu_seconds() + 0.1;
  while (cpu_seconds() < end) {
  }
}

int main(int count, char **words) {
  bool isFixed = count > 1 && !strcmp(words[1], "fixed");
  std::vector<std::future<void>> kept;
  for (int i = 0; i < 6; i++) {
    auto future = std::async(std::launch::async, compute);
    if (isFixed) kept.push_back(std::move(future));
  }
}
