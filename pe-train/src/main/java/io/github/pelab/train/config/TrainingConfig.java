package io.github.pelab.train.config;

import io.github.pelab.tasks.Describe;

/** How the model is trained: AdamW with warm-up and cosine decay. */
public record TrainingConfig(
    @Describe("Passes over the training split; default 8") Integer epochs,
    @Describe("Examples per update; default 64") Integer batch,
    @Describe(
            "Examples that are in memory at once, a divisor of batch: an update sums their gradients;"
                + " default batch")
        Integer microBatch,
    @Describe("Peak learning rate, above 0; default 0.001") Double learningRate,
    @Describe("Decoupled weight decay, from 0 to 1; default 0.01") Double weightDecay,
    @Describe("Fraction of all updates that the learning rate rises over; default 0.06")
        Double warmup,
    @Describe("Adam's decay of the mean of gradients, from 0 to below 1; default 0.9") Double beta1,
    @Describe("Adam's decay of the mean of their squares, likewise; default 0.999") Double beta2,
    @Describe(
            "Largest norm of a gradient over all parameters, longer ones are cut; default 0, none")
        Double clip,
    @Describe("Epochs without a better validation accuracy that end training; default 0, never")
        Integer patience,
    @Describe("Seed of the initial parameters, the order of examples and dropout; default 1")
        Long seed) {

  /** All at their defaults. */
  public static final TrainingConfig DEFAULTS =
      new TrainingConfig(null, null, null, null, null, null, null, null, null, null, null);

  public TrainingConfig {
    epochs = Field.integer("epochs", epochs, 8, 1, 1_000_000);
    batch = Field.integer("batch", batch, 64, 1, 1_048_576);
    microBatch = Field.integer("microBatch", microBatch, batch, 1, batch);
    Field.check(
        batch % microBatch == 0,
        "microBatch",
        microBatch,
        "choose a number that divides the batch of " + batch);
    learningRate = Field.or(learningRate, 0.001);
    Field.check(
        learningRate > 0 && learningRate <= 10,
        "learningRate",
        learningRate,
        "choose a number above 0 up to 10");
    weightDecay = Field.or(weightDecay, 0.01);
    Field.check(
        weightDecay >= 0 && weightDecay <= 1,
        "weightDecay",
        weightDecay,
        "choose a number from 0 to 1");
    warmup = Field.fraction("warmup", warmup, 0.06);
    beta1 = Field.fraction("beta1", beta1, 0.9);
    beta2 = Field.fraction("beta2", beta2, 0.999);
    clip = Field.or(clip, 0.0);
    Field.check(clip >= 0, "clip", clip, "choose a number above 0, or 0 for none");
    patience = Field.integer("patience", patience, 0, 0, 1_000_000);
    seed = Field.or(seed, 1L);
    Field.check(seed >= 0, "seed", seed, "choose a whole number from 0");
  }
}
