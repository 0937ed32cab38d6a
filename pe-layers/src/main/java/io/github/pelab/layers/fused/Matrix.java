package io.github.pelab.layers.fused;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Rows of numbers outside the heap and outside workspaces, where BLAS can reach them: row-major. It
 * grows with what is asked of it and never shrinks, so that in the long run nothing is allocated.
 */
final class Matrix {
  private final DataType type;
  private final int columns;
  private INDArray memory;
  private OffHeap numbers;
  private INDArray rows;

  Matrix(DataType type, int columns) {
    this.type = type;
    this.columns = columns;
  }

  int columns() {
    return columns;
  }

  /** Makes it a matrix of {@code count} rows, whose contents are undefined. */
  Matrix resize(int count) {
    if (rows != null && rows.rows() == count) {
      return this;
    }
    try (MemoryWorkspace outside = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
      if (memory == null || memory.rows() < count) {
        if (memory != null) {
          memory.close();
        }
        memory = Nd4j.createUninitialized(type, new long[] {count, columns}, 'c');
        Math.multiplyExact(count, columns); // numbers are counted by ints
        numbers = OffHeap.of(memory);
      }
      rows =
          memory.rows() == count
              ? memory
              : memory.get(NDArrayIndex.interval(0, count), NDArrayIndex.all());
    }
    return this;
  }

  /** All rows, {@code [rows, columns]}. */
  INDArray rows() {
    return rows;
  }

  OffHeap numbers() {
    return numbers;
  }

  /** to ← this · other, of as many rows. */
  void times(INDArray other, Matrix to) {
    Nd4j.gemm(rows, other, to.resize(rows.rows()).rows, false, false, 1, 0);
  }

  /** to ← this · otherᵀ, of as many rows. */
  void timesTransposed(INDArray other, Matrix to) {
    Nd4j.gemm(rows, other, to.resize(rows.rows()).rows, false, true, 1, 0);
  }

  /** to ← thisᵀ · other, or to ← to + thisᵀ · other. */
  void transposedTimes(Matrix other, INDArray to, boolean adds) {
    Nd4j.gemm(rows, other.rows, to, true, false, 1, adds ? 1 : 0);
  }
}
