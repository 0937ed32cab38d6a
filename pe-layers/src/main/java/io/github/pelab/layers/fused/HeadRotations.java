package io.github.pelab.layers.fused;

import io.github.pelab.layers.fused.Scratch.Use;
import io.github.pelab.layers.heads.HeadPart;

/**
 * The rotation of one attention's heads, but for those that are without it.
 *
 * @param <A> {@code float[]} or {@code double[]}
 */
final class HeadRotations<A> {
  private final Pass<A> pass;
  private final int block;
  private final AttentionShape shape;
  private final Rotations<A> rotations;

  HeadRotations(Pass<A> pass, int block, AttentionShape shape, Rotations<A> rotations) {
    this.pass = pass;
    this.block = block;
    this.shape = shape;
    this.rotations = rotations;
  }

  /** Rotates queries or keys {@code [n, heads·Q]} of a sequence. */
  void rotate(Scratch<A> scratch, HeadGroup group, Sequence sequence, A rows) {
    leaving(scratch, group, sequence, rows, () -> rotations.rotate(scratch, group, sequence, rows));
  }

  /** The same for gradients: the transposed map. */
  void rotateBack(Scratch<A> scratch, HeadGroup group, Sequence sequence, A rows) {
    leaving(
        scratch, group, sequence, rows, () -> rotations.rotateBack(scratch, group, sequence, rows));
  }

  /** Heads of a group are rotated together: what some are without is undone. */
  private void leaving(
      Scratch<A> scratch, HeadGroup group, Sequence sequence, A rows, Runnable rotation) {
    int numbers = sequence.tokens() * group.heads() * shape.query();
    boolean some = false;
    for (int h = 0; h < group.heads(); h++) {
      some |= isWithout(group, h);
    }
    A before = null;
    if (some) {
      before = scratch.array(Use.UNROTATED, numbers);
      System.arraycopy(rows, 0, before, 0, numbers);
    }
    rotation.run();
    for (int h = 0; some && h < group.heads(); h++) {
      for (int i = 0; isWithout(group, h) && i < sequence.tokens(); i++) {
        int at = (i * group.heads() + h) * shape.query();
        System.arraycopy(before, at, rows, at, shape.query());
      }
    }
  }

  private boolean isWithout(HeadGroup group, int h) {
    return pass.interventions().without(HeadPart.ROTATION, block, group.first() + h);
  }
}
