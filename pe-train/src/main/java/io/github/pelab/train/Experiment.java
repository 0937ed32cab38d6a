package io.github.pelab.train;

import io.github.pelab.layers.EncoderStack;
import io.github.pelab.tasks.Ceiling;
import io.github.pelab.tasks.Order;
import io.github.pelab.tasks.Split;
import io.github.pelab.tasks.Task;
import io.github.pelab.tasks.TaskBatch;
import io.github.pelab.tasks.TaskFactory;
import io.github.pelab.tasks.TaskIterator;
import io.github.pelab.tasks.Tasks;
import io.github.pelab.train.checkpoint.Checkpoints;
import io.github.pelab.train.checkpoint.TrainingState;
import io.github.pelab.train.config.AblationConfig;
import io.github.pelab.train.config.Binder;
import io.github.pelab.train.config.ConfigReader;
import io.github.pelab.train.config.ExperimentConfig;
import io.github.pelab.train.config.ModelConfig;
import io.github.pelab.train.config.TrainingConfig;
import io.github.pelab.train.run.RunDirectory;
import io.github.pelab.train.run.RunRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** What a config stands for: a task, its splits, and a network to be trained on it. */
public final class Experiment {
  /** Of an evaluation's batch: enough to be fast, few enough for any model that can be trained. */
  private static final int TOKENS_AT_ONCE = 8192;

  /** Of any one array that a run holds: a gigabyte in single precision. */
  private static final long MOST_NUMBERS = 1L << 28;

  private final ExperimentConfig config;
  private final Task task;

  private Experiment(ExperimentConfig config, Task task) {
    this.config = config;
    this.task = task;
  }

  /** A reader of configs that knows every task on the class path. */
  public static ConfigReader configs() {
    return new ConfigReader(taskOptions());
  }

  /** Every task on the class path, with its options record. */
  public static Map<String, Class<? extends Record>> taskOptions() {
    Map<String, Class<? extends Record>> options = new TreeMap<>();
    for (TaskFactory<?> factory : Tasks.all()) {
      options.put(factory.name(), factory.options());
    }
    return options;
  }

  /**
   * The experiment of a config.
   *
   * @param source what errors call the config, for instance its file's name
   * @throws IllegalArgumentException if its parts do not fit together
   */
  public static Experiment of(ExperimentConfig config, String source) {
    Task task = task(Tasks.named(config.task().name()), config, source);
    int longest = config.model().maxLength();
    if (task.maxLength() > longest) {
      throw new IllegalArgumentException(
          "%s: model.maxLength: found %d, but task %s has sequences of up to %d tokens; raise it to that"
              .formatted(source, longest, task.name(), task.maxLength()));
    }
    Experiment experiment = new Experiment(config, task);
    experiment.checkSizes(source);
    experiment.checkPart(source);
    for (Split split : Split.values()) {
      experiment.checkEnough(split, source);
    }
    return experiment;
  }

  /**
   * The experiment of a run.
   *
   * @throws IllegalArgumentException if the run's config is not the one that it was made with
   */
  public static Experiment of(RunDirectory run) {
    RunRecord record = run.read();
    String source = run.path().toString();
    if (!ConfigReader.hash(record.config()).equals(record.configHash())) {
      throw new IllegalArgumentException(
          source
              + ": run.json was changed or damaged: its config is not the one that its hash is of; restore it, or do the run --again");
    }
    return of(configs().effective(record.config(), source), source);
  }

  /** Memory that no machine has is better not asked for: a system may end who does. */
  private void checkSizes(String source) {
    ModelConfig model = config.model();
    int microBatch = Math.min(config.training().microBatch(), config.data().train());
    checkSize(source, "model.width", model.width(), parameters(), "parameters");
    checkSize(
        source,
        "model.maxLength",
        model.maxLength(),
        (long) model.maxLength() * model.width(),
        "numbers for positions");
    checkSize(
        source, "training.microBatch", microBatch, microBatch * largest(), "numbers in a layer");
    int watched = config.spectra().every() == 0 ? 0 : config.spectra().examples();
    double logits = (double) task.maxLength() * task.maxLength() * model.heads() * model.layers();
    checkSize(
        source, "spectra.examples", watched, (long) (watched * logits), "logits in all layers");
    for (Split split : List.of(Split.VALIDATION, Split.TEST)) {
      int examples = examples(split);
      long each = (long) task.maxLength() + task.classes();
      checkSize(source, "data." + split.key(), examples, examples * each, "numbers in its batches");
    }
  }

