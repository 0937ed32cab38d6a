package io.github.pelab.layers.kernel;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * The kernel in vectors, in single precision, with the running maximum and sum of FlashAttention
 * (arXiv 2205.14135, 2307.08691). Queries run along the lanes: logits are held as columns, so that
 * softmax reduces vertically and products are {@linkplain VectorTile tiles}. Where a sum runs over
 * queries (the gradients of keys and values) the head's components run along the lanes instead.
 */
public final class VectorAttention implements AttentionKernel<float[]> {
  private static final VectorSpecies<Float> LANES = FloatVector.SPECIES_PREFERRED;
  private static final int L = LANES.length();

  /** Queries of a tile. */
  private static final int BLOCK = VectorTile.WIDTH;

  private static final int ROWS = VectorTile.ROWS;

  /**
   * Keys whose logits are held at a time: with {@link #BLOCK} queries they stay in a core's cache.
   */
  private static final int KEYS = 64;

  private static final float NOTHING = Float.NEGATIVE_INFINITY;

  private final float[] logits = new float[(KEYS + ROWS) * BLOCK];
  private final float[] gradients = new float[(KEYS + ROWS) * BLOCK];
  private final float[] tile = new float[ROWS * BLOCK];
  private final float[] largest = new float[BLOCK];
  private final float[] sum = new float[BLOCK];
  private final int[] rowKeys = new int[BLOCK];

  /** Queries of the block that there are. */
  private int inBlock;

  private float[] query = new float[0];
  private float[] mixed = new float[0];
  private float[] outputGradient = new float[0];
  private float[] keyRows = new float[0];
  private float[] valueRows = new float[0];
  private float[] queryRows = new float[0];
  private float[] outputGradientRows = new float[0];
  private float[] keyGradient = new float[0];
  private float[] valueGradient = new float[0];
  private float[] means = new float[0];
  private float[] logSums = new float[0];
  private float[] lagBias = new float[0];
  private float[] lagGradient = new float[0];

  @Override
  public void forward(
      Head<float[]> head, Inputs<float[]> inputs, Rows<float[]> outputs, float[] logSum) {
    int tokens = head.tokens();
    int queries = VectorTile.padded(tokens, BLOCK);
    query = grown(query, head.keySize() * queries);
    columns(inputs.query(), tokens, head.keySize(), queries, (float) head.scale(), query);
    keysAndValues(head, inputs);
    lagBias(head, queries);
    for (int first = 0; first < queries; first += BLOCK) {
      inBlock = Math.min(BLOCK, tokens - first);
      Arrays.fill(largest, NOTHING);
      Arrays.fill(sum, 0);
      rowKeys(head, first);
      int last = head.causal() ? Math.min(tokens, first + BLOCK) : tokens;
      for (int key = 0; key < last; key += KEYS) {
        int keys = Math.min(KEYS, last - key);
        products(query, first, keyRows, key, keys, head.keySize(), logits);
        bias(head, first, key, keys);
        weigh(head, key, keys);
        mix(logits, valueRows, key, keys, head.valueSize());
      }
      finish(head, first, outputs, logSum);
    }
  }

