package io.github.pelab.train;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.pelab.tasks.Split;
import io.github.pelab.tasks.Task;
import io.github.pelab.train.run.EvaluationRow;
import io.github.pelab.train.run.MetricsRow;
import io.github.pelab.train.run.RunDirectory;
import io.github.pelab.train.run.RunRecord;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A checkpoint of a trained run, put before a split of its task, or of that task with other
 * options: longer sequences, for instance; or by another attention form. What is evaluated is
 * checked when this is made.
 */
public final class RunEvaluation {
  /** Options that decide which examples are in which split: see {@code TaskFactory}. */
  private static final List<String> POOL = List.of("samples", "trainPercent", "dropDuplicates");

  private final RunDirectory directory;
  private final String checkpoint;
  private final MetricsRow.Evaluation trained;
  private final Split split;
  private final Change change;
  private final ObjectNode config;
  private final Experiment experiment;
  private final MultiLayerNetwork network;

  /**
   * What is other than in training. The model keeps its parameters, so the task must keep its
   * classes and its vocabulary, and another attention form must have the same ones.
   *
   * @param task options of the task, by name
   * @param length the number of tokens that all sequences are to have; null leaves them as they are
   * @param examples of the split; null for as many as the run's config says
   * @param attention form; null for the run's
   */
  public record Change(ObjectNode task, Integer length, Integer examples, String attention) {}

  /**
   * Prepares an evaluation.
   *
   * @param checkpoint {@code best} or {@code last}
   * @throws IllegalArgumentException if training has not ended, or if the model cannot be put
   *     before the changed task
   */
  public RunEvaluation(RunDirectory directory, String checkpoint, Split split, Change change) {
    this.directory = directory;
    this.checkpoint = checkpoint;
    this.split = split;
    this.change = change;
    this.trained = directory.result(checkpoint);
    String source = directory.path().toString();
    ObjectNode trainedConfig = directory.read().config().deepCopy();
    Experiment before = Experiment.of(directory);
    this.config = changed(trainedConfig, split, change, source);
    int longest = before.config().model().maxLength();
    this.experiment = longEnough(config, longest, source + " with the changes");
    checkSameModel(before.task(), experiment.task(), source);
    MultiLayerNetwork kept = before.trainedNetwork(directory, checkpoint);
    boolean sameForm =
        experiment.config().model().attention().equals(before.config().model().attention());
    boolean sameLength = experiment.config().model().maxLength() == longest;
    this.network = sameForm && sameLength ? kept : rebuilt(kept, longest, source);
  }

  private static Experiment experiment(ObjectNode config, String source) {
    return Experiment.of(Experiment.configs().effective(config, source), source);
  }

  private static ObjectNode changed(ObjectNode trained, Split split, Change change, String source) {
    ObjectNode config = trained.deepCopy();
    // Nothing is trained: no batch of a training can be too large for longer sequences.
    config.withObject("/training").put("microBatch", 1);
    ObjectNode task = config.withObject("/task");
    for (String option : POOL) {
      if (change.task().has(option)) {
        throw new IllegalArgumentException(
            "%s: task.%s: another pool or split would put examples of the training into the test; leave it"
                .formatted(source, option));
      }
    }
    task.setAll(change.task());
    if (change.length() != null) {
      if (change.task().has("minLength") || change.task().has("maxLength")) {
        throw new IllegalArgumentException(
            "%s: a length sets the task's minLength and maxLength; give either it or them"
                .formatted(source));
      }
      if (!task.has("minLength") || !task.has("maxLength")) {
        throw new IllegalArgumentException(
            "%s: task %s has no options minLength and maxLength, so no length can be asked of it; change its own options"
                .formatted(source, task.path("name").asText()));
      }
      task.put("minLength", change.length()).put("maxLength", change.length());
    }
    if (change.attention() != null) {
      // Nothing is dropped in an evaluation, and a form may not know how to.
      config.withObject("/model").put("attention", change.attention()).put("dropout", 0);
    }
    if (change.examples() != null) {
      config.withObject("/data").put(split.key(), change.examples());
    }
    return config;
  }

  /** With a model for sequences of at least {@code longest} tokens, more if the task has such. */
  private static Experiment longEnough(ObjectNode config, int longest, String source) {
    ObjectNode model = config.withObject("/model").put("maxLength", Task.MAX_LENGTH);
    int needed = experiment(config, source).task().maxLength();
    model.put("maxLength", Math.max(longest, needed));
    return experiment(config, source);
  }

  private static void checkSameModel(Task trained, Task changed, String source) {
    if (trained.classes() != changed.classes()
        || trained.vocabularySize() != changed.vocabularySize()) {
      throw new IllegalArgumentException(
          "%s: the changed task has %d classes and a vocabulary of %d, but the model was trained for %d and %d; keep these"
              .formatted(
                  source,
                  changed.classes(),
                  changed.vocabularySize(),
                  trained.classes(),
                  trained.vocabularySize()));
    }
  }

  /**
   * The same parameters for longer sequences, unless there are parameters for each position, or in
   * another form, unless it has others.
   */
  private MultiLayerNetwork rebuilt(MultiLayerNetwork kept, int longest, String source) {
    MultiLayerNetwork rebuilt = experiment.network();
    Map<String, INDArray> values = kept.paramTable();
    if (change.attention() != null && !shapes(rebuilt).equals(shapes(kept))) {
      throw new IllegalArgumentException(
          "%s: attention %s has other parameters than the model was trained with; ask for a form that has the same, as multi-head and fast have"
              .formatted(source, experiment.config().model().attention()));
    }
    rebuilt
        .paramTable()
        .forEach(
            (name, value) -> {
              if (!Arrays.equals(value.shape(), values.get(name).shape())) {
                throw new IllegalArgumentException(
                    "%s: scheme %s has trained parameters for each position, up to the model's maxLength of %d, and none beyond; ask for at most that"
                        .formatted(source, experiment.config().model().scheme(), longest));
              }
            });
    rebuilt.params().assign(kept.params());
    return rebuilt;
  }

  private static Map<String, List<Long>> shapes(MultiLayerNetwork network) {
    return network.paramTable().entrySet().stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey,
                entry -> Arrays.stream(entry.getValue().shape()).boxed().toList()));
  }

  /** Evaluates, and adds the result to the run's {@code evaluations.jsonl}. */
  public EvaluationRow run(Clock clock) {
    Task task = experiment.task();
    EvaluationRow row =
        new EvaluationRow(
            clock.instant().toString(),
            config.get("task"),
            change.length(),
            experiment.config().model().attention(),
            task.chance(),
            RunRecord.Ceiling.of(task),
            experiment
                .evaluation(split)
                .of(network)
                .row(split, checkpoint, trained.step(), trained.epoch()));
    directory.append(RunDirectory.EVALUATIONS, row);
    return row;
  }
}
