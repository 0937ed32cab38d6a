package io.github.pelab.bench.golden;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** The terms that a scheme's parts add to attention. */
final class Positions {
  private final Case layer;
  private final Tensors tensors;
  private final List<Expression> parts;
  private final int length;
  private final int width;
  private final int heads;

  Positions(Case layer, Tensors tensors) {
    this.layer = layer;
    this.tensors = tensors;
    parts = Expression.parts(layer.text("scheme"));
    length = layer.length();
    width = layer.whole("width");
    heads = layer.whole("heads");
  }

  private Optional<Expression> part(String... names) {
    return parts.stream().filter(part -> List.of(names).contains(part.name())).findFirst();
  }

  /** {@code x [B, T, D]} and a vector for each position. */
  NDArray addedTo(NDArray x) {
    return part("sinusoidal", "learned", "random")
        .map(
            part ->
                switch (part.name()) {
                  case "sinusoidal" -> sinusoids(part);
                  case "random" -> part.flag("trainable", false) ? table() : normals(part);
                  default -> table();
                })
        .map(x::add)
        .orElse(x);
  }

  private NDArray table() {
    return tensors
        .parameter("positions", layer.whole("maxLength"), width)
        .get("0:" + length); // the rows beyond have gradient 0
  }

  /**
   * PE(t, 2p) = sin(t / 10000^(2p/D)), PE(t, 2p+1) = cos of it (arXiv 1706.03762, section 3.5). In
   * halves: sines at p, cosines at D/2 + p.
   */
  private NDArray sinusoids(Expression part) {
    int pairs = width / 2;
    double base = part.number("base", 10_000);
    NDArray angles =
        tensors.filled(
            i -> {
              int t = i / pairs;
              int p = i % pairs;
              return t / Math.pow(base, 2.0 * p / width);
            },
            length,
            pairs);
    NDArray sin = angles.sin();
    NDArray cos = angles.cos();
    return part.text("layout", "interleaved").equals("halves")
        ? sin.concat(cos, 1)
        : NDArrays.stack(new NDList(sin, cos), 2).reshape(length, width);
  }

  /** No paper says which: this is how {@code random(seed=…)} draws them, for good. */
  private NDArray normals(Expression part) {
    return tensors.filled(
        i -> {
          long cell = part.whole("seed", 1) + ((long) (i / width) << 32) + i % width;
          return new SplittableRandom(new SplittableRandom(cell).nextLong()).nextGaussian();
        },
        length,
        width);
  }

  /**
   * Rotary embedding of {@code x [B, H, T, R]} (arXiv 2104.09864, equation 15): the pairs (x_2p,
   * x_2p+1), as complex numbers, times e^(i t θ_p), θ_p = base^(−2p/R). A head that does not rotate
   * has θ = 0; with {@code fraction} only the first R' = fraction·R components rotate, by the
   * angles of a vector of R'.
   */
  NDArray rotated(NDArray x) {
    return part("rope", "turn-released")
        .map(part -> part.name().equals("rope") ? rotated(x, part) : misturned(x, part))
        .orElse(x);
  }

  /**
   * What arXiv 2505.13027's code does to {@code x [B, H, T, R]} instead: sines and cosines side by
   * side in one table, of which every other column is taken for the sines.
   */
  private NDArray misturned(NDArray x, Expression part) {
    int pairs = Math.toIntExact(x.getShape().get(3) / 2);
    NDArray angles =
        tensors.filled(
            i -> {
              int t = i / pairs;
              return t * Math.pow(part.number("base", 10_000), -(double) (i % pairs) / pairs);
            },
            length,
            pairs);
    NDArray table = angles.sin().concat(angles.cos(), 1);
    return turned(x, table.get(":, 1::2"), table.get(":, 0::2"));
  }

