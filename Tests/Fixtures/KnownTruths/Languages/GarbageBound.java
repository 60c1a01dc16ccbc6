import java.util.ArrayList;
import java.util.List;

/** Most of the time goes to the garbage collector: GarbageBound bad|fixed; bad needs a small heap (-Xmx48m). */
final class GarbageBound {
  public static void main(String[] words) {
    boolean isBad = words[0].equals("bad");
    List<byte[]> kept = new ArrayList<>();
    // Nearly all of a small heap is in use, so little can be freed each time.
    for (int i = 0; i < (isBad ? 30_000 : 1_000); i++) kept.add(new byte[1024]);
    long end = System.nanoTime() + 1_500_000_000L;
    long made = 0;
    while (System.nanoTime() < end) {
      List<int[]> some = new ArrayList<>();
      for (int i = 0; i < 1_000; i++) some.add(new int[128]);
      made += some.size();
    }
    System.out.println(made + kept.size());
  }
}