  @Override
  public void backward(
      Head<float[]> head,
      Inputs<float[]> inputs,
      Rows<float[]> outputs,
      float[] logSum,
      Rows<float[]> outputGradients,
      Inputs<float[]> inputGradients,
      float[] lagBiasGradient) {
    int tokens = head.tokens();
    int keySize = head.keySize();
    int valueSize = head.valueSize();
    int queries = VectorTile.padded(tokens, BLOCK);
    int keyWidth = VectorTile.padded(keySize, L);
    int valueWidth = VectorTile.padded(valueSize, L);
    float scale = (float) head.scale();
    query = grown(query, keySize * queries);
    columns(inputs.query(), tokens, keySize, queries, scale, query);
    outputGradient = grown(outputGradient, valueSize * queries);
    columns(outputGradients, tokens, valueSize, queries, 1, outputGradient);
    queryRows = grown(queryRows, tokens * keyWidth);
    rows(inputs.query(), tokens, keySize, keyWidth, scale, queryRows);
    outputGradientRows = grown(outputGradientRows, tokens * valueWidth);
    rows(outputGradients, tokens, valueSize, valueWidth, 1, outputGradientRows);
    keysAndValues(head, inputs);
    lagBias(head, queries);
    means(head, outputs, outputGradients, queries);
    logSums = grown(logSums, queries);
    System.arraycopy(logSum, 0, logSums, 0, tokens);
    // So that the weights of queries that do not exist are 0.
    Arrays.fill(logSums, tokens, queries, Float.POSITIVE_INFINITY);
    keyGradient = cleared(keyGradient, tokens * keyWidth);
    valueGradient = cleared(valueGradient, tokens * valueWidth);
    lagGradient = cleared(lagGradient, lagBiasGradient == null ? 0 : tokens + queries + BLOCK);

    for (int first = 0; first < queries; first += BLOCK) {
      inBlock = Math.min(BLOCK, tokens - first);
      rowKeys(head, first);
      int last = head.causal() ? Math.min(tokens, first + BLOCK) : tokens;
      for (int key = 0; key < last; key += KEYS) {
        int keys = Math.min(KEYS, last - key);
        products(query, first, keyRows, key, keys, keySize, logits);
        bias(head, first, key, keys);
        products(outputGradient, first, valueRows, key, keys, valueSize, gradients);
        unweigh(head, first, key, keys);
        mix(gradients, keyRows, key, keys, keySize);
        sumOverQueries(gradients, queryRows, first, keyWidth, keyGradient, key, keys);
        sumOverQueries(logits, outputGradientRows, first, valueWidth, valueGradient, key, keys);
        if (lagBiasGradient != null) {
          sumOverDiagonals(tokens, first, key, keys);
        }
      }
      for (int q = 0; q < inBlock; q++) {
        fromMixed(q, scale, inputGradients.query(), first + q, keySize);
      }
    }
    fromRows(keyGradient, keyWidth, inputGradients.key(), tokens, keySize);
    fromRows(valueGradient, valueWidth, inputGradients.value(), tokens, valueSize);
    if (lagBiasGradient != null) {
      for (int lag = 0; lag < 2 * tokens - 1; lag++) {
        lagBiasGradient[lag] += lagGradient[lag];
      }
    }
  }

  private static float[] grown(float[] array, int size) {
    return array.length >= size ? array : new float[size];
  }

  private static float[] cleared(float[] array, int size) {
    if (array.length < size) {
      return new float[size];
    }
    Arrays.fill(array, 0, size, 0);
    return array;
  }

  /**
   * Rows {@code [tokens, size]} times {@code factor}, as blocks of columns {@code [size, BLOCK]}.
   */
  private static void columns(
      Rows<float[]> from, int tokens, int size, int queries, float factor, float[] to) {
    float[] data = from.data();
    int stride = from.stride();
    for (int first = 0; first < queries; first += BLOCK) {
      int count = Math.min(BLOCK, tokens - first);
      for (int c = 0; c < size; c++) {
        int column = first * size + c * BLOCK;
        int at = from.offset() + first * stride + c;
        for (int q = 0; q < count; q++, at += stride) {
          to[column + q] = data[at] * factor;
        }
        Arrays.fill(to, column + count, column + BLOCK, 0);
      }
    }
  }

  /** A query's column of {@link #mixed}, times {@code factor}, as a row. */
  private void fromMixed(int q, float factor, Rows<float[]> to, int i, int size) {
    int row = to.offset() + i * to.stride();
    for (int c = 0; c < size; c++) {
      to.data()[row + c] = mixed[c * BLOCK + q] * factor;
    }
  }

