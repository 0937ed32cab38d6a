package io.github.pelab.train.spectra;

import io.github.pelab.layers.scheme.PositionalScheme;
import io.github.pelab.layers.scheme.Schemes;
import io.github.pelab.layers.sublayer.AttentionForms;
import io.github.pelab.spectra.Contraction;
import io.github.pelab.spectra.LogitSpectrum;
import io.github.pelab.spectra.LogitSpectrum.Measure;
import io.github.pelab.tasks.Split;
import io.github.pelab.train.Evaluation;
import io.github.pelab.train.Experiment;
import io.github.pelab.train.config.ModelConfig;
import io.github.pelab.train.progress.Progress;
import io.github.pelab.train.run.RunDirectory;
import io.github.pelab.train.spectra.ContractionRow.Quantiles;
import io.github.pelab.train.spectra.ContractionRow.Subject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Measures the spectra of a trained network's logits with positions and without, and those of its
 * randomised twin.
 */
public final class RunContraction {
  /** Logits that are held at once: watched, a pass has those of all layers in memory. */
  private static final long LOGITS_AT_ONCE = 1 << 24;

  /** An example is a pair, and of one there is no interval. */
  private static final int FEWEST_EXAMPLES = 2;

  private final Experiment experiment;
  private final Evaluation evaluation;

  /**
   * On the first {@code examples} examples of the test split.
   *
   * @throws IllegalArgumentException if there are not so many
   */
  public RunContraction(Experiment experiment, int examples) {
    if (examples < FEWEST_EXAMPLES || examples > experiment.config().data().test()) {
      throw new IllegalArgumentException(
          "examples: found %d; choose a number from 2 to %d, the size of the test split"
              .formatted(examples, experiment.config().data().test()));
    }
    this.experiment = experiment;
    long length = experiment.task().maxLength();
    ModelConfig model = experiment.config().model();
    long batch = LOGITS_AT_ONCE / (model.layers() * model.heads() * length * length);
    evaluation =
        new Evaluation(
            experiment.task(), Split.TEST, examples, (int) Math.max(1, Math.min(batch, examples)));
  }

  /**
   * Writes the run's {@code contraction.jsonl} anew.
   *
   * @param directory of a run of the experiment that is trained, and locked
   * @param checkpoint {@code best} or {@code last}
   */
  public List<ContractionRow> write(RunDirectory directory, String checkpoint, Progress progress) {
    int step = directory.result(checkpoint).step();
    List<ContractionRow> rows = new ArrayList<>();
    try (Progress.Task task =
        progress.start(
            "measuring spectra",
            2L * evaluation.batches().stream().mapToLong(each -> each.examples().size()).sum())) {
      for (boolean shuffled : new boolean[] {false, true}) {
        MultiLayerNetwork network = experiment.networkWithoutDropout();
        network.params().assign(experiment.trainedNetwork(directory, checkpoint).params());
        if (shuffled) {
          shuffle(network, experiment.config().training().seed());
        }
        rows.addAll(
            rows(
                new Subject(checkpoint, step, shuffled),
                new NetworkSpectra(network, evaluation, task)));
      }
    }
    directory.replace(RunDirectory.CONTRACTION, rows);
    return rows;
  }

  /** The entries of each weight matrix among themselves: what was learned goes, its sizes stay. */
  static void shuffle(MultiLayerNetwork network, long seed) {
    Random random = new Random(seed);
    for (INDArray matrix : network.paramTable().values()) {
      if (matrix.rank() != 2 || matrix.rows() == 1) {
        continue; // a bias or gain; a column is one head's table of biases by lag
      }
      double[] entries = matrix.dup('c').data().asDouble();
      for (int i = entries.length - 1; i > 0; i--) {
        int j = random.nextInt(i + 1);
        double kept = entries[i];
        entries[i] = entries[j];
        entries[j] = kept;
      }
      matrix.assign(Nd4j.createFromArray(entries).reshape('c', matrix.rows(), matrix.columns()));
    }
  }

