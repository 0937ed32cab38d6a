package io.github.pelab.layers.runtime;

import io.github.pelab.layers.heads.HeadPart;

/** What is changed about a layer's heads in one forward pass. */
public interface Interventions {
  /** Nothing. */
  Interventions NONE =
      new Interventions() {
        @Override
        public double[] replacement(int block, int head) {
          return null;
        }

        @Override
        public boolean without(HeadPart part, int block, int head) {
          return false;
        }
      };

  /**
   * Rows of K numbers that are dealt out to the B·T tokens of a batch, and again from the first
   * when they are used up; null for a head that is not replaced.
   */
  double[] replacement(int block, int head);

  /** Whether the head scores without {@code part}. */
  boolean without(HeadPart part, int block, int head);

  /** The same, and no head is rotated. */
  default Interventions withoutRotation() {
    Interventions these = this;
    return new Interventions() {
      @Override
      public double[] replacement(int block, int head) {
        return these.replacement(block, head);
      }

      @Override
      public boolean without(HeadPart part, int block, int head) {
        return part == HeadPart.ROTATION || these.without(part, block, head);
      }
    };
  }

  /**
   * Where a pass is left for another outcome.
   *
   * @param block the first one that differs; the number of blocks if none does
   * @param scores whether it already differs in what it scores with there
   * @param interventions all that are in force on this branch
   */
  record Branch(int block, boolean scores, Interventions interventions) {}
}
