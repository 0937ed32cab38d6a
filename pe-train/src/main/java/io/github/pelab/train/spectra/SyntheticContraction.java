package io.github.pelab.train.spectra;

import io.github.pelab.layers.scheme.PositionalScheme;
import io.github.pelab.spectra.ContractionExperiment;
import io.github.pelab.spectra.HeadScheme;
import io.github.pelab.spectra.PairedSpectra;
import io.github.pelab.spectra.SyntheticContent;
import io.github.pelab.train.progress.Progress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The logits of an untrained head of random content, with a scheme and without it.
 *
 * @param scheme as it is written
 * @param head the one whose terms these are, from 0
 */
public record SyntheticContraction(
    String scheme, int head, Shape shape, SyntheticContent content, PairedSpectra spectra) {

  /**
   * A head's shape, and how often it is drawn.
   *
   * @param heads H: schemes give heads terms of their own
   * @param headSize K
   * @param length T
   * @param trials of each scheme and content
   */
  public record Shape(int heads, int headSize, int length, int trials, long seed) {
    public Shape {
      requireAtLeast(1, "heads", heads);
      requireAtLeast(1, "headSize", headSize);
      requireAtLeast(2, "length", length);
    }

    private static void requireAtLeast(int least, String name, int value) {
      if (value < least) {
        throw new IllegalArgumentException(
            "%s: found %d; give %d at least".formatted(name, value, least));
      }
    }
  }

  /**
   * Measures every scheme with every content. Where heads have different terms, the first and the
   * last of them are measured; that what is learned is drawn for each does not count.
   *
   * @throws IllegalArgumentException if a scheme has no kernel by lag, or none for this shape
   */
  public static List<SyntheticContraction> run(
      List<PositionalScheme> schemes,
      List<SyntheticContent> contents,
      Shape shape,
      Progress progress) {
    record Cell(PositionalScheme scheme, int head, SyntheticContent content) {}
    List<Cell> cells =
        schemes.stream()
            .flatMap(
                scheme ->
                    Arrays.stream(heads(scheme, shape))
                        .boxed()
                        .flatMap(
                            head ->
                                contents.stream().map(content -> new Cell(scheme, head, content))))
            .toList();
    List<SyntheticContraction> measured = new ArrayList<>();
    try (Progress.Task task = progress.start("drawing heads", cells.size())) {
      for (Cell cell : cells) {
        PairedSpectra spectra =
            new ContractionExperiment(
                    shape.length(),
                    shape.headSize(),
                    shape.trials(),
                    shape.seed(),
                    cell.content(),
                    terms(cell.scheme(), cell.head(), shape))
                .run();
        measured.add(
            new SyntheticContraction(
                cell.scheme().toString(), cell.head(), shape, cell.content(), spectra));
        task.step(1);
      }
    }
    return measured;
  }

  private static int[] heads(PositionalScheme scheme, Shape shape) {
    int last = shape.heads() - 1;
    boolean alike =
        Arrays.deepEquals(terms(scheme, 0, shape).cos(), terms(scheme, last, shape).cos())
            && Arrays.equals(fixedBias(scheme, 0, shape), fixedBias(scheme, last, shape));
    return alike ? new int[] {0} : new int[] {0, last};
  }

  /** By lag; empty if there is none. */
  private static double[] fixedBias(PositionalScheme scheme, int head, Shape shape) {
    return scheme.lagBias().stream()
        .flatMapToDouble(
            bias ->
                IntStream.range(1 - shape.length(), shape.length())
                    .mapToDouble(lag -> bias.at(head, shape.heads(), lag)))
        .toArray();
  }

  private static HeadScheme terms(PositionalScheme scheme, int head, Shape shape) {
    return UntrainedHead.of(
        scheme, head, shape.heads(), shape.headSize(), shape.length(), shape.seed());
  }
}
