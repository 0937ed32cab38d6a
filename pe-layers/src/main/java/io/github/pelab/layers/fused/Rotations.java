package io.github.pelab.layers.fused;

import io.github.pelab.layers.scheme.PositionTables;
import io.github.pelab.layers.scheme.PositionTables.Learned;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A scheme's rotation as the tables of {@link io.github.pelab.layers.kernel.RowKernel#rotate}, for
 * each group of heads; groups that rotate alike share one.
 *
 * @param <A> {@code float[]} or {@code double[]}
 */
final class Rotations<A> {
  /** Tables {@code [T, heads·Q]}: {@code back} undoes what {@code sin} does, for gradients. */
  private record Table<A>(A cos, A sin, A back) {}

  private final Arithmetic<A> arithmetic;
  private final AttentionShape shape;
  private final List<Table<A>> tables = new ArrayList<>();
  private int length;

  Rotations(Arithmetic<A> arithmetic, AttentionShape shape) {
    this.arithmetic = arithmetic;
    this.shape = shape;
  }

  /** Readies tables for sequences of {@code tokens}. */
  void reach(int tokens) {
    if (shape.scheme().pairMap().isEmpty() || tokens <= length) {
      return;
    }
    length = tokens;
    PositionTables entries =
        PositionTables.of(
            shape.scheme(), shape.heads(), shape.rotary(), shape.width(), length, Learned.NOTHING);
    tables.clear();
    List<double[]> distinct = new ArrayList<>();
    List<Table<A>> made = new ArrayList<>();
    for (HeadGroup group : shape.groups()) {
      double[] cos = expanded(entries.cos(), group, 1, 1);
      double[] sin = expanded(entries.sin(), group, 0, -1);
      int known = 0;
      while (known < made.size()
          && !(Arrays.equals(distinct.get(2 * known), cos)
              && Arrays.equals(distinct.get(2 * known + 1), sin))) {
        known++;
      }
      if (known == made.size()) {
        distinct.add(cos);
        distinct.add(sin);
        double[] back = Arrays.stream(sin).map(s -> -s).toArray();
        made.add(new Table<>(arithmetic.of(cos), arithmetic.of(sin), arithmetic.of(back)));
      }
      tables.add(made.get(known));
    }
  }

  /**
   * By row and column from {@code [(h·T + t)·R/2 + p]}.
   *
   * @param still what stands for components that are not rotated
   * @param firstOfPair factor of a pair's first component
   */
  private double[] expanded(double[] entries, HeadGroup group, double still, double firstOfPair) {
    int pairs = shape.rotary() / 2;
    double[] expanded = new double[length * group.heads() * shape.query()];
    Arrays.fill(expanded, still);
    for (int t = 0, at = 0; t < length; t++) {
      for (int h = group.first(); h < group.first() + group.heads(); h++) {
        at += shape.content();
        for (int p = 0; p < pairs; p++, at += 2) {
          double entry = entries[(h * length + t) * pairs + p];
          expanded[at] = firstOfPair * entry;
          expanded[at + 1] = entry;
        }
      }
    }
    return expanded;
  }

  /** Rotates queries or keys {@code [n, heads·Q]} of a sequence. */
  void rotate(Scratch<A> scratch, HeadGroup group, Sequence sequence, A rows) {
    if (!tables.isEmpty()) {
      Table<A> table = tables.get(group.index());
      turn(scratch, group, sequence, rows, table.cos(), table.sin());
    }
  }

  /** The same for gradients: the transposed map. */
  void rotateBack(Scratch<A> scratch, HeadGroup group, Sequence sequence, A rows) {
    if (!tables.isEmpty()) {
      Table<A> table = tables.get(group.index());
      turn(scratch, group, sequence, rows, table.cos(), table.back());
    }
  }

  private void turn(Scratch<A> scratch, HeadGroup group, Sequence sequence, A rows, A cos, A sin) {
    int width = group.heads() * shape.query();
    scratch.rows().rotate(rows, sequence.tokens(), width, cos, sin, sequence.position() * width);
  }
}
