package io.github.pelab.layers.fused;

import io.github.pelab.layers.heads.HeadLogits;
import io.github.pelab.layers.runtime.Call;
import io.github.pelab.layers.runtime.Interventions;
import io.github.pelab.layers.runtime.Interventions.Branch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A whole layer for some of a batch's chunks. Each goes through all of it, so that what a block
 * made is in the cache when the next one reads it. Lanes share nothing that they write to, but for
 * different rows of what the layer gives.
 *
 * @param <A> {@code float[]} or {@code double[]}
 */
final class Lane<A> {
  private final Pass<A> pass;
  private final Entrance<A> entrance;
  private final Entrance<A> memoryEntrance;
  private final boolean inputIsMemory;
  private final Stack<A> stack;
  private final Exit<A> exit;
  private final List<Parameter<A>> parameters = new ArrayList<>();
  private final Kept<A> input;
  private final Kept<A> memory;
  private final Map<String, A> gradients = new HashMap<>();
  private List<Chunk> chunks = List.of();

  /**
   * A lane.
   *
   * @param memoryEntrance of a second input; null where there is none
   * @param inputIsMemory whether what the input becomes is the memory
   * @param others parameters that several parts share
   */
  Lane(
      Pass<A> pass,
      int width,
      Entrance<A> entrance,
      Entrance<A> memoryEntrance,
      boolean inputIsMemory,
      Stack<A> stack,
      Exit<A> exit,
      List<? extends Parameter<A>> others) {
    this.pass = pass;
    this.entrance = entrance;
    this.memoryEntrance = memoryEntrance;
    this.inputIsMemory = inputIsMemory;
    this.stack = stack;
    this.exit = exit;
    parameters.addAll(entrance.parameters());
    parameters.addAll(others);
    parameters.addAll(stack.parameters());
    parameters.addAll(exit.parameters());
    input = new Kept<>(pass, width);
    memory = inputIsMemory ? input : new Kept<>(pass, width);
  }

  /** Another pass begins, see {@link Pass#begin}. */
  void begin(
      List<Chunk> ofPass,
      Call call,
      Interventions interventions,
      boolean dropout,
      boolean keep,
      boolean sharesTasks) {
    chunks = ofPass;
    pass.begin(call, interventions, dropout, keep, sharesTasks);
  }

  /** The pass, which shows what heads hand over if {@code heads} is not empty. */
  void forward(Map<String, OffHeap> values, List<OffHeap> heads, OffHeap output) {
    pass.show(heads);
    eachChunk(
        values,
        chunk ->
            exit.forward(chunk, stack.forward(chunk, input.of(chunk), memory.of(chunk)), output));
  }

  /** The pass's branches, to an output each. */
  void forward(Map<String, OffHeap> values, List<Branch> branches, List<OffHeap> outputs) {
    eachChunk(
        values,
        chunk ->
            stack.branches(
                chunk,
                input.of(chunk),
                memory.of(chunk),
                branches,
                (number, rows) -> exit.forward(chunk, rows, outputs.get(number))));
  }

  private void eachChunk(Map<String, OffHeap> values, Consumer<Chunk> inside) {
    pass.run(
        () -> {
          parameters.forEach(parameter -> parameter.load(values));
          for (Chunk chunk : chunks) {
            entrance.forward(chunk, input.of(chunk));
            if (memoryEntrance != null) {
              memoryEntrance.forward(chunk, memory.of(chunk));
            }
            inside.accept(chunk);
          }
        });
  }

  /** The gradients of its chunks. */
  void backward(
      OffHeap epsilon, Optional<Consumer<HeadLogits>> logits, OffHeap forInput, OffHeap forMemory) {
    pass.showLogits(logits);
    pass.run(() -> backwardChunks(epsilon, forInput, forMemory));
  }

  private void backwardChunks(OffHeap epsilon, OffHeap forInput, OffHeap forMemory) {
    parameters.forEach(parameter -> parameter.clear(gradients));
    for (Chunk chunk : chunks) {
      Matrix<A> gradient = pass.temporary("stream gradient", chunk, input.columns());
      Matrix<A> gradientOfMemory = pass.temporary("memory gradient", chunk, input.columns());
      exit.backward(chunk, stack.output(chunk), epsilon, gradient);
      stack.backward(chunk, input.of(chunk), memory.of(chunk), gradient, gradientOfMemory);
      if (inputIsMemory) {
        int numbers = chunk.rows() * input.columns();
        pass.alone(
            scratch ->
                scratch.rows().add(gradientOfMemory.numbers(), 0, numbers, gradient.numbers(), 0));
      }
      entrance.backward(chunk, gradient, forInput);
      if (memoryEntrance != null) {
        memoryEntrance.backward(chunk, gradientOfMemory, forMemory);
      }
    }
    parameters.forEach(parameter -> parameter.store(gradients));
  }

  /** Gradients of the parameters over its chunks, by name. */
  Map<String, A> gradients() {
    return gradients;
  }

  /** Makes place for gradients of parameters that are as long as these. */
  void reserve(Map<String, INDArray> parameters) {
    parameters.forEach(
        (name, array) ->
            gradients.computeIfAbsent(
                name, parameter -> pass.arithmetic().array(Math.toIntExact(array.length()))));
  }
}
