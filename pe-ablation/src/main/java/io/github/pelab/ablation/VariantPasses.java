package io.github.pelab.ablation;

import io.github.pelab.tasks.TaskBatch;
import java.util.List;
import java.util.stream.Stream;
import org.nd4j.linalg.api.ndarray.INDArray;

/** How the variants of a network are run on a batch. */
@FunctionalInterface
interface VariantPasses {
  /**
   * The network's output, {@code [B, classes]}, for each variant, in their order.
   *
   * @param variants made as they are taken: what replaces heads may be large
   */
  List<INDArray> probabilities(TaskBatch batch, Stream<Variant> variants);
}
