package io.github.pelab.layers.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** A {@link DropoutPattern}, a vector of entries at a time: 0 where dropped, else what is kept. */
final class VectorDropout {
  private static final VectorSpecies<Float> LANES = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
  private static final IntVector COLUMNS =
      IntVector.zero(INTS).addIndex(1).mul(DropoutPattern.COLUMN);

  private final int threshold;
  private final float kept;

  VectorDropout(DropoutPattern pattern) {
    threshold = pattern.threshold();
    kept = (float) pattern.kept();
  }

  /** Of one row, whose columns from {@code column} on run along the lanes. */
  FloatVector alongColumns(int rowKey, int column) {
    return kept(COLUMNS.add(rowKey + column * DropoutPattern.COLUMN));
  }

  /** Of one column, whose rows run along the lanes, their keys from {@code rowKeys[at]} on. */
  FloatVector alongRows(int[] rowKeys, int at, int column) {
    return kept(IntVector.fromArray(INTS, rowKeys, at).add(column * DropoutPattern.COLUMN));
  }

  private FloatVector kept(IntVector numbered) {
    IntVector x = numbered;
    x = x.lanewise(VectorOperators.XOR, x.lanewise(VectorOperators.LSHR, 16));
    x = x.mul(DropoutPattern.FIRST);
    x = x.lanewise(VectorOperators.XOR, x.lanewise(VectorOperators.LSHR, 15));
    x = x.mul(DropoutPattern.SECOND);
    x = x.lanewise(VectorOperators.XOR, x.lanewise(VectorOperators.LSHR, 16));
    VectorMask<Float> dropped = x.compare(VectorOperators.LT, threshold).cast(LANES);
    return FloatVector.broadcast(LANES, kept).blend(0, dropped);
  }
}
