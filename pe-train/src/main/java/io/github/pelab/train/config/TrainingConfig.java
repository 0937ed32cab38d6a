package io.github.pelab.train.config;

import io.github.pelab.tasks.Describe;

/** How the model is trained: AdamW with warm-up and cosine decay. */
public record TrainingConfig(
    @Describe("Passes over the training split; default 8") Integer epochs,
    @Describe("Examples per update; default 64") Integer batch,
    @Describe("Peak learning rate, above 0; default 0.001") Double learningRate,
    @Describe("Decoupled weight decay, from 0 to 1; default 0.01") Double weightDecay,
    @Describe("Fraction of all updates that the learning rate rises over; default 0.06")
        Double warmup,
    @Describe("Seed of the initial parameters, the order of examples and dropout; default 1")
        Long seed) {

  public TrainingConfig {
    epochs = Field.integer("epochs", epochs, 8, 1, 1_000_000);
    batch = Field.integer("batch", batch, 64, 1, 1_048_576);
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
    seed = Field.or(seed, 1L);
    Field.check(seed >= 0, "seed", seed, "choose a whole number from 0");
  }
}
