package io.github.pelab.bench.step;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.github.pelab.tasks.Example;
import io.github.pelab.tasks.Split;
import io.github.pelab.tasks.Task;
import io.github.pelab.train.Experiment;
import io.github.pelab.train.config.DataConfig;
import io.github.pelab.train.config.ExperimentConfig;
import io.github.pelab.train.config.ModelConfig;
import io.github.pelab.train.config.TaskConfig;
import io.github.pelab.train.config.TrainingConfig;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What every contestant trains: an encoder on the distance task.
 *
 * @param scheme of positions, as configs write it
 * @param attention the form, as configs write it
 * @param layers blocks
 * @param width D
 * @param heads H
 * @param feedForward hidden units
 * @param dropout rate, of attention weights and of both residual branches
 * @param batch B, examples of a step
 * @param shortest tokens of the shortest example
 * @param longest tokens of the longest example; nothing is padded where all are as long
 * @param batches steps of a pass, each on a batch of its own
 */
record Workload(
    String scheme,
    String attention,
    int layers,
    int width,
    int heads,
    int feedForward,
    double dropout,
    int batch,
    int shortest,
    int longest,
    int batches) {
  static final double LEARNING_RATE = 1e-3;
  static final double BETA1 = 0.9;
  static final double BETA2 = 0.999;
  static final double DECAY = 0.01;
  private static final int VOCABULARY = 30;
  private static final int MOST_CLASSES = 70;

  /** The shape that the speeds to reach are stated for: 6 layers of width 256, 64 × 128 tokens. */
  static Workload standard() {
    return new Workload("rope", "multi-head", 6, 256, 16, 512, 0, 64, 128, 128, 1);
  }

  Workload dropping(double rate) {
    return new Workload(
        scheme,
        attention,
        layers,
        width,
        heads,
        feedForward,
        rate,
        batch,
        shortest,
        longest,
        batches);
  }

  Workload positionedBy(String newScheme, String newAttention) {
    return new Workload(
        newScheme,
        newAttention,
        layers,
        width,
        heads,
        feedForward,
        dropout,
        batch,
        shortest,
        longest,
        batches);
  }

  /** Another width, with heads of 16 and twice as many hidden units. */
  Workload ofWidth(int newWidth) {
    return new Workload(
        scheme,
        attention,
        layers,
        newWidth,
        newWidth / 16,
        2 * newWidth,
        dropout,
        batch,
        shortest,
        longest,
        batches);
  }

  /** Batches of {@code newBatch} examples of so many tokens each, {@code newBatches} a pass. */
  Workload ofBatches(int newBatch, int newShortest, int newLongest, int newBatches) {
    return new Workload(
        scheme,
        attention,
        layers,
        width,
        heads,
        feedForward,
        dropout,
        newBatch,
        newShortest,
        newLongest,
        newBatches);
  }

  boolean padded() {
    return shortest < longest;
  }

  /** Of a pass. */
  int examplesInPass() {
    return batch * batches;
  }

  /** Of a pass, without padding. */
  long tokens() {
    return examples().stream().mapToLong(Example::length).sum();
  }

  /** The same for everyone, in the same order. */
  List<Example> examples() {
    Task task = experiment().task();
    return IntStream.range(0, examplesInPass())
        .mapToObj(index -> task.example(Split.TRAIN, index))
        .toList();
  }

  /** As {@code pe run} would set it up; the learning rate stays where it is for a long time. */
  Experiment experiment() {
    return Experiment.of(
        new ExperimentConfig(
            ExperimentConfig.SCHEMA_VERSION,
            "bench",
            new TaskConfig(
                "distance",
                JsonNodeFactory.instance
                    .objectNode()
                    .put("vocabulary", VOCABULARY)
                    .put("maxGap", Math.min(MOST_CLASSES, shortest - 1))
                    .put("minLength", shortest)
                    .put("maxLength", longest)),
            new DataConfig(examplesInPass(), 1, 1),
            new ModelConfig(
                scheme,
                attention,
                layers,
                width,
                heads,
                feedForward,
                longest,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                dropout,
                null),
            new TrainingConfig(
                1_000_000, batch, null, LEARNING_RATE, DECAY, 0.0, BETA1, BETA2, null, null, null),
            null,
            null),
        "bench");
  }
}
