package io.github.pelab.layers.fused;

import io.github.pelab.layers.fused.Packed.Piece;
import io.github.pelab.layers.runtime.Interventions;
import io.github.pelab.layers.runtime.Interventions.Branch;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;

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
    return through(0, chunk, input, keys(chunk, ofMemory));
  }

  private Matrix<A> keys(Chunk chunk, Matrix<A> ofMemory) {
    if (memory == null) {
      return null;
    }
    Matrix<A> keys = memoryKeys.of(chunk);
    memory.forward(chunk, ofMemory, keys);
    return keys;
  }

  /** From what block {@code first} is given to what the last one makes. */
  private Matrix<A> through(int first, Chunk chunk, Matrix<A> input, Matrix<A> keys) {
    Matrix<A> x = input;
    for (int block = first; block < sublayers.size(); block++) {
      Matrix<A> next = outputs.get(block).of(chunk);
      sublayers.get(block).forward(chunk, x, columns(keys, block), next);
      x = next;
    }
    return x;
  }

  /**
   * What the last sublayer makes of a chunk on each branch. Up to its block a branch is the pass
   * itself; what the block before made stays while branches go on from there.
   *
   * @param ofMemory null where there is none
   * @param exit given the number of a branch and what was made on it
   */
  void branches(
      Chunk chunk,
      Matrix<A> input,
      Matrix<A> ofMemory,
      List<Branch> branches,
      BiConsumer<Integer, Matrix<A>> exit) {
    Interventions trunk = pass.interventions();
    Matrix<A> keys = keys(chunk, ofMemory);
    Matrix<A> x = input;
    int last = branches.stream().mapToInt(Branch::block).max().orElse(-1);
    for (int block = 0; block <= last; block++) {
      for (int number : leaving(branches, block, true)) {
        pass.intervene(branches.get(number).interventions());
        exit.accept(number, through(block, chunk, x, keys));
        pass.intervene(trunk);
      }
      if (block == sublayers.size()) {
        return;
      }
      FusedSublayer<A> sublayer = sublayers.get(block);
      Matrix<A> next = outputs.get(block).of(chunk);
      sublayer.attend(chunk, x, columns(keys, block));
      for (int number : leaving(branches, block, false)) {
        pass.intervene(branches.get(number).interventions());
        sublayer.finish(chunk, x, next);
        exit.accept(number, through(block + 1, chunk, next, keys));
        pass.intervene(trunk);
      }
      if (block < last) {
        sublayer.finish(chunk, x, next);
        x = next;
      }
    }
  }

  /** Those that differ from {@code block} on, before its heads attend or after. */
  private List<Integer> leaving(List<Branch> branches, int block, boolean before) {
    return IntStream.range(0, branches.size())
        .filter(number -> branches.get(number).block() == block)
        .filter(number -> before == (branches.get(number).scores() || block == sublayers.size()))
        .boxed()
        .toList();
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
