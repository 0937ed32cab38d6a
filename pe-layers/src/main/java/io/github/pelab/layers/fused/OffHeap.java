package io.github.pelab.layers.fused;

import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The numbers of an array as NIO sees them. It keeps the array, because a buffer alone would not
 * keep its memory.
 */
final class OffHeap {
  private final INDArray array;
  private final FloatBuffer floats;
  private final DoubleBuffer doubles;
  private final int first;

  private OffHeap(INDArray array) {
    this.array = array;
    boolean single = array.dataType() == DataType.FLOAT;
    floats = single ? array.data().asNioFloat() : null;
    doubles = single ? null : array.data().asNioDouble();
    first = Math.toIntExact(array.offset()); // which the buffers do not know of
  }

  /**
   * Of an array.
   *
   * @param array single or double precision, its entries row-major, one after another
   */
  static OffHeap of(INDArray array) {
    if (array.dataType() != DataType.FLOAT && array.dataType() != DataType.DOUBLE) {
      throw new IllegalArgumentException("neither single nor double: " + array.dataType());
    }
    if (array.length() > 1 && (array.ordering() != 'c' || array.elementWiseStride() != 1)) {
      throw new IllegalArgumentException("not row-major: " + array.shapeInfoToString());
    }
    return new OffHeap(array);
  }

  INDArray array() {
    return array;
  }

  void read(int at, float[] to, int toAt, int count) {
    floats.get(first + at, to, toAt, count);
  }

  void write(float[] from, int fromAt, int at, int count) {
    floats.put(first + at, from, fromAt, count);
  }

  void read(int at, double[] to, int toAt, int count) {
    if (doubles != null) {
      doubles.get(first + at, to, toAt, count);
      return;
    }
    for (int i = 0; i < count; i++) {
      to[toAt + i] = floats.get(first + at + i);
    }
  }

  void write(double[] from, int fromAt, int at, int count) {
    if (doubles != null) {
      doubles.put(first + at, from, fromAt, count);
      return;
    }
    for (int i = 0; i < count; i++) {
      floats.put(first + at + i, (float) from[fromAt + i]);
    }
  }
}
