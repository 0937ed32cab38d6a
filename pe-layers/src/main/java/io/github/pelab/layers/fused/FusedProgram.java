package io.github.pelab.layers.fused;

import io.github.pelab.layers.runtime.Call;
import io.github.pelab.layers.runtime.HeadValues;
import io.github.pelab.layers.runtime.KernelProgram;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A layer by kernels. A batch is worked on chunk by chunk, each through the whole layer, so that
 * what a block made is in the cache when the next one reads it.
 *
 * @param <A> {@code float[]} or {@code double[]}
 */
final class FusedProgram<A> implements KernelProgram {
  private final Pass<A> pass;
  private final Packs packs;
  private final Rotations<A> rotations;
  private final Entrance entrance;
  private final Entrance memoryEntrance;
  private final boolean inputIsMemory;
  private final Stack<A> stack;
  private final Exit exit;
  private final List<Parameter> parameters = new ArrayList<>();
  private final Kept input;
  private final Kept memory;
  private List<Chunk> chunks = List.of();

  /**
   * Which rows of a batch there are.
   *
   * @param seesPadding whether padding is attended to
   * @param needsPadding whether what becomes of padding is needed
   */
  record Packs(boolean seesPadding, boolean needsPadding) {}

  /**
   * A program.
   *
   * @param memoryEntrance of a second input; null where there is none
   * @param inputIsMemory whether what the input becomes is the memory
   * @param others parameters that several parts share
   */
  FusedProgram(
      Pass<A> pass,
      Packs packs,
      int width,
      Rotations<A> rotations,
      Entrance entrance,
      Entrance memoryEntrance,
      boolean inputIsMemory,
      Stack<A> stack,
      Exit exit,
      List<? extends Parameter> others) {
    this.pass = pass;
    this.packs = packs;
    this.rotations = rotations;
    this.entrance = entrance;
    this.memoryEntrance = memoryEntrance;
    this.inputIsMemory = inputIsMemory;
    this.stack = stack;
    this.exit = exit;
    parameters.addAll(entrance.parameters());
    parameters.addAll(others);
    parameters.addAll(stack.parameters());
    parameters.addAll(exit.parameters());
    input = new Kept(pass, width);
    memory = inputIsMemory ? input : new Kept(pass, width);
  }

  @Override
  public void forward(
      Call call,
      HeadValues heads,
      boolean dropout,
      boolean kept,
      Map<String, INDArray> values,
      INDArray output) {
    pass.begin(call, heads, dropout, kept);
    chunks = Packing.chunks(call, packs.seesPadding(), packs.needsPadding());
    rotations.reach(Math.toIntExact(call.length()));
    Map<String, OffHeap> numbers = offHeap(values);
    parameters.forEach(parameter -> parameter.load(numbers));
    entrance.begin(call.input());
    if (memoryEntrance != null) {
      memoryEntrance.begin(call.memory());
    }
    output.assign(0); // at padding it stays that
    OffHeap result = OffHeap.of(output);
    for (Chunk chunk : chunks) {
      Matrix x = input.of(chunk);
      entrance.forward(chunk, x);
      if (memoryEntrance != null) {
        memoryEntrance.forward(chunk, memory.of(chunk));
      }
      exit.forward(chunk, stack.forward(chunk, x, memory.of(chunk)), result);
    }
  }

  private static Map<String, OffHeap> offHeap(Map<String, INDArray> arrays) {
    Map<String, OffHeap> numbers = new HashMap<>();
    arrays.forEach((name, array) -> numbers.put(name, OffHeap.of(array)));
    return numbers;
  }

  @Override
  public void backward(
      INDArray epsilon,
      Map<String, INDArray> gradients,
      INDArray inputGradient,
      INDArray memoryGradient) {
    Map<String, OffHeap> numbers = offHeap(gradients);
    parameters.forEach(parameter -> parameter.clear(numbers));
    OffHeap given = OffHeap.of(epsilon);
    OffHeap forInput = zeros(inputGradient);
    OffHeap forMemory = zeros(memoryGradient);
    Matrix gradient = pass.shared("stream gradient", input.columns());
    Matrix gradientOfMemory = pass.shared("memory gradient", input.columns());
    for (Chunk chunk : chunks) {
      exit.backward(chunk, stack.output(chunk), given, gradient);
      stack.backward(chunk, input.of(chunk), memory.of(chunk), gradient, gradientOfMemory);
      if (inputIsMemory) {
        gradient.rows().addi(gradientOfMemory.rows());
      }
      entrance.backward(chunk, gradient, forInput);
      if (memoryEntrance != null) {
        memoryEntrance.backward(chunk, gradientOfMemory, forMemory);
      }
    }
    parameters.forEach(parameter -> parameter.store(numbers));
  }

  private static OffHeap zeros(INDArray array) {
    return array == null ? null : OffHeap.of(array.assign(0));
  }
}