  private List<ContractionRow> rows(Subject subject, NetworkSpectra spectra) {
    List<ContractionRow> rows = new ArrayList<>();
    List<List<Optional<PairedSpectrum>>> positional = new ArrayList<>();
    for (int layer = 0; layer < spectra.layers(); layer++) {
      for (int head = 0; head < spectra.heads(layer); head++) {
        List<Optional<PairedSpectrum>> all = spectra.of(layer, head);
        List<PairedSpectrum> pairs = all.stream().flatMap(Optional::stream).toList();
        if (!pairs.isEmpty()) {
          rows.add(row(subject, layer, head, pairs));
        }
        if (seesPositions(head)) {
          positional.add(all);
        }
      }
    }
    network(subject, positional).ifPresent(rows::add);
    return rows;
  }

  private static ContractionRow.Head row(
      Subject subject, int layer, int head, List<PairedSpectrum> pairs) {
    List<LogitSpectrum> logits = pairs.stream().map(PairedSpectrum::logits).toList();
    List<LogitSpectrum> content = pairs.stream().map(PairedSpectrum::content).toList();
    return new ContractionRow.Head(
        subject,
        layer,
        head,
        pairs.size(),
        Measures.of(logits),
        Measures.of(content),
        quantiles(logits, content, each -> each.raw().descending()),
        quantiles(logits, content, each -> each.symmetric().descending()));
  }

  private static Quantiles quantiles(
      List<LogitSpectrum> logits,
      List<LogitSpectrum> content,
      Function<LogitSpectrum, double[]> values) {
    return Quantiles.of(
        logits.stream().map(values).flatMapToDouble(Arrays::stream),
        content.stream().map(values).flatMapToDouble(Arrays::stream));
  }

  /** Whether the scheme turns its queries and keys, or adds a lag bias to its logits. */
  private boolean seesPositions(int head) {
    ModelConfig model = experiment.config().model();
    PositionalScheme scheme = Schemes.parse(model.scheme());
    int rotary = AttentionForms.parse(model.attention()).rotarySize(model.width() / model.heads());
    boolean turned =
        scheme
            .rotation()
            .map(
                rotation ->
                    IntStream.range(0, rotary / 2)
                        .anyMatch(
                            pair -> rotation.frequency(head, model.heads(), pair, rotary) != 0))
            .orElse(scheme.pairMap().isPresent());
    return turned || scheme.lagBias().isPresent() || scheme.learnedLagBias().isPresent();
  }

  private static Optional<ContractionRow> network(
      Subject subject, List<List<Optional<PairedSpectrum>>> heads) {
    if (heads.isEmpty()) {
      return Optional.empty();
    }
    int[] examples =
        IntStream.range(0, heads.get(0).size())
            .filter(example -> heads.stream().allMatch(head -> head.get(example).isPresent()))
            .toArray();
    return examples.length < 2
        ? Optional.empty()
        : Optional.of(
            new ContractionRow.Network(
                subject,
                heads.size(),
                contraction(heads, examples, Measure.SPECTRAL_NORM),
                contraction(heads, examples, Measure.ROW_CENTRED_NORM)));
  }

  private static Contraction contraction(
      List<List<Optional<PairedSpectrum>>> heads, int[] examples, Measure measure) {
    return Contraction.of(
        means(heads, examples, measure, PairedSpectrum::logits),
        means(heads, examples, measure, PairedSpectrum::content));
  }

  /** For each example the geometric mean over heads. */
  private static double[] means(
      List<List<Optional<PairedSpectrum>>> heads,
      int[] examples,
      Measure measure,
      Function<PairedSpectrum, LogitSpectrum> of) {
    return Arrays.stream(examples)
        .mapToDouble(
            example ->
                Math.exp(
                    heads.stream()
                        .flatMapToDouble(
                            head ->
                                head.get(example).stream()
                                    .flatMapToDouble(
                                        pair ->
                                            DoubleStream.of(Math.log(of.apply(pair).get(measure)))))
                        .average()
                        .orElseThrow()))
        .toArray();
  }
}
