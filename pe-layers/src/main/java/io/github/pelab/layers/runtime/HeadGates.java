package io.github.pelab.layers.runtime;

import io.github.pelab.layers.heads.HeadReplacement;
import io.github.pelab.layers.heads.Scope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The replacements in force on a layer's heads, as what the graph multiplies and adds: head outputs
 * · gate + fill, where a replaced head has gate 0 and its value as fill, any other gate 1 and fill
 * 0.
 */
final class HeadGates {
  private final int blocks;
  private final int heads;
  private final int headSize;
  private final List<List<HeadReplacement>> scopes = new ArrayList<>();

  HeadGates(int blocks, int heads, int headSize) {
    this.blocks = blocks;
    this.heads = heads;
    this.headSize = headSize;
  }

  Scope open(List<HeadReplacement> replacements) {
    for (HeadReplacement each : replacements) {
      if (each.block() < 0 || each.block() >= blocks || each.head() < 0 || each.head() >= heads) {
        throw new IllegalArgumentException(
            "no head %d in block %d: the layer has blocks 0 to %d with heads 0 to %d"
                .formatted(each.head(), each.block(), blocks - 1, heads - 1));
      }
      long[] shape = each.value().shape();
      if (shape[shape.length - 1] != headSize) {
        throw new IllegalArgumentException(
            "replacement of head %d in block %d has shape %s; the head size is %d"
                .formatted(each.head(), each.block(), Arrays.toString(shape), headSize));
      }
    }
    // A list of its own: two scopes with equal contents are still two.
    List<HeadReplacement> scope = new ArrayList<>(replacements);
    scopes.add(scope);
    return () -> scopes.removeIf(each -> each == scope);
  }

  boolean none() {
    return scopes.isEmpty();
  }

  /** {@code [1, D]}. */
  INDArray gate(int block, Call call) {
    float[] gate = new float[heads * headSize];
    Arrays.fill(gate, 1);
    for (HeadReplacement each : inForce(block)) {
      Arrays.fill(gate, each.head() * headSize, (each.head() + 1) * headSize, 0);
    }
    return Nd4j.createFromArray(gate).reshape('c', 1, gate.length);
  }

  /** {@code [1, D]}, or {@code [B·T, D]} if a replacement has more than one row. */
  INDArray fill(int block, Call call) {
    List<HeadReplacement> inForce = inForce(block);
    boolean oneRow = inForce.stream().allMatch(each -> each.value().length() == headSize);
    int rows = oneRow ? 1 : Math.toIntExact(call.rows());
    int width = heads * headSize;
    // In double until the graph takes it: the input may be of a coarser type than the model.
    double[] fill = new double[rows * width];
    for (HeadReplacement each : inForce) {
      checkBatch(each, call);
      double[] values = numbers(each);
      for (int row = 0; row < rows; row++) {
        int from = row * headSize % values.length;
        System.arraycopy(values, from, fill, row * width + each.head() * headSize, headSize);
      }
    }
    return Nd4j.createFromArray(fill).reshape('c', rows, width);
  }

  /** What replaces heads in a pass, for kernels. */
  HeadValues values(Call call) {
    if (none()) {
      return HeadValues.NONE;
    }
    Map<List<Integer>, double[]> values = new HashMap<>();
    for (int block = 0; block < blocks; block++) {
      for (HeadReplacement each : inForce(block)) {
        checkBatch(each, call);
        values.put(List.of(block, each.head()), numbers(each));
      }
    }
    return (block, head) -> values.get(List.of(block, head));
  }

  private static double[] numbers(HeadReplacement replacement) {
    return replacement.value().castTo(DataType.DOUBLE).dup('c').data().asDouble();
  }

  private static void checkBatch(HeadReplacement each, Call call) {
    INDArray value = each.value();
    if (value.rank() == 3 && (value.size(0) != call.batch() || value.size(1) != call.length())) {
      throw new IllegalArgumentException(
          "replacement of head %d in block %d has shape %s; this batch is %d × %d"
              .formatted(
                  each.head(),
                  each.block(),
                  Arrays.toString(value.shape()),
                  call.batch(),
                  call.length()));
    }
  }

  private List<HeadReplacement> inForce(int block) {
    return scopes.stream().flatMap(List::stream).filter(each -> each.block() == block).toList();
  }
}