  /** Rows times {@code factor}, padded with zeros to {@code [tokens, width]}. */
  private static void rows(
      Rows<float[]> from, int tokens, int size, int width, float factor, float[] to) {
    for (int i = 0; i < tokens; i++) {
      int row = from.offset() + i * from.stride();
      int at = i * width;
      for (int c = 0; c < size; c++) {
        to[at + c] = from.data()[row + c] * factor;
      }
      for (int c = size; c < width; c++) {
        to[at + c] = 0;
      }
    }
  }

  private static void fromRows(float[] from, int width, Rows<float[]> to, int tokens, int size) {
    for (int i = 0; i < tokens; i++) {
      System.arraycopy(from, i * width, to.data(), to.offset() + i * to.stride(), size);
    }
  }

  /** Rows of keys and values, in whole tiles. */
  private void keysAndValues(Head<float[]> head, Inputs<float[]> inputs) {
    int rows = head.tokens() + ROWS;
    int keyWidth = VectorTile.padded(head.keySize(), ROWS);
    int valueWidth = VectorTile.padded(head.valueSize(), ROWS);
    keyRows = grown(keyRows, rows * keyWidth);
    valueRows = grown(valueRows, rows * valueWidth);
    rows(inputs.key(), head.tokens(), head.keySize(), keyWidth, 1, keyRows);
    rows(inputs.value(), head.tokens(), head.valueSize(), valueWidth, 1, valueRows);
  }

  /** The bias by lag, with room for the lags of queries that do not exist. */
  private void lagBias(Head<float[]> head, int queries) {
    if (head.lagBias() != null) {
      lagBias = cleared(lagBias, head.tokens() + queries + BLOCK);
      System.arraycopy(head.lagBias(), 0, lagBias, 0, 2 * head.tokens() - 1);
    }
  }

  private void rowKeys(Head<float[]> head, int first) {
    if (head.dropout() != null) {
      Arrays.setAll(rowKeys, q -> head.dropout().rowKey(first + q));
    }
  }

  /** Σ_j p[i,j] · ∂loss/∂p[i,j] of each query, which is the output's product with its gradient. */
  private void means(
      Head<float[]> head, Rows<float[]> outputs, Rows<float[]> outputGradients, int queries) {
    means = cleared(means, queries);
    for (int i = 0; i < head.tokens(); i++) {
      int out = outputs.offset() + i * outputs.stride();
      int gradient = outputGradients.offset() + i * outputGradients.stride();
      float mean = 0;
      for (int c = 0; c < head.valueSize(); c++) {
        mean += outputs.data()[out + c] * outputGradients.data()[gradient + c];
      }
      means[i] = mean;
    }
  }

  /**
   * Products of keys' rows with queries' columns: {@code to[j, q] = Σ_c row_(key+j)[c] ·
   * column_(first+q)[c]}.
   */
  private static void products(
      float[] columns, int first, float[] rows, int key, int keys, int size, float[] to) {
    int width = VectorTile.padded(size, ROWS);
    for (int j = 0; j < keys; j += ROWS) {
      VectorTile.multiply(
          rows, (key + j) * width, width, 1, size, columns, first * size, to, j * BLOCK, BLOCK);
    }
  }

  /** Adds the biases to a tile's logits, and −∞ where a key comes after its query. */
  private void bias(Head<float[]> head, int first, int key, int keys) {
    boolean crosses = head.causal() && key + keys - 1 > first;
    if (head.lagBias() == null && head.keyBias() == null && !crosses) {
      return;
    }
    for (int j = 0; j < keys; j++) {
      float forKey = head.keyBias() == null ? 0 : head.keyBias()[key + j];
      int lag = first - key - j + head.tokens() - 1;
      for (int q = 0; q < inBlock; q += L) {
        FloatVector logit = FloatVector.fromArray(LANES, logits, j * BLOCK + q).add(forKey);
        if (head.lagBias() != null) {
          logit = logit.add(FloatVector.fromArray(LANES, lagBias, lag + q));
        }
        if (crosses && key + j > first + q) {
          // of the lanes, those before the key
          VectorMask<Float> earlier = LANES.indexInRange(0, key + j - first - q);
          logit = logit.blend(NOTHING, earlier);
        }
        logit.intoArray(logits, j * BLOCK + q);
      }
    }
  }

