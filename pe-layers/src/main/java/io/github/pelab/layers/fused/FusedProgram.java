package io.github.pelab.layers.fused;

import io.github.pelab.layers.fused.Scratch.Use;
import io.github.pelab.layers.heads.HeadLogits;
import io.github.pelab.layers.runtime.Call;
import io.github.pelab.layers.runtime.Interventions;
import io.github.pelab.layers.runtime.Interventions.Branch;
import io.github.pelab.layers.runtime.KernelProgram;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A layer by kernels. A batch's chunks are dealt to lanes, which do not wait for each other; what
 * goes to which does not depend on the number of threads, and so neither does any sum.
 *
 * @param <A> {@code float[]} or {@code double[]}
 */
final class FusedProgram<A> implements KernelProgram {
  /** Lanes at most, which is how many threads can be kept busy without meeting. */
  private static final int LANES = 16;

  /** Numbers in the gradients of all lanes, at most: a large layer has fewer lanes. */
  private static final long GRADIENTS = 1L << 26;

  /** Numbers that are added up at a time. */
  private static final int BLOCK = 16_384;

  private final Workers<A> workers;
  private final Values<A> values;
  private final Packs packs;
  private final Rotations<A> rotations;
  private final Input input;
  private final Input memory;
  private final Supplier<Lane<A>> another;
  private final List<Lane<A>> lanes = new ArrayList<>();
  private int busy;

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
   * @param memory the second input; null where there is none
   * @param another makes a lane
   */
  FusedProgram(
      Workers<A> workers,
      Values<A> values,
      Packs packs,
      Rotations<A> rotations,
      Input input,
      Input memory,
      Supplier<Lane<A>> another) {
    this.workers = workers;
    this.values = values;
    this.packs = packs;
    this.rotations = rotations;
    this.input = input;
    this.memory = memory;
    this.another = another;
  }

  @Override
  public void forward(
      Call call,
      Interventions interventions,
      boolean dropout,
      boolean kept,
      Map<String, INDArray> parameters,
      List<INDArray> heads,
      INDArray output) {
    Map<String, OffHeap> numbers = begin(call, interventions, dropout, kept, parameters);
    output.assign(0); // at padding it stays that
    OffHeap result = OffHeap.of(output);
    List<OffHeap> shown = heads.stream().map(OffHeap::of).toList();
    each(lane -> lane.forward(numbers, shown, result));
  }

  @Override
  public void forward(
      Call call,
      Interventions interventions,
      List<Branch> branches,
      Map<String, INDArray> parameters,
      List<INDArray> outputs) {
    Map<String, OffHeap> numbers = begin(call, interventions, false, false, parameters);
    outputs.forEach(output -> output.assign(0));
    List<OffHeap> results = outputs.stream().map(OffHeap::of).toList();
    each(lane -> lane.forward(numbers, branches, results));
  }

  /** Readies lanes and values for a pass. */
  private Map<String, OffHeap> begin(
      Call call,
      Interventions interventions,
      boolean dropout,
      boolean kept,
      Map<String, INDArray> parameters) {
    long length = parameters.values().stream().mapToLong(INDArray::length).sum();
    int most = (int) Math.max(1, Math.min(LANES, GRADIENTS / length));
    List<List<Chunk>> dealt = Packing.lanes(call, packs.seesPadding(), packs.needsPadding(), most);
    busy = dealt.size();
    while (lanes.size() < busy) {
      lanes.add(another.get());
    }
    for (int lane = 0; lane < busy; lane++) {
      lanes.get(lane).begin(dealt.get(lane), call, interventions, dropout, kept, !apart());
    }
    rotations.reach(Math.toIntExact(call.length()));
    input.begin(call.input());
    if (memory != null) {
      memory.begin(call.memory());
    }
    Map<String, OffHeap> numbers = offHeap(parameters);
    values.load(workers, numbers);
    return numbers;
  }

  /** Whether lanes keep more than half of the threads busy; then each is best done by one. */
  private boolean apart() {
    return 2 * busy > Workers.count();
  }

  private void each(Consumer<Lane<A>> work) {
    List<Lane<A>> all = lanes.subList(0, busy);
    (apart() ? all.parallelStream() : all.stream()).forEach(work);
  }

  private static Map<String, OffHeap> offHeap(Map<String, INDArray> arrays) {
    Map<String, OffHeap> numbers = new HashMap<>();
    arrays.forEach((name, array) -> numbers.put(name, OffHeap.of(array)));
    return numbers;
  }

  @Override
  public void backward(
      INDArray epsilon,
      Optional<Consumer<HeadLogits>> logits,
      Map<String, INDArray> gradients,
      INDArray inputGradient,
      INDArray memoryGradient) {
    OffHeap given = OffHeap.of(epsilon);
    OffHeap forInput = zeros(inputGradient);
    OffHeap forMemory = zeros(memoryGradient);
    if (busy == 0) {
      gradients.values().forEach(gradient -> gradient.assign(0));
      return;
    }
    each(
        lane -> {
          lane.reserve(gradients);
          lane.backward(given, logits, forInput, forMemory);
        });
    addUp(offHeap(gradients));
  }

  /** Adds up the lanes' gradients, in their order. */
  private void addUp(Map<String, OffHeap> gradients) {
    record Block(String parameter, int from, int count) {}
    List<Block> blocks = new ArrayList<>();
    gradients.forEach(
        (name, sum) -> {
          int length = Math.toIntExact(sum.array().length());
          for (int from = 0; from < length; from += BLOCK) {
            blocks.add(new Block(name, from, Math.min(BLOCK, length - from)));
          }
        });
    workers.each(
        blocks.size(),
        (long) blocks.size() * BLOCK > Workers.FEW,
        (task, scratch) -> {
          Block block = blocks.get(task);
          int count = block.count();
          A sum = scratch.array(Use.X, count);
          System.arraycopy(
              lanes.get(0).gradients().get(block.parameter()), block.from(), sum, 0, count);
          for (Lane<A> lane : lanes.subList(1, busy)) {
            A part = lane.gradients().get(block.parameter());
            scratch.rows().add(part, block.from(), count, sum, 0);
          }
          workers.arithmetic().write(sum, 0, gradients.get(block.parameter()), block.from(), count);
        });
  }

  private static OffHeap zeros(INDArray array) {
    return array == null ? null : OffHeap.of(array.assign(0));
  }
}
