package io.github.pelab.train;

import io.github.pelab.layers.heads.AttentionAccess;
import io.github.pelab.layers.heads.AttentionTrace;
import io.github.pelab.layers.heads.Scope;
import io.github.pelab.tasks.TaskBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Where the numbers of an {@link Experiment}'s network broke: the part whose name an error should
 * have when a loss or a gradient is no number any more. Nothing is claimed that was not measured;
 * what cannot be told is empty.
 */
final class Divergence {
  private final MultiLayerNetwork network;

  /** In forward order. */
  private final List<Part> parts = new ArrayList<>();

  /**
   * What can be told apart.
   *
   * @param prefix of the names of its parameters
   */
  private record Part(String prefix, String name) {
    static Part attention(int block) {
      return new Part("0_block" + block + ".attention", "block " + block + "'s attention");
    }

    static Part feedForward(int block) {
      return new Part("0_block" + block + ".feedForward", "block " + block + "'s feed-forward");
    }

    String with(String detail) {
      return name + " (" + detail + ")";
    }
  }

  private Divergence(MultiLayerNetwork network) {
    this.network = network;
    parts.add(new Part("0_embedding", "the embedding"));
    parts.add(new Part("0_positions", "the positions"));
    parts.add(new Part("0_lagBias", "the lag biases"));
    for (int block = 0; block < AttentionAccess.of(network).get(0).blocks(); block++) {
      parts.add(Part.attention(block));
      parts.add(Part.feedForward(block));
    }
    parts.add(new Part("0_norm", "the final norm"));
    parts.add(new Part("1_", "the output layer"));
  }

  /**
   * The first part, in forward order, from which the loss is no number.
   *
   * @param batches of which one at least had such a loss
   * @param training whether they were met in training: with the dropout of the pass that was last
   */
  static Optional<String> ofLoss(
      MultiLayerNetwork network, List<TaskBatch> batches, boolean training) {
    return quietly(() -> new Divergence(network).loss(batches, training));
  }

  /** The part that the gradient, which flows backwards, met first of those where it has no norm. */
  static Optional<String> ofGradient(MultiLayerNetwork network) {
    return quietly(() -> new Divergence(network).gradient());
  }

  /** The failure that is being explained must not give way to one of its explanation. */
  private static Optional<String> quietly(Supplier<Optional<String>> search) {
    try {
      return search.get();
    } catch (RuntimeException | OutOfMemoryError e) {
      return Optional.empty();
    }
  }

  private Optional<String> loss(List<TaskBatch> batches, boolean training) {
    Map<String, INDArray> parameters = network.paramTable();
    for (String name : names()) {
      if (!finite(parameters.get(name))) {
        return Optional.of(part(name).with("parameter " + name));
      }
    }
    for (TaskBatch batch : batches) {
      INDArray features = batch.data().getFeatures();
      INDArray mask = batch.data().getFeaturesMaskArray();
      INDArray probabilities = network.output(features, training, mask, null);
      for (int i = 0; i < probabilities.rows(); i++) {
        if (!finite(probabilities.getRow(i))) {
          // Observed, a pass holds every logit: of one sequence they are few.
          INDArray one = features.getRow(i, true);
          INDArray oneMask = mask.getRow(i, true);
          return broken(features, mask, training)
              .map(
                  part ->
                      quietly(() -> head(part, one, oneMask)).map(part::with).orElse(part.name()));
        }
      }
    }
    return Double.isFinite(network.calcRegularizationScore(true))
        ? Optional.empty()
        : Optional.of("the weight decay");
  }

  /**
   * The first part whose output is not finite. A part whose parameters are all 0 hands on what it
   * is given, or makes 0 of it, but NaN and infinity stay. So parts are silenced from the last one
   * on: the one that it takes to have a finite output is it.
   */
  private Optional<Part> broken(INDArray features, INDArray mask, boolean training) {
    INDArray before = network.params().dup();
    try {
      for (int i = parts.size() - 1; i >= 0; i--) {
        Part part = parts.get(i);
        network
            .paramTable()
            .forEach(
                (name, parameter) -> {
                  if (name.startsWith(part.prefix())) {
                    parameter.assign(0);
                  }
                });
        if (finite(network.output(features, training, mask, null))) {
          return Optional.of(part);
        }
      }
      return Optional.empty();
    } finally {
      network.params().assign(before);
    }
  }

  /** The head, if the part is an attention and one sequence, without dropout, shows it. */
  private Optional<String> head(Part part, INDArray features, INDArray mask) {
    List<String> heads = new ArrayList<>();
    try (Scope scope =
        AttentionAccess.of(network)
            .get(0)
            .observe(
                trace -> {
                  if (part.equals(Part.attention(trace.block()))) {
                    head(trace).ifPresent(heads::add);
                  }
                })) {
      network.output(features, false, mask, null);
    }
    return heads.stream().findFirst();
  }

  private static Optional<String> head(AttentionTrace trace) {
    return head(
            trace,
            "logits",
            head -> trace.logits().get(NDArrayIndex.all(), NDArrayIndex.point(head)))
        .or(() -> head(trace, "output", trace::headOutput));
  }

  private static Optional<String> head(
      AttentionTrace trace, String what, IntFunction<INDArray> values) {
    return IntStream.range(0, trace.heads())
        .filter(head -> !finite(values.apply(head)))
        .mapToObj(head -> "head " + head + "'s " + what)
        .findFirst();
  }

  private Optional<String> gradient() {
    Map<String, INDArray> gradients = network.gradient().gradientForVariable();
    List<String> backwards = names();
    Collections.reverse(backwards);
    return backwards.stream()
        // The norm may overflow where no number of the gradient does.
        .filter(name -> !Double.isFinite(gradients.get(name).norm2Number().doubleValue()))
        .map(name -> part(name).with("gradient of " + name))
        .findFirst();
  }

  /** Of the parameters, in forward order of their parts. */
  private List<String> names() {
    List<String> names = new ArrayList<>(network.paramTable().keySet());
    names.sort(Comparator.comparingInt(name -> parts.indexOf(part(name))));
    return names;
  }

  private Part part(String parameter) {
    return parts.stream()
        .filter(part -> parameter.startsWith(part.prefix()))
        .findFirst()
        .orElseThrow();
  }

  private static boolean finite(INDArray array) {
    return Arrays.stream(array.dup('c').data().asDouble()).allMatch(Double::isFinite);
  }
}