  private static VectorDropout dropout(Head<float[]> head) {
    return head.dropout() == null ? null : new VectorDropout(head.dropout());
  }

  /** Turns a tile's logits into weights, and brings what was summed before to the new maximum. */
  private void weigh(Head<float[]> head, int key, int keys) {
    VectorDropout dropout = dropout(head);
    for (int q = 0; q < inBlock; q += L) {
      FloatVector before = FloatVector.fromArray(LANES, largest, q);
      FloatVector most = before;
      for (int j = 0; j < keys; j++) {
        most = most.max(FloatVector.fromArray(LANES, logits, j * BLOCK + q));
      }
      most.intoArray(largest, q);
      // A query may not have seen a key yet: its maximum is −∞, and so is every logit.
      FloatVector shift = most.max(-Float.MAX_VALUE);
      FloatVector shrink = VectorExp.of(before.sub(shift));
      FloatVector total = FloatVector.fromArray(LANES, sum, q).mul(shrink);
      for (int j = 0; j < keys; j++) {
        FloatVector weight =
            VectorExp.of(FloatVector.fromArray(LANES, logits, j * BLOCK + q).sub(shift));
        total = total.add(weight);
        if (dropout != null) {
          weight = weight.mul(dropout.alongRows(rowKeys, q, key + j));
        }
        weight.intoArray(logits, j * BLOCK + q);
      }
      total.intoArray(sum, q);
      if (key > 0) {
        for (int c = 0; c < head.valueSize(); c++) {
          FloatVector.fromArray(LANES, mixed, c * BLOCK + q)
              .mul(shrink)
              .intoArray(mixed, c * BLOCK + q);
        }
      }
    }
  }

  /**
   * From a tile's logits and the gradients of its weights to its weights, dropped, in {@link
   * #logits}, and the gradients of its logits, in {@link #gradients}.
   */
  private void unweigh(Head<float[]> head, int first, int key, int keys) {
    VectorDropout dropout = dropout(head);
    for (int q = 0; q < inBlock; q += L) {
      FloatVector logSum = FloatVector.fromArray(LANES, logSums, first + q);
      FloatVector mean = FloatVector.fromArray(LANES, means, first + q);
      for (int j = 0; j < keys; j++) {
        int at = j * BLOCK + q;
        FloatVector weight = VectorExp.of(FloatVector.fromArray(LANES, logits, at).sub(logSum));
        FloatVector forWeight = FloatVector.fromArray(LANES, gradients, at);
        if (dropout == null) {
          weight.intoArray(logits, at);
        } else {
          FloatVector kept = dropout.alongRows(rowKeys, q, key + j);
          weight.mul(kept).intoArray(logits, at);
          forWeight = forWeight.mul(kept);
        }
        weight.mul(forWeight.sub(mean)).intoArray(gradients, at);
      }
    }
  }

  /** {@code mixed[c, q] += Σ_j weights[j, q] · row_(key+j)[c]}, where the first keys overwrite. */
  private void mix(float[] weights, float[] rows, int key, int keys, int size) {
    int width = VectorTile.padded(size, ROWS);
    mixed = grown(mixed, width * BLOCK);
    for (int c = 0; c < width; c += ROWS) {
      int at = key * width + c;
      if (key == 0) {
        VectorTile.multiply(rows, at, 1, width, keys, weights, 0, mixed, c * BLOCK, BLOCK);
      } else {
        VectorTile.multiply(rows, at, 1, width, keys, weights, 0, tile, 0, BLOCK);
        VectorTile.add(tile, mixed, c * BLOCK, BLOCK);
      }
    }
  }