  /** What cannot be ablated is better said before the training than after it. */
  private void checkPart(String source) {
    AblationConfig.Part part = config.ablation().part();
    List<String> parts = new ArrayList<>();
    for (AblationConfig.Part each : AblationConfig.Part.values()) {
      if (each.ofScores().map(stack().build().parts()::contains).orElse(true)) {
        parts.add(each.key());
      }
    }
    if (!parts.contains(part.key())) {
      throw new IllegalArgumentException(
          "%s: ablation.part: found %s, which heads of scheme %s with attention %s do not have; choose one of %s"
              .formatted(
                  source,
                  part.key(),
                  config.model().scheme(),
                  config.model().attention(),
                  String.join(", ", parts)));
    }
  }

  private static void checkSize(
      String source, String field, int found, long numbers, String ofWhat) {
    if (numbers > MOST_NUMBERS) {
      throw new IllegalArgumentException(
          "%s: %s: found %d, which makes %d %s; choose sizes that make at most %d"
              .formatted(source, field, found, numbers, ofWhat, MOST_NUMBERS));
    }
  }

  /** Of the arrays that an example needs in a layer. */
  private long largest() {
    ModelConfig model = config.model();
    long perToken = Math.max(model.width(), model.feedForward());
    return Math.max(task.maxLength() * perToken, task.classes());
  }

