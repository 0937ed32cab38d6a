package io.github.pelab.train.config;

import io.github.pelab.tasks.Describe;

/** How many examples each split holds. */
public record DataConfig(
    @Describe("Examples to train on; default 8000") Integer train,
    @Describe("Examples that choose the best checkpoint; default 1000") Integer validation,
    @Describe("Examples that results are reported on; default 2000") Integer test) {

  private static final int MOST = 100_000_000;

  public DataConfig {
    train = Field.integer("train", train, 8000, 1, MOST);
    validation = Field.integer("validation", validation, 1000, 1, MOST);
    test = Field.integer("test", test, 2000, 1, MOST);
  }
}
