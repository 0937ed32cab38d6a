package io.github.pelab.spectra;

import java.util.Random;

/**
 * How the queries and keys of an untrained head are drawn. Legend: n tokens, K head size; all that
 * is random is N(0, 1) and independent.
 *
 * @param kind what tokens have in common
 * @param noise σ of {@link Kind#COHERENT}, from 0; 0 for the others, which have none
 */
public record SyntheticContent(Kind kind, double noise) {
  /** What tokens have in common. */
  public enum Kind {
    /** Nothing: every component of every query and key is drawn. */
    IID,
    /** One query q and one key k: q_i = q + σ·noise, k_j = k + σ·noise. */
    COHERENT,
    /** Queries are drawn as in IID, and are the keys too, so that logits are a Gram matrix. */
    GRAM
  }

  public SyntheticContent {
    if (!(noise >= 0 && noise < Double.POSITIVE_INFINITY)
        || (kind != Kind.COHERENT && noise != 0)) {
      throw new IllegalArgumentException(
          "noise: found %s with %s; give a finite one from 0 to COHERENT, 0 to the others"
              .formatted(noise, kind));
    }
  }

  public static SyntheticContent iid() {
    return new SyntheticContent(Kind.IID, 0);
  }

  public static SyntheticContent coherent(double noise) {
    return new SyntheticContent(Kind.COHERENT, noise);
  }

  public static SyntheticContent gram() {
    return new SyntheticContent(Kind.GRAM, 0);
  }

  /**
   * A head's queries and keys.
   *
   * @param q {@code [n][K]}
   * @param k {@code [n][K]}
   */
  @SuppressWarnings("ArrayRecordComponent") // not compared
  record QueriesAndKeys(double[][] q, double[][] k) {}

  QueriesAndKeys draw(int length, int headSize, Random random) {
    return switch (kind) {
      case IID ->
          new QueriesAndKeys(
              gaussian(length, headSize, 1, random), gaussian(length, headSize, 1, random));
      case GRAM -> {
        double[][] q = gaussian(length, headSize, 1, random);
        yield new QueriesAndKeys(q, q);
      }
      case COHERENT ->
          new QueriesAndKeys(around(length, headSize, random), around(length, headSize, random));
    };
  }

  private double[][] around(int length, int headSize, Random random) {
    double[] centre = gaussian(1, headSize, 1, random)[0];
    double[][] rows = gaussian(length, headSize, noise, random);
    for (double[] row : rows) {
      for (int c = 0; c < headSize; c++) {
        row[c] += centre[c];
      }
    }
    return rows;
  }

  static double[][] gaussian(int rows, int columns, double deviation, Random random) {
    double[][] drawn = new double[rows][columns];
    for (double[] row : drawn) {
      for (int c = 0; c < columns; c++) {
        row[c] = deviation * random.nextGaussian();
      }
    }
    return drawn;
  }
}
