package io.github.pelab.train.spectra;

import io.github.pelab.layers.heads.AttentionAccess;
import io.github.pelab.layers.heads.HeadLogits;
import io.github.pelab.layers.heads.Scope;
import io.github.pelab.spectra.LogitSpectrum;
import io.github.pelab.tasks.Split;
import io.github.pelab.tasks.TaskBatch;
import io.github.pelab.train.Experiment;
import io.github.pelab.train.StepStudy;
import io.github.pelab.train.Updates;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
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
  private final AttentionAccess access;
  private final TaskBatch batch;

  /** For a network of the experiment. */
  public SpectraWatch(Experiment experiment) {
    twin = experiment.networkWithoutDropout();
    access = AttentionAccess.of(twin).get(0);
    batch = experiment.first(Split.VALIDATION, experiment.config().spectra().examples());
  }

  @Override
  public SpectraRow of(MultiLayerNetwork network, int step, OptionalDouble updateSize) {
    twin.params().assign(network.params());
    List<HeadLogits> shown = new ArrayList<>();
    double examples = batch.examples().size();
    double loss;
    try (Scope scope = access.observeLogits(shown::addAll)) {
      loss = Updates.gradient(twin, batch) / examples;
    }
    double gradientNorm = twin.getGradientsViewArray().norm2Number().doubleValue() / examples;
    requireFinite("loss", loss, step);
    requireFinite("gradient's norm", gradientNorm, step);
    List<SpectraRow.Layer> layers =
        IntStream.range(0, access.blocks())
            .mapToObj(layer -> new SpectraRow.Layer(layer, heads(layer, shown)))
            .toList();
    return new SpectraRow(
        step,
        loss,
        gradientNorm,
        updateSize.isPresent() ? updateSize.getAsDouble() : null,
        twin.params().norm2Number().doubleValue(),
        layers);
  }

  private void requireFinite(String what, double value, int step) {
    if (!Double.isFinite(value)) {
      throw new IllegalStateException(
          "watching spectra: the %s on %d validation examples is %s after update %d; lower training.learningRate, or set training.clip"
              .formatted(what, batch.examples().size(), value, step));
    }
  }

  private List<SpectraRow.Head> heads(int layer, List<HeadLogits> shown) {
    double examples = batch.examples().size();
    double[] queryGradients = normsByHead(access.queryWeights(layer));
    double[] keyGradients = normsByHead(access.keyWeights(layer));
    return IntStream.range(0, access.heads())
        .parallel()
        .mapToObj(
            head -> {
              List<HeadLogits> own =
                  shown.stream()
                      .filter(each -> each.block() == layer && each.head() == head)
                      .toList();
              List<PairedSpectrum> spectra =
                  own.stream().map(PairedSpectrum::of).flatMap(Optional::stream).toList();
              return new SpectraRow.Head(
                  measures(spectra, PairedSpectrum::logits),
                  measures(spectra, PairedSpectrum::content),
                  gradientNorm(own) / examples,
                  queryGradients[head] / examples,
                  keyGradients[head] / examples);
            })
        .toList();
  }

  private static Measures measures(
      List<PairedSpectrum> spectra, Function<PairedSpectrum, LogitSpectrum> of) {
    return spectra.isEmpty() ? null : Measures.of(spectra.stream().map(of).toList());
  }

  private static double gradientNorm(List<HeadLogits> logits) {
    return Math.sqrt(
        logits.stream()
            .flatMap(each -> Arrays.stream(each.gradient()))
            .flatMapToDouble(Arrays::stream)
            .map(slope -> slope * slope)
            .sum());
  }

  /** Of weights whose columns are the heads', one head after another. */
  private double[] normsByHead(List<String> weights) {
    int heads = access.heads();
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
