/** Threads compute only in one object's monitor: SynchronizedConvoy bad|fixed. */
final class SynchronizedConvoy {
  private static double number = 1;

  private static double compute() {
    double sum = 0;
    for (int i = 1; i < 400_000; i++) sum += Math.sqrt(i + sum);
    return sum;
  }

  public static void main(String[] words) throws InterruptedException {
    Object shared = new Object();
    Thread[] threads = new Thread[4];
    for (int i = 0; i < threads.length; i++) {
      Object monitor = words[0].equals("bad") ? shared : new Object();
      threads[i] = new Thread(() -> {
        for (int round = 0; round < 120; round++) {
          synchronized (monitor) {
            number += compute();
          }
        }
      });
      threads[i].start();
    }
    for (Thread thread : threads) thread.join();
    System.out.println(number);
  }
}
