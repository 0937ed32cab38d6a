package io.github.pelab.layers.fused;

import io.github.pelab.layers.fused.Packed.Piece;
import java.util.ArrayList;
import java.util.List;

/**
 * Sublayers one after another. Where keys and values are made of a memory, it is projected for all
 * of them by one product.
 *
 * @param <A> {@code float[]} or {@code double[]}
 */
final class Stack<A> {
  private final Pass<A> pass;
  private final List<FusedSublayer<A>> sublayers;
  private final Weight<A> memory;
  private final int keyWidth;
  private final Kept<A> memoryKeys;
  private final List<Kept<A>> outputs = new ArrayList<>();

  /**
   * Sublayers.
   *
   * @param memory how each one's keys and values are made of the memory; empty for self-attention
   */
  Stack(Pass<A> pass, int width, List<FusedSublayer<A>> sublayers, List<FusedForm> memory) {
    this.pass = pass;
    this.sublayers = sublayers;
    sublayers.forEach(each -> outputs.add(new Kept<>(pass, width)));
    if (memory.isEmpty()) {
      this.memory = null;
      memoryKeys = null;
      keyWidth = 0;
      return;
    }
    keyWidth = memory.get(0).key().width();
    List<Piece> pieces = new ArrayList<>();
    for (int block = 0; block < memory.size(); block++) {
      for (Piece piece : memory.get(block).key().pieces()) {
        pieces.add(piece.shifted(block * keyWidth));
      }
    }
    this.memory = new Weight<>(pass, width, memory.size() * keyWidth, pieces);
    memoryKeys = new Kept<>(pass, memory.size() * keyWidth);
  }

  List<Parameter<A>> parameters() {
    List<Parameter<A>> parameters = new ArrayList<>();
    if (memory != null) {
      parameters.add(memory);
    }
    sublayers.forEach(each -> parameters.addAll(each.parameters()));
    return parameters;
  }

  private Columns<A> columns(Matrix<A> all, int block) {
    return memory == null ? null : new Columns<>(all, block * keyWidth);
  }

  /**
   * What the last sublayer makes of a chunk.
   *
   * @param ofMemory null where there is none
   */
  Matrix<A> forward(Chunk chunk, Matrix<A> input, Matrix<A> ofMemory) {
    Matrix<A> keys = null;
    if (memory != null) {
      keys = memoryKeys.of(chunk);
      memory.forward(chunk, ofMemory, keys);
    }
    Matrix<A> x = input;
    for (int block = 0; block < sublayers.size(); block++) {
      Matrix<A> next = outputs.get(block).of(chunk);
      sublayers.get(block).forward(chunk, x, columns(keys, block), next);
      x = next;
    }
    return x;
  }

  /** What {@link #forward} made. */
  Matrix<A> output(Chunk chunk) {
    return outputs.get(outputs.size() - 1).of(chunk);
  }

  /**
   * The gradients of a chunk.
   *
   * @param gradient of the output; becomes that of the input
   * @param memoryGradient set; null where there is no memory
   */
  void backward(
      Chunk chunk,
      Matrix<A> input,
      Matrix<A> ofMemory,
      Matrix<A> gradient,
      Matrix<A> memoryGradient) {
    Matrix<A> keys = memory == null ? null : memoryKeys.of(chunk);
    Matrix<A> keysGradient =
        memory == null ? null : pass.temporary("memory keys gradient", chunk, keys.columns());
    for (int block = sublayers.size() - 1; block >= 0; block--) {
      Matrix<A> x = block == 0 ? input : outputs.get(block - 1).of(chunk);
      sublayers
          .get(block)
          .backward(chunk, x, columns(keys, block), gradient, columns(keysGradient, block));
    }
    if (memory != null) {
      memory.backward(chunk, ofMemory, keysGradient, memoryGradient);
    }
  }
}
