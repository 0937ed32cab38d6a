package io.github.pelab.layers.runtime;

import io.github.pelab.layers.heads.HeadIntervention;
import io.github.pelab.layers.heads.HeadPart;
import io.github.pelab.layers.heads.HeadReplacement;
import io.github.pelab.layers.heads.PartRemoval;
import io.github.pelab.layers.heads.Scope;
import io.github.pelab.layers.runtime.Interventions.Branch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The interventions on a layer's heads whose scopes are open: they are in force. Kernels take them
 * as {@link Interventions}; a graph as what it multiplies and adds: head outputs · gate + fill,
 * where a replaced head has gate 0 and its value as fill, any other gate 1 and fill 0; and a part
 * of a head · 1, or 0 where it is removed.
 */
final class OpenInterventions {
  private final LayerDefinition definition;
  private final int heads;
  private final int headSize;
  private final List<List<HeadIntervention>> scopes = new ArrayList<>();

  OpenInterventions(LayerDefinition definition) {
    this.definition = definition;
    heads = definition.heads();
    headSize = definition.headSize();
  }

  Scope open(List<? extends HeadIntervention> interventions) {
    check(interventions);
    // A list of its own: two scopes with equal contents are still two.
    List<HeadIntervention> scope = new ArrayList<>(interventions);
    scopes.add(scope);
    return () -> scopes.removeIf(each -> each == scope);
  }

  /**
   * Refuses what cannot be done.
   *
   * @throws IllegalArgumentException that says why
   */
  void check(List<? extends HeadIntervention> interventions) {
    int blocks = definition.blocks();
    for (HeadIntervention each : interventions) {
      if (each.block() < 0 || each.block() >= blocks || each.head() < 0 || each.head() >= heads) {
        throw new IllegalArgumentException(
            "no head %d in block %d: the layer has blocks 0 to %d with heads 0 to %d"
                .formatted(each.head(), each.block(), blocks - 1, heads - 1));
      }
      if (each instanceof HeadReplacement replacement) {
        long[] shape = replacement.value().shape();
        if (shape[shape.length - 1] != headSize) {
          throw new IllegalArgumentException(
              "replacement of head %d in block %d has shape %s; the head size is %d"
                  .formatted(each.head(), each.block(), Arrays.toString(shape), headSize));
        }
      }
      if (each instanceof PartRemoval removal && !definition.parts().contains(removal.part())) {
        throw new IllegalArgumentException(
            "head %d in block %d has no part %s; what it has is %s"
                .formatted(each.head(), each.block(), removal.part(), definition.parts()));
      }
    }
  }

  boolean replaces() {
    return inForce().anyMatch(HeadReplacement.class::isInstance);
  }

  boolean removesParts() {
    return inForce().anyMatch(PartRemoval.class::isInstance);
  }

  /** {@code [1, D]}. */
  INDArray gate(int block, Call call) {
    float[] gate = new float[heads * headSize];
    Arrays.fill(gate, 1);
    for (HeadReplacement each : replacements(block)) {
      Arrays.fill(gate, each.head() * headSize, (each.head() + 1) * headSize, 0);
    }
    return Nd4j.createFromArray(gate).reshape('c', 1, gate.length);
  }

  /** {@code [1, D]}, or {@code [B·T, D]} if a replacement has more than one row. */
  INDArray fill(int block, Call call) {
    List<HeadReplacement> replacements = replacements(block);
    boolean oneRow = replacements.stream().allMatch(each -> each.value().length() == headSize);
    int rows = oneRow ? 1 : Math.toIntExact(call.rows());
    int width = heads * headSize;
    // In double until the graph takes it: the input may be of a coarser type than the model.
    double[] fill = new double[rows * width];
    for (HeadReplacement each : replacements) {
      checkBatch(each, call);
      double[] values = numbers(each);
      for (int row = 0; row < rows; row++) {
        int from = row * headSize % values.length;
        System.arraycopy(values, from, fill, row * width + each.head() * headSize, headSize);
      }
    }
    return Nd4j.createFromArray(fill).reshape('c', rows, width);
  }

  /** By head {@code size} times 1, or 0 where it is without the part: {@code [H · size]}. */
  INDArray without(HeadPart part, int block, int size) {
    float[] gate = new float[heads * size];
    Arrays.fill(gate, 1);
    inForce()
        .filter(each -> each.block() == block)
        .filter(each -> each instanceof PartRemoval removal && removal.part() == part)
        .forEach(each -> Arrays.fill(gate, each.head() * size, (each.head() + 1) * size, 0));
    return Nd4j.createFromArray(gate);
  }

  /** What is in force in a pass, for kernels. */
  Interventions values(Call call) {
    return inForce().findAny().isEmpty() ? Interventions.NONE : values(call, inForce().toList());
  }

  /** A branch of that pass, on which more is done. */
  Branch branch(List<? extends HeadIntervention> more, Call call) {
    int block = more.stream().mapToInt(HeadIntervention::block).min().orElse(definition.blocks());
    boolean scores =
        more.stream().anyMatch(each -> each instanceof PartRemoval && each.block() == block);
    return new Branch(
        block, scores, values(call, Stream.concat(inForce(), more.stream()).toList()));
  }

  private static Interventions values(Call call, List<HeadIntervention> inForce) {
    Map<List<Integer>, double[]> values = new HashMap<>();
    Set<PartRemoval> removed = new HashSet<>();
    for (HeadIntervention each : inForce) {
      if (each instanceof HeadReplacement replacement) {
        checkBatch(replacement, call);
        values.put(List.of(each.block(), each.head()), numbers(replacement));
      } else if (each instanceof PartRemoval removal) {
        removed.add(removal);
      }
    }
    return new Interventions() {
      @Override
      public double[] replacement(int block, int head) {
        return values.get(List.of(block, head));
      }

      @Override
      public boolean without(HeadPart part, int block, int head) {
        return !removed.isEmpty() && removed.contains(new PartRemoval(block, head, part));
      }
    };
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

  private Stream<HeadIntervention> inForce() {
    return scopes.stream().flatMap(List::stream);
  }

  private List<HeadReplacement> replacements(int block) {
    return inForce()
        .filter(each -> each.block() == block)
        .filter(HeadReplacement.class::isInstance)
        .map(HeadReplacement.class::cast)
        .toList();
  }
}
