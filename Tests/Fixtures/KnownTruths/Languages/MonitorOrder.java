/** Two threads take two monitors in opposite orders: MonitorOrder bad|fixed. Ends itself after 2.5 s. */
final class MonitorOrder {
  private static void takeBoth(Object first, Object second) {
    synchronized (first) {
      try {
        Thread.sleep(100);
      } catch (InterruptedException problem) {
        return;
      }
      synchronized (second) {
        second.notifyAll();
      }
    }
  }

  public static void main(String[] words) throws InterruptedException {
    Object one = new Object();
    Object other = new Object();
    boolean isBad = words[0].equals("bad");
    Thread[] threads = {
      new Thread(() -> takeBoth(one, other)),
      new Thread(() -> takeBoth(isBad ? other : one, isBad ? one : other))
    };
    for (Thread thread : threads) {
      thread.setDaemon(true);
      thread.start();
    }
    for (Thread thread : threads) thread.join(1_250);
  }
}
