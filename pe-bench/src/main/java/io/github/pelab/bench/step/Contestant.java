package io.github.pelab.bench.step;

/** Whoever takes training steps. */
interface Contestant {
  /** One training step on each batch of the workload: forward, loss, backward, AdamW. */
  void pass();

  /**
   * The loss before each of the first steps from {@link Weights} on the first batch, in nats:
   * contestants that do the same work have the same ones.
   */
  double[] firstLosses();

  /** What it runs on, as it found it itself, for instance how many threads. */
  String describe();
}
