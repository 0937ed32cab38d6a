package io.github.pelab.layers.kernel;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * The kernel in vectors, in single precision, with the running maximum and sum of FlashAttention
 * (arXiv 2205.14135, 2307.08691). Queries run along the lanes: logits are held as columns, so that
 * softmax reduces vertically and every product is a tile of 4 rows by {@link #BLOCK} queries, in
 * which four loads and four broadcasts feed sixteen multiply-adds. Where a sum runs over queries
 * (the gradients of keys and values) the head's components run along the lanes instead.
 */
public final class VectorAttention implements AttentionKernel<float[]> {
  private static final VectorSpecies<Float> LANES = FloatVector.SPECIES_PREFERRED;
  private static final int L = LANES.length();

  /** Queries of a tile. */
  private static final int BLOCK = 4 * L;

  /**
   * Keys whose logits are held at a time: with {@link #BLOCK} queries they stay in a core's cache.
   */
  private static final int KEYS = 64;

  private static final float NOTHING = Float.NEGATIVE_INFINITY;

  private final float[] logits = new float[KEYS * BLOCK];
  private final float[] gradients = new float[KEYS * BLOCK];
  private final float[] largest = new float[BLOCK];
  private final float[] sum = new float[BLOCK];
  private final int[] rowKeys = new int[BLOCK];
  private float[] query = new float[0];
  private float[] output = new float[0];
  private float[] outputGradient = new float[0];
  private float[] queryRows = new float[0];
  private float[] outputGradientRows = new float[0];
  private float[] keyGradient = new float[0];
  private float[] valueGradient = new float[0];
  private float[] queryGradient = new float[0];
  private float[] means = new float[0];
  private float[] logSums = new float[0];
  private float[] lagBias = new float[0];
  private float[] lagGradient = new float[0];

  @Override
  public void forward(
      Head<float[]> head, Inputs<float[]> inputs, Rows<float[]> outputs, float[] logSum) {
    int tokens = head.tokens();
    int queries = padded(tokens, BLOCK);
    query = grown(query, head.keySize() * queries);
    columns(inputs.query(), tokens, head.keySize(), queries, (float) head.scale(), query);
    lagBias(head, queries);
    output = grown(output, head.valueSize() * BLOCK);
    for (int first = 0; first < queries; first += BLOCK) {
      Arrays.fill(largest, NOTHING);
      Arrays.fill(sum, 0);
      Arrays.fill(output, 0, head.valueSize() * BLOCK, 0);
      rowKeys(head, first);
      int last = head.causal() ? Math.min(tokens, first + BLOCK) : tokens;
      for (int key = 0; key < last; key += KEYS) {
        int keys = Math.min(KEYS, last - key);
        products(query, queries, first, inputs.key(), key, keys, head.keySize(), logits);
        bias(head, first, key, keys);
        weigh(head, key, keys);
        mix(logits, inputs.value(), key, keys, head.valueSize(), output, BLOCK, 0);
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
    int queries = padded(tokens, BLOCK);
    int keyWidth = padded(keySize, L);
    int valueWidth = padded(valueSize, L);
    float scale = (float) head.scale();
    query = grown(query, keySize * queries);
    columns(inputs.query(), tokens, keySize, queries, scale, query);
    outputGradient = grown(outputGradient, valueSize * queries);
    columns(outputGradients, tokens, valueSize, queries, 1, outputGradient);
    queryRows = grown(queryRows, queries * keyWidth);
    rows(inputs.query(), tokens, keySize, keyWidth, scale, queryRows, queries);
    outputGradientRows = grown(outputGradientRows, queries * valueWidth);
    rows(outputGradients, tokens, valueSize, valueWidth, 1, outputGradientRows, queries);
    lagBias(head, queries);
    means(head, outputs, outputGradients, queries);
    logSums = grown(logSums, queries);
    System.arraycopy(logSum, 0, logSums, 0, tokens);
    // So that the weights of queries that do not exist are 0.
    Arrays.fill(logSums, tokens, queries, Float.POSITIVE_INFINITY);
    queryGradient = cleared(queryGradient, keySize * queries);
    keyGradient = cleared(keyGradient, tokens * keyWidth);
    valueGradient = cleared(valueGradient, tokens * valueWidth);
    lagGradient = cleared(lagGradient, lagBiasGradient == null ? 0 : tokens + queries + BLOCK);

    for (int first = 0; first < queries; first += BLOCK) {
      rowKeys(head, first);
      int last = head.causal() ? Math.min(tokens, first + BLOCK) : tokens;
      for (int key = 0; key < last; key += KEYS) {
        int keys = Math.min(KEYS, last - key);
        products(query, queries, first, inputs.key(), key, keys, keySize, logits);
        bias(head, first, key, keys);
        products(outputGradient, queries, first, inputs.value(), key, keys, valueSize, gradients);
        unweigh(head, first, key, keys);
        mix(gradients, inputs.key(), key, keys, keySize, queryGradient, queries, first);
        sumOverQueries(gradients, queryRows, first, keyWidth, keyGradient, key, keys);
        sumOverQueries(logits, outputGradientRows, first, valueWidth, valueGradient, key, keys);
        if (lagBiasGradient != null) {
          sumOverDiagonals(tokens, first, key, keys);
        }
      }
    }
    fromColumns(queryGradient, queries, scale, inputGradients.query(), tokens, keySize);
    fromRows(keyGradient, keyWidth, inputGradients.key(), tokens, keySize);
    fromRows(valueGradient, valueWidth, inputGradients.value(), tokens, valueSize);
    if (lagBiasGradient != null) {
      for (int lag = 0; lag < 2 * tokens - 1; lag++) {
        lagBiasGradient[lag] += lagGradient[lag];
      }
    }
  }

  private static int padded(int size, int unit) {
    return (size + unit - 1) / unit * unit;
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

  /** Rows {@code [tokens, size]} times {@code factor}, as columns {@code [size, queries]}. */
  private static void columns(
      Rows<float[]> from, int tokens, int size, int queries, float factor, float[] to) {
    float[] data = from.data();
    int stride = from.stride();
    for (int c = 0; c < size; c++) {
      int column = c * queries;
      int at = from.offset() + c;
      for (int i = 0; i < tokens; i++, at += stride) {
        to[column + i] = data[at] * factor;
      }
      Arrays.fill(to, column + tokens, column + queries, 0);
    }
  }

  private static void fromColumns(
      float[] from, int queries, float factor, Rows<float[]> to, int tokens, int size) {
    for (int i = 0; i < tokens; i++) {
      int row = to.offset() + i * to.stride();
      for (int c = 0; c < size; c++) {
        to.data()[row + c] = from[c * queries + i] * factor;
      }
    }
  }

  /** Rows times {@code factor}, padded with zeros to {@code [queries, width]}. */
  private static void rows(
      Rows<float[]> from, int tokens, int size, int width, float factor, float[] to, int queries) {
    Arrays.fill(to, 0, queries * width, 0);
    for (int i = 0; i < tokens; i++) {
      int row = from.offset() + i * from.stride();
      for (int c = 0; c < size; c++) {
        to[i * width + c] = from.data()[row + c] * factor;
      }
    }
  }

  private static void fromRows(float[] from, int width, Rows<float[]> to, int tokens, int size) {
    for (int i = 0; i < tokens; i++) {
      System.arraycopy(from, i * width, to.data(), to.offset() + i * to.stride(), size);
    }
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

  /** Products of rows with columns: {@code to[j, q] = Σ_c row_(key+j)[c] · columns[c, first+q]}. */
  private static void products(
      float[] columns,
      int queries,
      int first,
      Rows<float[]> rows,
      int key,
      int keys,
      int size,
      float[] to) {
    float[] data = rows.data();
    int stride = rows.stride();
    int j = 0;
    for (; j + 4 <= keys; j += 4) {
      int r0 = rows.offset() + (key + j) * stride;
      int r1 = r0 + stride;
      int r2 = r1 + stride;
      int r3 = r2 + stride;
      FloatVector a00 = FloatVector.zero(LANES);
      FloatVector a01 = a00;
      FloatVector a02 = a00;
      FloatVector a03 = a00;
      FloatVector a10 = a00;
      FloatVector a11 = a00;
      FloatVector a12 = a00;
      FloatVector a13 = a00;
      FloatVector a20 = a00;
      FloatVector a21 = a00;
      FloatVector a22 = a00;
      FloatVector a23 = a00;
      FloatVector a30 = a00;
      FloatVector a31 = a00;
      FloatVector a32 = a00;
      FloatVector a33 = a00;
      for (int c = 0; c < size; c++) {
        int column = c * queries + first;
        FloatVector q0 = FloatVector.fromArray(LANES, columns, column);
        FloatVector q1 = FloatVector.fromArray(LANES, columns, column + L);
        FloatVector q2 = FloatVector.fromArray(LANES, columns, column + 2 * L);
        FloatVector q3 = FloatVector.fromArray(LANES, columns, column + 3 * L);
        FloatVector k = FloatVector.broadcast(LANES, data[r0 + c]);
        a00 = q0.fma(k, a00);
        a01 = q1.fma(k, a01);
        a02 = q2.fma(k, a02);
        a03 = q3.fma(k, a03);
        k = FloatVector.broadcast(LANES, data[r1 + c]);
        a10 = q0.fma(k, a10);
        a11 = q1.fma(k, a11);
        a12 = q2.fma(k, a12);
        a13 = q3.fma(k, a13);
        k = FloatVector.broadcast(LANES, data[r2 + c]);
        a20 = q0.fma(k, a20);
        a21 = q1.fma(k, a21);
        a22 = q2.fma(k, a22);
        a23 = q3.fma(k, a23);
        k = FloatVector.broadcast(LANES, data[r3 + c]);
        a30 = q0.fma(k, a30);
        a31 = q1.fma(k, a31);
        a32 = q2.fma(k, a32);
        a33 = q3.fma(k, a33);
      }
      int at = j * BLOCK;
      a00.intoArray(to, at);
      a01.intoArray(to, at + L);
      a02.intoArray(to, at + 2 * L);
      a03.intoArray(to, at + 3 * L);
      a10.intoArray(to, at + BLOCK);
      a11.intoArray(to, at + BLOCK + L);
      a12.intoArray(to, at + BLOCK + 2 * L);
      a13.intoArray(to, at + BLOCK + 3 * L);
      a20.intoArray(to, at + 2 * BLOCK);
      a21.intoArray(to, at + 2 * BLOCK + L);
      a22.intoArray(to, at + 2 * BLOCK + 2 * L);
      a23.intoArray(to, at + 2 * BLOCK + 3 * L);
      a30.intoArray(to, at + 3 * BLOCK);
      a31.intoArray(to, at + 3 * BLOCK + L);
      a32.intoArray(to, at + 3 * BLOCK + 2 * L);
      a33.intoArray(to, at + 3 * BLOCK + 3 * L);
    }
    for (; j < keys; j++) {
      int row = rows.offset() + (key + j) * stride;
      for (int q = 0; q < BLOCK; q += L) {
        FloatVector product = FloatVector.zero(LANES);
        for (int c = 0; c < size; c++) {
          product =
              FloatVector.fromArray(LANES, columns, c * queries + first + q)
                  .fma(FloatVector.broadcast(LANES, data[row + c]), product);
        }
        product.intoArray(to, j * BLOCK + q);
      }
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
      for (int q = 0; q < BLOCK; q += L) {
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
    for (int q = 0; q < BLOCK; q += L) {
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
          FloatVector.fromArray(LANES, output, c * BLOCK + q)
              .mul(shrink)
              .intoArray(output, c * BLOCK + q);
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
    for (int q = 0; q < BLOCK; q += L) {
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

  /** {@code to[c, first+q] += Σ_j weights[j, q] · row_(key+j)[c]}, to in columns. */
  private static void mix(
      float[] weights,
      Rows<float[]> rows,
      int key,
      int keys,
      int size,
      float[] to,
      int queries,
      int first) {
    float[] data = rows.data();
    int stride = rows.stride();
    int c = 0;
    for (; c + 4 <= size; c += 4) {
      int t0 = c * queries + first;
      int t1 = t0 + queries;
      int t2 = t1 + queries;
      int t3 = t2 + queries;
      FloatVector a00 = FloatVector.fromArray(LANES, to, t0);
      FloatVector a01 = FloatVector.fromArray(LANES, to, t0 + L);
      FloatVector a02 = FloatVector.fromArray(LANES, to, t0 + 2 * L);
      FloatVector a03 = FloatVector.fromArray(LANES, to, t0 + 3 * L);
      FloatVector a10 = FloatVector.fromArray(LANES, to, t1);
      FloatVector a11 = FloatVector.fromArray(LANES, to, t1 + L);
      FloatVector a12 = FloatVector.fromArray(LANES, to, t1 + 2 * L);
      FloatVector a13 = FloatVector.fromArray(LANES, to, t1 + 3 * L);
      FloatVector a20 = FloatVector.fromArray(LANES, to, t2);
      FloatVector a21 = FloatVector.fromArray(LANES, to, t2 + L);
      FloatVector a22 = FloatVector.fromArray(LANES, to, t2 + 2 * L);
      FloatVector a23 = FloatVector.fromArray(LANES, to, t2 + 3 * L);
      FloatVector a30 = FloatVector.fromArray(LANES, to, t3);
      FloatVector a31 = FloatVector.fromArray(LANES, to, t3 + L);
      FloatVector a32 = FloatVector.fromArray(LANES, to, t3 + 2 * L);
      FloatVector a33 = FloatVector.fromArray(LANES, to, t3 + 3 * L);
      for (int j = 0; j < keys; j++) {
        int at = j * BLOCK;
        int row = rows.offset() + (key + j) * stride + c;
        FloatVector w0 = FloatVector.fromArray(LANES, weights, at);
        FloatVector w1 = FloatVector.fromArray(LANES, weights, at + L);
        FloatVector w2 = FloatVector.fromArray(LANES, weights, at + 2 * L);
        FloatVector w3 = FloatVector.fromArray(LANES, weights, at + 3 * L);
        FloatVector v = FloatVector.broadcast(LANES, data[row]);
        a00 = w0.fma(v, a00);
        a01 = w1.fma(v, a01);
        a02 = w2.fma(v, a02);
        a03 = w3.fma(v, a03);
        v = FloatVector.broadcast(LANES, data[row + 1]);
        a10 = w0.fma(v, a10);
        a11 = w1.fma(v, a11);
        a12 = w2.fma(v, a12);
        a13 = w3.fma(v, a13);
        v = FloatVector.broadcast(LANES, data[row + 2]);
        a20 = w0.fma(v, a20);
        a21 = w1.fma(v, a21);
        a22 = w2.fma(v, a22);
        a23 = w3.fma(v, a23);
        v = FloatVector.broadcast(LANES, data[row + 3]);
        a30 = w0.fma(v, a30);
        a31 = w1.fma(v, a31);
        a32 = w2.fma(v, a32);
        a33 = w3.fma(v, a33);
      }
      a00.intoArray(to, t0);
      a01.intoArray(to, t0 + L);
      a02.intoArray(to, t0 + 2 * L);
      a03.intoArray(to, t0 + 3 * L);
      a10.intoArray(to, t1);
      a11.intoArray(to, t1 + L);
      a12.intoArray(to, t1 + 2 * L);
      a13.intoArray(to, t1 + 3 * L);
      a20.intoArray(to, t2);
      a21.intoArray(to, t2 + L);
      a22.intoArray(to, t2 + 2 * L);
      a23.intoArray(to, t2 + 3 * L);
      a30.intoArray(to, t3);
      a31.intoArray(to, t3 + L);
      a32.intoArray(to, t3 + 2 * L);
      a33.intoArray(to, t3 + 3 * L);
    }
    for (; c < size; c++) {
      for (int q = 0; q < BLOCK; q += L) {
        FloatVector mixed = FloatVector.fromArray(LANES, to, c * queries + first + q);
        for (int j = 0; j < keys; j++) {
          float value = data[rows.offset() + (key + j) * stride + c];
          mixed =
              FloatVector.fromArray(LANES, weights, j * BLOCK + q)
                  .fma(FloatVector.broadcast(LANES, value), mixed);
        }
        mixed.intoArray(to, c * queries + first + q);
      }
    }
  }

  /**
   * {@code to_(key+j)[c] += Σ_q weights[j, q] · rows_(first+q)[c]}: components run along the lanes,
   * eight keys at a time.
   */
  private static void sumOverQueries(
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
        for (int q = 0; q < BLOCK; q++, at++) {
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
        for (int q = 0; q < BLOCK; q++) {
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
      for (int q = 0; q < BLOCK; q += L) {
        FloatVector.fromArray(LANES, lagGradient, lag + q)
            .add(FloatVector.fromArray(LANES, gradients, j * BLOCK + q))
            .intoArray(lagGradient, lag + q);
      }
    }
  }

  private void finish(Head<float[]> head, int first, Rows<float[]> outputs, float[] logSum) {
    int tokens = Math.min(BLOCK, head.tokens() - first);
    for (int q = 0; q < tokens; q++) {
      boolean seesNothing = sum[q] == 0;
      logSum[first + q] =
          seesNothing ? Float.POSITIVE_INFINITY : (float) (largest[q] + Math.log(sum[q]));
      float inverse = seesNothing ? 0 : 1 / sum[q];
      int row = outputs.offset() + (first + q) * outputs.stride();
      for (int c = 0; c < head.valueSize(); c++) {
        outputs.data()[row + c] = output[c * BLOCK + q] * inverse;
      }
    }
  }
}
