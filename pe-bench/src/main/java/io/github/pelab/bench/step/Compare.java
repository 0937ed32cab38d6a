package io.github.pelab.bench.step;

import static java.util.Locale.ROOT;

import io.github.pelab.bench.step.Child.Kind;
import java.util.List;

/**
 * Prints, as Markdown, our training step beside others' and its time beside that of its matrix
 * products. With {@code --quick} batches are a quarter as large, rounds few, and other schemes left
 * out.
 */
public final class Compare {
  private static final double RELEASED_DROPOUT = 0.1;

  /** The released data has lengths up to this, and from this. */
  private static final int SHORTEST = 5;

  private static final int LONGEST = 120;

  private final Heat heat;
  private final Workload standard;
  private final Workload quarter;
  private final int batchesOfTask;

  private Compare(boolean quick) {
    heat = quick ? new Heat(1, 3) : new Heat(5, 11);
    Workload whole = Workload.standard();
    quarter = whole.ofBatches(16, whole.shortest(), whole.longest(), 1);
    standard = quick ? quarter : whole;
    batchesOfTask = quick ? 2 : 8;
  }

  /** {@code [--quick]}. */
  public static void main(String[] arguments) {
    Program.run(
        arguments,
        quick -> {
          Compare compare = new Compare(quick);
          compare.explain();
          compare.others();
          compare.onTheTask();
          compare.plain();
          if (!quick) {
            compare.schemes();
          }
        });
  }

  private void explain() {
    System.out.printf(
        """
        A step is forward, loss, backward and AdamW (PyTorch: its fused one), in single precision, on \
        %d layers, width %d, %d heads, %d hidden units, %d examples. Each line is a process of its own; \
        they took steps in turn, %d rounds after %d to warm up. Times are medians, best the shortest; \
        a ratio is the median of each round's; memory is the most that the process ever had.%n%n""",
        standard.layers(),
        standard.width(),
        standard.heads(),
        standard.feedForward(),
        standard.batch(),
        heat.rounds(),
        heat.warmup());
  }

  private void others() {
    Workload dropping = standard.dropping(RELEASED_DROPOUT);
    Entry eager = Entry.torch("PyTorch eager, as released", Kind.TORCH_EAGER, dropping);
    Entry fused = Entry.torch("PyTorch fused attention", Kind.TORCH_FUSED, standard);
    List<Heat.Result> results =
        heat.run(
            "side by side",
            List.of(
                Entry.ours("PE Lab", dropping, "vector"),
                eager,
                eager.tuned(),
                Entry.ours("PE Lab", standard, "vector"),
                fused,
                fused.tuned(),
                Entry.products(standard)));
    print("Sequences of %d tokens".formatted(standard.longest()), results);
    Heat.Result products = results.get(results.size() - 1);
    System.out.printf(
        ROOT,
        "Matrix products alone: %.1f GFLOP a step, %.0f GFLOP/s; our step without dropout takes %.2f times as long.%n",
        Products.flops(standard) / 1e9,
        Products.flops(standard) / products.step() / 1e6,
        rival(results, products).timesThatOf(products));
    System.out.println();
    System.out.println("Ran on:");
    System.out.println();
    results.forEach(
        result -> System.out.printf("* %s: %s%n", result.entry().name(), result.description()));
    System.out.println();
  }

  private void onTheTask() {
    Workload task = standard.ofBatches(standard.batch(), SHORTEST, LONGEST, batchesOfTask);
    Entry padded = Entry.torch("PyTorch fused, padded to 128", Kind.TORCH_FUSED, task);
    Entry bucketed = Entry.torch("PyTorch fused, by length", Kind.TORCH_BUCKETED, task);
    print(
        "Task 1: lengths %d to %d, mean %.0f, masked"
            .formatted(SHORTEST, LONGEST, (double) task.tokens() / task.examplesInPass()),
        heat.run(
            "task 1",
            List.of(Entry.ours("PE Lab", task, "vector"), padded.tuned(), bucketed.tuned())));
  }

  /** A whole batch would take the graph more memory than many machines have. */
  private void plain() {
    Workload dropping = quarter.dropping(RELEASED_DROPOUT);
    print(
        "Layers by their SameDiff graph, %d examples".formatted(quarter.batch()),
        new Heat(1, 3)
            .run(
                "plain SameDiff",
                List.of(
                    Entry.ours("PE Lab", dropping, "vector"),
                    Entry.ours("PE Lab, plain SameDiff", dropping, "graph"))));
  }

  private void schemes() {
    List<Heat.Result> results =
        heat.run(
            "schemes",
            List.of(
                scheme("rope", "multi-head"),
                scheme("nope", "multi-head"),
                scheme("t5", "multi-head"),
                scheme("alibi", "multi-head"),
                scheme("rope", "mla")));
    Table table = new Table("PE Lab", "ms a step", "times RoPE's", "GiB");
    for (Heat.Result result : results) {
      table.add(
          result.entry().name(),
          String.format(ROOT, "%.1f", result.step()),
          String.format(ROOT, "%.2f", result.timesThatOf(results.get(0))),
          String.format(ROOT, "%.2f", result.gibibytes()));
    }
    System.out.printf("## Other schemes%n%n%s%n", table);
  }

  private Entry scheme(String scheme, String attention) {
    return Entry.ours(
        attention.equals("multi-head") ? scheme : attention + " " + scheme,
        standard.positionedBy(scheme, attention),
        "vector");
  }

  private static void print(String title, List<Heat.Result> results) {
    Table table = new Table("", "dropout", "ms a step", "best", "examples/s", "times ours", "GiB");
    for (Heat.Result result : results) {
      table.add(
          result.entry().name(),
          String.format(ROOT, "%.1f", result.entry().workload().dropout()),
          String.format(ROOT, "%.0f", result.step()),
          String.format(ROOT, "%.0f", result.bestStep()),
          String.format(ROOT, "%.1f", result.examplesPerSecond()),
          String.format(ROOT, "%.2f", result.timesThatOf(rival(results, result))),
          String.format(ROOT, "%.2f", result.gibibytes()));
    }
    System.out.printf("## %s%n%n%s%n%n", title, table);
  }

  /** Ours on the same workload. */
  private static Heat.Result rival(List<Heat.Result> results, Heat.Result of) {
    return results.stream()
        .filter(result -> result.entry().kernel().equals("vector"))
        .filter(result -> result.entry().workload().equals(of.entry().workload()))
        .findFirst()
        .orElseThrow();
  }
}
