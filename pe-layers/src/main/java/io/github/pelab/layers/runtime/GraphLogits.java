package io.github.pelab.layers.runtime;

import io.github.pelab.layers.heads.HeadLogits;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A block's logits, from what its graph gave of them. Legend: B batch, T time, H heads. */
final class GraphLogits {
  private final LayerDefinition definition;
  private final int length;
  private final List<int[]> tokens;

  GraphLogits(LayerDefinition definition, Call call) {
    this.definition = definition;
    length = Math.toIntExact(call.length());
    double[] mask = numbers(call.tokens());
    tokens =
        IntStream.range(0, Math.toIntExact(call.batch()))
            .mapToObj(b -> IntStream.range(0, length).filter(t -> mask[b * length + t] != 0))
            .map(IntStream::toArray)
            .toList();
  }

  /**
   * By sequence and head.
   *
   * @param queries {@code [B·T, H·Q]}, or the same numbers in another shape
   * @param keys likewise
   * @param logits {@code [B, H, T, T]}
   * @param gradient likewise
   */
  List<HeadLogits> of(
      int block, INDArray queries, INDArray keys, INDArray logits, INDArray gradient) {
    int heads = definition.heads();
    double[] q = numbers(queries);
    double[] k = numbers(keys);
    double[] all = numbers(logits);
    double[] slopes = numbers(gradient);
    List<HeadLogits> found = new ArrayList<>();
    for (int example = 0; example < tokens.size(); example++) {
      int[] real = tokens.get(example);
      for (int head = 0; real.length > 0 && head < heads; head++) {
        int from = (example * heads + head) * length * length;
        found.add(
            new HeadLogits(
                block,
                example,
                head,
                square(all, from, real),
                content(q, k, example * length, head, real),
                square(slopes, from, real)));
      }
    }
    return found;
  }

  private double[][] square(double[] of, int from, int[] real) {
    double[][] square = new double[real.length][real.length];
    for (int i = 0; i < real.length; i++) {
      for (int j = 0; j < real.length; j++) {
        square[i][j] = of[from + real[i] * length + real[j]];
      }
    }
    return square;
  }

  private double[][] content(double[] q, double[] k, int first, int head, int[] real) {
    int width = q.length / (tokens.size() * length);
    int size = width / definition.heads();
    double[][] content = new double[real.length][real.length];
    for (int i = 0; i < real.length; i++) {
      for (int j = 0; j < real.length; j++) {
        int query = (first + real[i]) * width + head * size;
        int key = (first + real[j]) * width + head * size;
        double sum = 0;
        for (int c = 0; c < size; c++) {
          sum += q[query + c] * k[key + c];
        }
        content[i][j] = definition.scale() * sum;
      }
    }
    return content;
  }

  private static double[] numbers(INDArray array) {
    return array.dup('c').data().asDouble();
  }
}
