// Four threads that take turns at a std::mutex, wait for a queue, or compute freely; or as many as
// OpenMP is told to. Work is measured in CPU time, so that what is true of it is true on any machine.

#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <mutex>
#include <queue>
#include <thread>
#include <unistd.h>
#include <vector>
#ifdef _OPENMP
#include <omp.h>
#endif

namespace {

const int workers = 4;

double threadTime() {
  timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

void spin(double seconds) {
  const double end = threadTime() + seconds;
  volatile unsigned number = 1;
  while (threadTime() < end)
    for (int i = 0; i < 200; i++) number = number * 1103515245u + 12345u;
}

template <typename Body> void atOnce(Body body) {
  std::vector<std::thread> threads;
  for (int i = 0; i < workers; i++) threads.emplace_back(body);
  for (auto &thread : threads) thread.join();
}

void convoy() {
  std::mutex lock;
  atOnce([&] {
    for (int i = 0; i < 100; i++) {
      std::lock_guard<std::mutex> guard(lock);
      spin(0.002);
    }
  });
}

void queue() {
  std::mutex lock;
  std::condition_variable filled;
  std::queue<bool> items;
  auto put = [&](bool item) {
    {
      std::lock_guard<std::mutex> guard(lock);
      items.push(item);
    }
    filled.notify_one();
  };
  std::thread producer([&] {
    for (int i = 0; i < 40; i++) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      put(true);
    }
    for (int i = 0; i < workers; i++) put(false);
  });
  atOnce([&] {
    for (;;) {
      std::unique_lock<std::mutex> guard(lock);
      filled.wait(guard, [&] { return !items.empty(); });
      const bool item = items.front();
      items.pop();
      guard.unlock();
      if (!item) return;
      spin(0.002);
    }
  });
  producer.join();
}

void freely() {
  atOnce([] { spin(0.3); });
}

#ifdef _OPENMP
void openMP(bool isCritical, char **words) {
  // Who waits computes for a while before it sleeps, unless the runtime is told otherwise at its start.
  if (!std::getenv("OMP_WAIT_POLICY")) {
    setenv("OMP_WAIT_POLICY", "passive", 1);
    execv("/proc/self/exe", words);
  }
  omp_set_num_threads(workers);
#pragma omp parallel
  for (int i = 0; i < 100; i++) {
    if (isCritical) {
#pragma omp critical
      spin(0.002);
      // Who comes back at once gets it again while the others sleep, and so takes no turns.
      usleep(1000);
    } else {
      spin(0.003);
    }
  }
}
#endif

}  // namespace

int main(int count, char **words) {
  const char *what = count > 1 ? words[1] : "";
  if (!std::strcmp(what, "convoy")) convoy();
  else if (!std::strcmp(what, "queue")) queue();
  else if (!std::strcmp(what, "free")) freely();
#ifdef _OPENMP
  else if (!std::strcmp(what, "critical")) openMP(true, words);
  else if (!std::strcmp(what, "parallel")) openMP(false, words);
#endif
  else return 64;
  return 0;
}
