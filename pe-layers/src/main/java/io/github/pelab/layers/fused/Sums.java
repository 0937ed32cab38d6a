package io.github.pelab.layers.fused;

import java.util.ArrayList;
import java.util.List;

/**
 * Sums over all rows, for instance a bias's gradient: each task adds to sums of its own, which are
 * then added up in the order of the tasks.
 *
 * @param <A> {@code float[]} or {@code double[]}
 */
final class Sums<A> {
  private final Pass<A> pass;
  private final int width;
  private final List<A> partial = new ArrayList<>();
  private A total;

  Sums(Pass<A> pass, int width) {
    this.pass = pass;
    this.width = width;
  }

  /** Where they are added up. */
  void into(A place) {
    total = place;
  }

  /** Readies sums for {@code tasks} tasks. */
  void begin(int tasks) {
    while (partial.size() < tasks) {
      partial.add(pass.arithmetic().array(width));
    }
    for (int task = 0; task < tasks; task++) {
      pass.arithmetic().clear(partial.get(task), 0, width);
    }
  }

  /** Those of one task. */
  A of(int task) {
    return partial.get(task);
  }

  /** All tasks are done. */
  void end(int tasks) {
    pass.alone(
        scratch -> {
          for (int task = 0; task < tasks; task++) {
            scratch.rows().add(partial.get(task), 0, width, total, 0);
          }
        });
  }
}
