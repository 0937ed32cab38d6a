package io.github.pelab.ablation;

import java.util.Base64;
import java.util.BitSet;

/**
 * Right or wrong per example of one evaluation: of the whole model, or with some heads ablated.
 * Example i is the same example in all outcomes of a split; without that nothing is paired.
 *
 * @param total how many examples were evaluated, at least 1
 * @param right the examples that were answered rightly
 */
public record Outcomes(int total, BitSet right) {

  public Outcomes {
    if (total < 1) {
      throw new IllegalArgumentException(
          "total: " + total + " examples were evaluated; evaluate at least one");
    }
    if (right.length() > total) {
      throw new IllegalArgumentException(
          "right: names example %d, but only %d were evaluated; count examples from 0"
              .formatted(right.length() - 1, total));
    }
    right = (BitSet) right.clone();
  }

  /** Outcomes from one flag per example, true where the model was right. */
  public static Outcomes of(boolean... right) {
    BitSet bits = new BitSet(right.length);
    for (int example = 0; example < right.length; example++) {
      bits.set(example, right[example]);
    }
    return new Outcomes(right.length, bits);
  }

  /** These, and then those of other examples. */
  Outcomes then(Outcomes others) {
    BitSet both = right();
    others.right().stream().forEach(example -> both.set(total + example));
    return new Outcomes(Math.addExact(total, others.total()), both);
  }

  /** A copy, so that outcomes stay as they were. */
  @Override
  public BitSet right() {
    return (BitSet) right.clone();
  }

  /** How many examples were right. */
  public int correct() {
    return right.cardinality();
  }

  /** Fraction right, 0 to 1. */
  public double accuracy() {
    return (double) correct() / total;
  }

  /** Example i's outcome as bit i, 1 where right, lowest bit of a byte first; Base64. */
  public String encoded() {
    return Base64.getEncoder().encodeToString(right.toByteArray());
  }

  /** Whether this example was right. */
  public boolean isRight(int example) {
    return right.get(example);
  }
}
