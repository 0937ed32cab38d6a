package io.github.pelab.bench.step;

import static java.util.Locale.ROOT;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Prints, as Markdown, how our training step grows: with the length at a constant number of tokens,
 * with the width, with the batch. Each line is measured alone, in a process of its own. With {@code
 * --quick} every other line, and few steps.
 */
public final class Scaling {
  private static final int TOKENS = 8192;
  private static final int LENGTH = 128;

  private Scaling() {}

  /** {@code [--quick]}. */
  public static void main(String[] arguments) {
    Program.run(
        arguments,
        quick -> {
          print("length", lengths(), quick);
          print("width", widths(), quick);
          print("batch", batches(), quick);
        });
  }

  private static Stream<Workload> lengths() {
    return doubled(64, 8192)
        .mapToObj(length -> Workload.standard().ofBatches(TOKENS / length, length, length, 1));
  }

  private static Stream<Workload> widths() {
    return doubled(64, 512).mapToObj(width -> Workload.standard().ofWidth(width));
  }

  private static Stream<Workload> batches() {
    return doubled(1, 512)
        .mapToObj(batch -> Workload.standard().ofBatches(batch, LENGTH, LENGTH, 1));
  }

  private static IntStream doubled(int first, int last) {
    return IntStream.iterate(first, size -> size <= last, size -> 2 * size);
  }

  private static void print(String by, Stream<Workload> workloads, boolean quick) {
    Heat heat = quick ? new Heat(1, 3) : new Heat(4, 9);
    List<Workload> all = workloads.toList();
    Table table = new Table("tokens", "width", "batch", "ms a step", "µs a token", "GiB");
    // The last is the largest, which is never left out.
    for (int i = quick ? (all.size() - 1) % 2 : 0; i < all.size(); i += quick ? 2 : 1) {
      Workload workload = all.get(i);
      Heat.Result result =
          heat.run(
                  "%s, %d of %d".formatted(by, i + 1, all.size()),
                  List.of(Entry.ours("PE Lab", workload, "vector")))
              .get(0);
      table.add(
          String.valueOf(workload.longest()),
          String.valueOf(workload.width()),
          String.valueOf(workload.batch()),
          String.format(ROOT, "%.1f", result.step()),
          String.format(ROOT, "%.2f", 1e3 * result.step() / workload.tokens()),
          String.format(ROOT, "%.2f", result.gibibytes()));
    }
    System.out.printf("## By %s%n%n%s%n%n", by, table);
  }
}