  /** A split may have an end; that is better met here than after the training. */
  private void checkEnough(Split split, String source) {
    try {
      var unused = task.example(split, examples(split) - 1);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "%s: data.%s: %s".formatted(source, split.key(), e.getMessage()), e);
    }
  }

  private int examples(Split split) {
    return switch (split) {
      case TRAIN -> config.data().train();
      case VALIDATION -> config.data().validation();
      case TEST -> config.data().test();
    };
  }

  private static <R extends Record> Task task(
      TaskFactory<R> factory, ExperimentConfig config, String source) {
    return factory.create(
        new Binder(source).bind(config.task().options(), factory.options(), "task"));
  }

  public ExperimentConfig config() {
    return config;
  }

  public Task task() {
    return task;
  }

  /** The best accuracy that any predictor can reach: the largest of the task's ceilings. */
  public double ceiling() {
    return task.ceilings().stream().mapToDouble(Ceiling::accuracy).max().orElse(1);
  }

  /** A split, to be put before networks. */
  public Evaluation evaluation(Split split) {
    long batch = Math.min(TOKENS_AT_ONCE / task.maxLength(), MOST_NUMBERS / largest());
    return new Evaluation(task, split, examples(split), (int) Math.max(1, batch));
  }

  /** The first examples of a split, in one batch. */
  public TaskBatch first(Split split, int examples) {
    return new Evaluation(task, split, examples, examples).batches().get(0);
  }

  /** The training split in micro-batches, in an order of its own each epoch. */
  TaskIterator trainingBatches() {
    TrainingConfig training = config.training();
    return new TaskIterator(
        task,
        Split.TRAIN,
        config.data().train(),
        training.microBatch(),
        Order.shuffled(training.seed()));
  }

  /** Updates in an epoch. */
  int updatesPerEpoch() {
    int batch = config.training().batch();
    return (config.data().train() + batch - 1) / batch;
  }

  /** Whether training, on its way, is ever where {@code state} says. */
  boolean comesTo(TrainingState state) {
    int examples = config.data().train();
    int batch = config.training().batch();
    int updates = (state.position() + batch - 1) / batch;
    TrainingState.Best best = state.best();
    return state.epoch() <= config.training().epochs()
        && state.position() <= examples
        && (state.position() == examples || state.position() % batch == 0)
        && state.step() == state.epoch() * updatesPerEpoch() + updates
        && state.sums().examples() == state.position()
        && state.sums().updates() == updates
        && (best == null
            || (best.epoch() > 0
                && best.epoch() <= state.epoch()
                && best.step() == best.epoch() * updatesPerEpoch()));
  }

  /** Whether training is over, all epochs done or out of patience. */
  boolean isOver(TrainingState state) {
    int patience = config.training().patience();
    return state.epoch() >= config.training().epochs()
        || (patience > 0 && state.waited() >= patience);
  }

  /** Whether the epoch that has just ended is one that an {@link EpochStudy} looks at. */
  boolean isStudied(TrainingState state) {
    int every = config.ablation().every();
    return every > 0 && (state.epoch() % every == 0 || isOver(state));
  }

  /** How many epochs were looked at when training has come to {@code state}. */
  int studied(TrainingState state) {
    int every = config.ablation().every();
    if (every == 0) {
      return 0;
    }
    boolean lastBesides = isOver(state) && state.epoch() % every != 0;
    return state.epoch() / every + (lastBesides ? 1 : 0);
  }

  /** Whether the network is one that a {@link StepStudy} looks at, after that many updates. */
  boolean isWatched(int step) {
    int every = config.spectra().every();
    return every > 0 && step % every == 0;
  }

  /** How many times it was looked at when training has come to {@code state}. */
  int watched(TrainingState state) {
    int every = config.spectra().every();
    return every == 0 ? 0 : 1 + state.step() / every;
  }

  /** The learning rate of each update. */
  WarmupCosine learningRate() {
    TrainingConfig training = config.training();
    int updates = Math.multiplyExact(updatesPerEpoch(), training.epochs());
    return new WarmupCosine(training.learningRate(), (int) (training.warmup() * updates), updates);
  }

  /** How many numbers {@link #network()} learns, counted without making one. */
  public long parameters() {
    long output = (config.model().width() + 1L) * task.classes();
    return output
        + stack().build().getLayerParams().getParamShapes().values().stream()
            .mapToLong(shape -> LongStream.of(shape).reduce(1, Math::multiplyExact))
            .sum();
  }

  private EncoderStack.Builder stack() {
    ModelConfig model = config.model();
    return new EncoderStack.Builder()
        .vocabulary(task.vocabularySize())
        .layers(model.layers())
        .width(model.width())
        .heads(model.heads())
        .feedForward(model.feedForward())
        .form(model.attention())
        .scheme(model.scheme())
        .maxLength(model.maxLength())
        .causal(model.causal())
        .memory(model.memory())
        .seesPadding(model.seesPadding())
        .poolsPadding(model.poolsPadding())
        .finalNorm(model.finalNorm())
        .activation(model.activation())
        .bias(model.bias())
        .logitScale(model.logitScale())
        .attentionDropout(model.dropoutAt("weights"))
        .attentionOutputDropout(model.dropoutAt("attention"))
        .innerDropout(model.dropoutAt("inner"))
        .feedForwardDropout(model.dropoutAt("feed-forward"));
  }

  /**
   * The network before training: an {@link EncoderStack} and a softmax over the task's classes,
   * with AdamW (Loshchilov and Hutter, arXiv 1711.05101): Adam, and weights shrunk by learning rate
   * × decay in each update. Biases and gains are not shrunk.
   */
  public MultiLayerNetwork network() {
    return network(stack());
  }

  /** As {@link #network()}, of the same parameters, with nothing dropped in training. */
  public MultiLayerNetwork networkWithoutDropout() {
    return network(
        stack()
            .attentionDropout(0)
            .attentionOutputDropout(0)
            .innerDropout(0)
            .feedForwardDropout(0));
  }

  private MultiLayerNetwork network(EncoderStack.Builder stack) {
    TrainingConfig training = config.training();
    OutputLayer.Builder output =
        new OutputLayer.Builder(LossFunction.MCXENT)
            .activation(Activation.SOFTMAX)
            .nOut(task.classes());
    // By layer, not for the whole network: DL4J would apply it twice to its own layers.
    stack.weightDecay(training.weightDecay(), true);
    output.weightDecay(training.weightDecay(), true);
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(training.seed())
                .dataType(DataType.FLOAT)
                .updater(
                    Adam.builder()
                        .learningRateSchedule(learningRate())
                        .beta1(training.beta1())
                        .beta2(training.beta2())
                        .build())
                .list()
                .layer(stack.build())
                .layer(output.build())
                .setInputType(InputType.feedForward(task.maxLength()))
                .build());
    network.init();
    return network;
  }

  /**
   * The network that a run's training left.
   *
   * @param run of this experiment
   * @param checkpoint {@code best} or {@code last}
   * @throws IllegalArgumentException if training has not ended, or the checkpoint is damaged
   */
  public MultiLayerNetwork trainedNetwork(RunDirectory run, String checkpoint) {
    int step = run.result(checkpoint).step();
    MultiLayerNetwork network = network();
    Checkpoints.read(run, step, run.read().configHash(), network);
    return network;
  }
}