  private NDArray rotated(NDArray x, Expression rope) {
    int pairs = Math.toIntExact(x.getShape().get(3) / 2);
    long rotating = Math.round(rope.number("fraction", 1) * pairs);
    int rotatingHeads = rope.whole("heads", 0) == 0 ? heads : rope.whole("heads", 0);
    NDArray angles =
        tensors.filled(
            i -> {
              int p = i % pairs;
              int t = i / pairs % length;
              int h = i / pairs / length;
              return p < rotating && h < rotatingHeads
                  ? t * Math.pow(rope.number("base", 10_000), -2.0 * p / (2 * rotating))
                  : 0;
            },
            heads,
            length,
            pairs);
    return turned(x, angles.cos(), angles.sin());
  }

  private static NDArray turned(NDArray x, NDArray cos, NDArray sin) {
    NDArray re = x.get("..., 0::2");
    NDArray im = x.get("..., 1::2");
    NDArray turnedRe = re.mul(cos).sub(im.mul(sin));
    NDArray turnedIm = re.mul(sin).add(im.mul(cos));
    return NDArrays.stack(new NDList(turnedRe, turnedIm), 4).reshape(x.getShape());
  }

  /** {@code logits [B, H, T, T]} of block {@code block} and a bias for each head, query and key. */
  NDArray biased(NDArray logits, int block) {
    NDArray biased = logits;
    for (Expression part : parts) {
      if (part.name().equals("alibi")) {
        biased = biased.add(slopes(part));
      } else if (part.name().equals("t5")) {
        biased = biased.add(relative(part, block));
      }
    }
    return biased;
  }

  /** Query minus key, by query and key. */
  private int[] lags() {
    return IntStream.range(0, length * length).map(i -> i / length - i % length).toArray();
  }

  /** −slope · |lag| (arXiv 2108.12409), {@code [H, T, T]}. */
  private NDArray slopes(Expression part) {
    double[] slopes =
        part.text("slopes", "published").equals("published")
            ? published(heads)
            : IntStream.range(0, heads).mapToDouble(h -> Math.exp(-(double) h / heads)).toArray();
    int[] lags = lags();
    return tensors.filled(
        i -> -slopes[i / lags.length] * Math.abs(lags[i % lags.length]), heads, length, length);
  }

  /** {@code get_slopes} of the paper's code. */
  private static double[] published(int n) {
    double log = Math.log(n) / Math.log(2);
    if (log == Math.rint(log)) {
      double start = Math.pow(2, -Math.pow(2, -(log - 3)));
      return IntStream.range(0, n).mapToDouble(i -> start * Math.pow(start, i)).toArray();
    }
    int closest = 1 << (int) Math.floor(log);
    double[] more = published(2 * closest);
    return DoubleStream.concat(
            DoubleStream.of(published(closest)),
            IntStream.range(0, n - closest).mapToDouble(i -> more[2 * i]))
        .toArray();
  }

  /** A row of a trained table {@code [buckets, H]} for each lag (arXiv 1910.10683). */
  private NDArray relative(Expression part, int block) {
    int buckets = part.whole("buckets", 32);
    int longest = layer.whole("maxLength");
    String name = part.flag("shared", true) ? "lagBias" : "lagBias" + block;
    NDArray table = tensors.parameter(name, buckets == 0 ? 2 * longest - 1 : buckets, heads);
    int[] rows =
        IntStream.of(lags())
            .map(
                lag ->
                    buckets == 0
                        ? lag + longest - 1
                        : bucket(-lag, buckets, part.whole("cap", 128)))
            .toArray();
    return table.get(tensors.indices(rows)).reshape(length, length, heads).transpose(2, 0, 1);
  }

  /** {@code _relative_position_bucket(bidirectional=True)} of T5's code: key minus query. */
  private static int bucket(int relativePosition, int numBuckets, int maxDistance) {
    int half = numBuckets / 2;
    int bucket = relativePosition > 0 ? half : 0;
    int distance = Math.abs(relativePosition);
    int maxExact = half / 2;
    if (distance < maxExact) {
      return bucket + distance;
    }
    int large =
        maxExact
            + (int)
                (Math.log((double) distance / maxExact)
                    / Math.log((double) maxDistance / maxExact)
                    * (half - maxExact));
    return bucket + Math.min(large, half - 1);
  }
}
