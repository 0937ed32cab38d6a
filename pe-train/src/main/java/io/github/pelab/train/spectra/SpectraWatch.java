package io.github.pelab.train.spectra;

import io.github.pelab.layers.heads.AttentionAccess;
import io.github.pelab.layers.heads.Scope;
import io.github.pelab.tasks.Split;
import io.github.pelab.tasks.TaskBatch;
import io.github.pelab.train.Experiment;
import io.github.pelab.train.StepStudy;
import io.github.pelab.train.Updates;
import io.github.pelab.train.spectra.BlockLogits.Pair;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Measures the logits of every head, and the gradients at them, while a network is trained. What is
 * measured is a twin that is given the network's parameters: it drops nothing, and whatever its
 * passes leave behind is none of the network's.
 */
public final class SpectraWatch implements StepStudy {
  /** What DL4J puts before the names of the first layer's parameters: the stack's. */
  private static final String LAYER = "0_";

  private final MultiLayerNetwork twin;
  private final List<AttentionAccess> attentions;
  private final TaskBatch batch;

  /** For a network of the experiment. */
  public SpectraWatch(Experiment experiment) {
    twin = experiment.networkWithoutDropout();
    attentions = AttentionAccess.of(twin);
    batch = experiment.first(Split.VALIDATION, experiment.config().spectra().examples());
  }

  @Override
  public SpectraRow of(MultiLayerNetwork network, int step, OptionalDouble updateSize) {
    twin.params().assign(network.params());
    Map<Integer, BlockLogits> logits = new TreeMap<>();
    Map<Integer, double[]> logitGradients = new TreeMap<>();
    List<Scope> scopes = new ArrayList<>();
    int first = 0;
    for (AttentionAccess access : attentions) {
      int firstOfAccess = first;
      INDArray mask = batch.data().getFeaturesMaskArray();
      scopes.add(
          access.observe(
              trace -> logits.put(firstOfAccess + trace.block(), new BlockLogits(trace, mask))));
      scopes.add(
          access.observeGradients(
              (block, gradients) ->
                  logitGradients.put(firstOfAccess + block, normsByHead(gradients))));
      first += access.blocks();
    }
    double examples = batch.examples().size();
    double loss;
    try {
      loss = Updates.gradient(twin, batch) / examples;
    } finally {
      scopes.forEach(Scope::close);
    }
    List<SpectraRow.Layer> layers = new ArrayList<>();
    for (AttentionAccess access : attentions) {
      for (int block = 0; block < access.blocks(); block++) {
        int layer = layers.size();
        layers.add(
            new SpectraRow.Layer(
                layer,
                heads(
                    logits.get(layer),
                    logitGradients.get(layer),
                    normsByHead(access.queryWeights(block), access.heads()),
                    normsByHead(access.keyWeights(block), access.heads()))));
      }
    }
    return new SpectraRow(
        step,
        loss,
        twin.getGradientsViewArray().norm2Number().doubleValue() / examples,
        updateSize.isPresent() ? updateSize.getAsDouble() : null,
        twin.params().norm2Number().doubleValue(),
        layers);
  }

  private List<SpectraRow.Head> heads(
      BlockLogits block, double[] logitGradients, double[] queryGradients, double[] keyGradients) {
    double examples = block.examples();
    return IntStream.range(0, block.heads())
        .parallel()
        .mapToObj(
            head -> {
              List<Pair> pairs =
                  IntStream.range(0, block.examples())
                      .mapToObj(example -> block.spectra(head, example))
                      .flatMap(Optional::stream)
                      .toList();
              return new SpectraRow.Head(
                  pairs.isEmpty() ? null : Measures.of(pairs.stream().map(Pair::logits).toList()),
                  pairs.isEmpty() ? null : Measures.of(pairs.stream().map(Pair::content).toList()),
                  logitGradients[head] / examples,
                  queryGradients[head] / examples,
                  keyGradients[head] / examples);
            })
        .toList();
  }

  /** Of {@code [B, H, T, T]}. */
  private static double[] normsByHead(INDArray gradients) {
    return IntStream.range(0, (int) gradients.size(1))
        .mapToDouble(
            head ->
                gradients
                    .get(NDArrayIndex.all(), NDArrayIndex.point(head))
                    .norm2Number()
                    .doubleValue())
        .toArray();
  }

  /** Of weights whose columns are the heads', one head after another. */
  private double[] normsByHead(List<String> weights, int heads) {
    double[] squares = new double[heads];
    for (String name : weights) {
      INDArray gradient = twin.gradient().getGradientFor(LAYER + name);
      long columns = gradient.columns() / heads;
      for (int head = 0; head < heads; head++) {
        double norm =
            gradient
                .get(
                    NDArrayIndex.all(), NDArrayIndex.interval(head * columns, (head + 1) * columns))
                .norm2Number()
                .doubleValue();
        squares[head] += norm * norm;
      }
    }
    return Arrays.stream(squares).map(Math::sqrt).toArray();
  }
}