  /**
   * {@code to_(key+j)[c] += Σ_q weights[j, q] · rows_(first+q)[c]}: components run along the lanes,
   * eight keys at a time.
   */
  private void sumOverQueries(
      float[] weights, float[] rows, int first, int width, float[] to, int key, int keys) {
    for (int c = 0; c < width; c += L) {
      int j = 0;
      for (; j + 8 <= keys; j += 8) {
        int t = (key + j) * width + c;
        FloatVector a0 = FloatVector.fromArray(LANES, to, t);
        FloatVector a1 = FloatVector.fromArray(LANES, to, t + width);
        FloatVector a2 = FloatVector.fromArray(LANES, to, t + 2 * width);
        FloatVector a3 = FloatVector.fromArray(LANES, to, t + 3 * width);
        FloatVector a4 = FloatVector.fromArray(LANES, to, t + 4 * width);
        FloatVector a5 = FloatVector.fromArray(LANES, to, t + 5 * width);
        FloatVector a6 = FloatVector.fromArray(LANES, to, t + 6 * width);
        FloatVector a7 = FloatVector.fromArray(LANES, to, t + 7 * width);
        int at = j * BLOCK;
        for (int q = 0; q < inBlock; q++, at++) {
          FloatVector row = FloatVector.fromArray(LANES, rows, (first + q) * width + c);
          a0 = row.fma(FloatVector.broadcast(LANES, weights[at]), a0);
          a1 = row.fma(FloatVector.broadcast(LANES, weights[at + BLOCK]), a1);
          a2 = row.fma(FloatVector.broadcast(LANES, weights[at + 2 * BLOCK]), a2);
          a3 = row.fma(FloatVector.broadcast(LANES, weights[at + 3 * BLOCK]), a3);
          a4 = row.fma(FloatVector.broadcast(LANES, weights[at + 4 * BLOCK]), a4);
          a5 = row.fma(FloatVector.broadcast(LANES, weights[at + 5 * BLOCK]), a5);
          a6 = row.fma(FloatVector.broadcast(LANES, weights[at + 6 * BLOCK]), a6);
          a7 = row.fma(FloatVector.broadcast(LANES, weights[at + 7 * BLOCK]), a7);
        }
        a0.intoArray(to, t);
        a1.intoArray(to, t + width);
        a2.intoArray(to, t + 2 * width);
        a3.intoArray(to, t + 3 * width);
        a4.intoArray(to, t + 4 * width);
        a5.intoArray(to, t + 5 * width);
        a6.intoArray(to, t + 6 * width);
        a7.intoArray(to, t + 7 * width);
      }
      for (; j < keys; j++) {
        int t = (key + j) * width + c;
        FloatVector a = FloatVector.fromArray(LANES, to, t);
        for (int q = 0; q < inBlock; q++) {
          a =
              FloatVector.fromArray(LANES, rows, (first + q) * width + c)
                  .fma(FloatVector.broadcast(LANES, weights[j * BLOCK + q]), a);
        }
        a.intoArray(to, t);
      }
    }
  }

  /** Adds a tile's gradients to those of their lags. */
  private void sumOverDiagonals(int tokens, int first, int key, int keys) {
    for (int j = 0; j < keys; j++) {
      int lag = first - key - j + tokens - 1;
      for (int q = 0; q < inBlock; q += L) {
        FloatVector.fromArray(LANES, lagGradient, lag + q)
            .add(FloatVector.fromArray(LANES, gradients, j * BLOCK + q))
            .intoArray(lagGradient, lag + q);
      }
    }
  }

  private void finish(Head<float[]> head, int first, Rows<float[]> outputs, float[] logSum) {
    for (int q = 0; q < inBlock; q++) {
      boolean seesNothing = sum[q] == 0;
      logSum[first + q] =
          seesNothing ? Float.POSITIVE_INFINITY : (float) (largest[q] + Math.log(sum[q]));
      fromMixed(q, seesNothing ? 0 : 1 / sum[q], outputs, first + q, head.valueSize());
    }
  }
}
