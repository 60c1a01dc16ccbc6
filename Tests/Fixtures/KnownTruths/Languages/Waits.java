// Four threads that take turns at a lock, wait for a queue, or compute freely. Work is measured in CPU
// time, so that what is true of it is true on any machine.

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.ReentrantLock;

final class Waits {
  private static final int WORKERS = 4;
  private static final ThreadMXBean CLOCKS = ManagementFactory.getThreadMXBean();

  interface Body {
    void run() throws InterruptedException;
  }

  static long number = 1;

  static void spin(long milliseconds) {
    final long end = CLOCKS.getCurrentThreadCpuTime() + milliseconds * 1_000_000;
    long number = 1;
    while (CLOCKS.getCurrentThreadCpuTime() < end) {
      for (int i = 0; i < 2000; i++) number = number * 1103515245 + 12345;
    }
    if (number == 0) Waits.number = number;
  }

  static void atOnce(Body body) throws InterruptedException {
    final Thread[] threads = new Thread[WORKERS];
    for (int i = 0; i < WORKERS; i++) {
      threads[i] =
          new Thread(
              () -> {
                try {
                  body.run();
                } catch (InterruptedException error) {
                  throw new IllegalStateException(error);
                }
              },
              "worker-" + i);
      threads[i].start();
    }
    for (Thread thread : threads) thread.join();
  }

  static void monitor() throws InterruptedException {
    final Object lock = new Object();
    atOnce(
        () -> {
          for (int i = 0; i < 100; i++) {
            synchronized (lock) {
              spin(2);
            }
          }
        });
  }

  static void convoy() throws InterruptedException {
    final ReentrantLock lock = new ReentrantLock();
    atOnce(
        () -> {
          for (int i = 0; i < 100; i++) {
            lock.lock();
            try {
              spin(2);
            } finally {
              lock.unlock();
            }
          }
        });
  }

  static void queue() throws InterruptedException {
    final LinkedBlockingQueue<Boolean> items = new LinkedBlockingQueue<>();
    final Thread producer =
        new Thread(
            () -> {
              try {
                for (int i = 0; i < 40; i++) {
                  Thread.sleep(20);
                  items.put(true);
                }
                for (int i = 0; i < WORKERS; i++) items.put(false);
              } catch (InterruptedException error) {
                throw new IllegalStateException(error);
              }
            },
            "producer");
    producer.start();
    atOnce(
        () -> {
          while (items.take()) spin(2);
        });
    producer.join();
  }

  public static void main(String[] words) throws InterruptedException {
    switch (words[0]) {
      case "monitor" -> monitor();
      case "convoy" -> convoy();
      case "queue" -> queue();
      case "free" -> atOnce(() -> spin(300));
      case "sleep" -> atOnce(() -> Thread.sleep(1000));
      default -> System.exit(64);
    }
  }
}
