package io.github.pelab.layers.runtime;

import io.github.pelab.layers.heads.AttentionAccess;
import io.github.pelab.layers.heads.AttentionObserver;
import io.github.pelab.layers.heads.AttentionTrace;
import io.github.pelab.layers.heads.HeadReplacement;
import io.github.pelab.layers.heads.Scope;
import io.github.pelab.layers.runtime.LayerGraph.Site;
import io.github.pelab.layers.runtime.LayerGraph.Variant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.samediff.DL4JSameDiffMemoryMgr;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.autodiff.samediff.internal.SessionMemMgr;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The passes of one layer or vertex, forward and backward, by kernels or by its SameDiff graph, and
 * what is seen and changed of its heads meanwhile. The backward pass is that of the last forward
 * pass. Kernels never hold logits, so a pass that is observed goes through the graph.
 */
final class LayerPasses implements AttentionAccess {
  private final LayerDefinition definition;
  private final DataType type;
  private final Supplier<Map<String, INDArray>> parameters;
  private final HeadGates gates;
  private final KernelChoice choice;
  private final Map<Variant, GraphProgram> programs = new HashMap<>();
  private final List<AttentionObserver> observers = new ArrayList<>();
  private boolean lastPassTrained;
  private boolean lastPassByKernels;
  private boolean lastPassKept;

  /**
   * Passes that have not begun.
   *
   * @param parameters of the layer, by name; asked for when the first pass begins
   */
  LayerPasses(
      LayerDefinition definition, DataType type, Supplier<Map<String, INDArray>> parameters) {
    this.definition = definition;
    this.type = type;
    this.parameters = parameters;
    gates = new HeadGates(blocks(), heads(), headSize());
    choice = KernelChoice.of(definition, type);
  }

  /** The layer's output, in the workspace of activations. */
  INDArray forward(Call call, boolean training, LayerWorkspaceMgr workspaces) {
    lastPassTrained = training;
    lastPassByKernels = choice.program().isPresent() && observers.isEmpty();
    if (lastPassByKernels) {
      INDArray output =
          workspaces.createUninitialized(ArrayType.ACTIVATIONS, type, outputShape(call), 'c');
      byKernels(call, training, output);
      return output;
    }
    Map<String, INDArray> values =
        program()
            .evaluate(
                call,
                observedNames(),
                memory(workspaces, ArrayType.FF_WORKING_MEM, ArrayType.ACTIVATIONS));
    INDArray output = GraphProgram.output(values);
    showObservers(values);
    return own(output, workspaces);
  }

  private long[] outputShape(Call call) {
    long width = (long) heads() * headSize();
    return definition.outputRank() == 3
        ? new long[] {call.batch(), call.length(), width}
        : new long[] {call.batch(), width};
  }

  private void byKernels(Call call, boolean kept, INDArray output) {
    lastPassKept = kept;
    choice
        .program()
        .orElseThrow()
        .forward(
            call,
            gates.values(call),
            lastPassTrained && definition.drops(),
            kept,
            parameters.get(),
            output);
  }

  /** The output must live where DL4J expects activations, and be nobody else's array. */
  private static INDArray own(INDArray output, LayerWorkspaceMgr workspaces) {
    if (workspaces.isScopedOut(ArrayType.ACTIVATIONS)) {
      return output.isAttached() ? output.detach() : output;
    }
    String expected = workspaces.getWorkspaceName(ArrayType.ACTIVATIONS);
    return output.isAttached() && output.data().getParentWorkspace().getId().equals(expected)
        ? output
        : workspaces.dup(ArrayType.ACTIVATIONS, output);
  }

  /**
   * The gradients of a loss.
   *
   * @param input null where the input has no gradient: token numbers
   * @param memory null where there is no memory
   */
  record Gradients(Gradient parameters, INDArray input, INDArray memory) {}

  /**
   * The gradients of a loss of which {@code epsilon} is that of the output.
   *
   * @param call of the forward pass
   * @param flattened what all gradients of parameters are views of
   * @param views of it, by name
   */
  Gradients backward(
      Call call,
      INDArray epsilon,
      INDArray flattened,
      Map<String, INDArray> views,
      LayerWorkspaceMgr workspaces) {
    if (lastPassByKernels) {
      return backwardByKernels(call, epsilon, flattened, views, workspaces);
    }
    Map<String, INDArray> computed =
        program()
            .differentiate(
                call,
                epsilon,
                memory(workspaces, ArrayType.BP_WORKING_MEM, ArrayType.ACTIVATION_GRAD));
    Gradient gradient = new DefaultGradient(flattened);
    views.forEach(
        (name, view) -> {
          INDArray value = computed.get(name);
          if (value == null) {
            view.assign(0);
          } else {
            view.assign(value);
          }
          gradient.gradientForVariable().put(name, view);
        });
    return new Gradients(
        gradient,
        own(computed.get(LayerGraph.INPUT), ArrayType.ACTIVATION_GRAD, workspaces),
        own(computed.get(LayerGraph.MEMORY), ArrayType.ACTIVATION_GRAD, workspaces));
  }

  private Gradients backwardByKernels(
      Call call,
      INDArray epsilon,
      INDArray flattened,
      Map<String, INDArray> views,
      LayerWorkspaceMgr workspaces) {
    if (!lastPassKept) {
      try (MemoryWorkspace outside = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
        byKernels(call, true, Nd4j.createUninitialized(type, outputShape(call), 'c'));
      }
    }
    boolean sequences = definition.outputRank() == 3;
    INDArray input = sequences ? gradient(call.input(), workspaces) : null;
    INDArray memory = call.memory() == null ? null : gradient(call.memory(), workspaces);
    INDArray typed = epsilon.castTo(type);
    choice
        .program()
        .orElseThrow()
        .backward(
            typed.ordering() == 'c' && !typed.isView() ? typed : typed.dup('c'),
            views,
            input,
            memory);
    Gradient gradient = new DefaultGradient(flattened);
    views.forEach((name, view) -> gradient.gradientForVariable().put(name, view));
    return new Gradients(gradient, input, memory);
  }

  private INDArray gradient(INDArray of, LayerWorkspaceMgr workspaces) {
    return workspaces.createUninitialized(ArrayType.ACTIVATION_GRAD, type, of.shape(), 'c');
  }

  private static INDArray own(INDArray array, ArrayType type, LayerWorkspaceMgr workspaces) {
    return array == null ? null : workspaces.dup(type, array);
  }

  private GraphProgram program() {
    Variant variant = new Variant(lastPassTrained && definition.drops(), !gates.none());
    return programs.computeIfAbsent(
        variant, v -> new GraphProgram(definition, v, gates, type, parameters.get()));
  }

  private static SessionMemMgr memory(
      LayerWorkspaceMgr workspaces, ArrayType working, ArrayType result) {
    return new DL4JSameDiffMemoryMgr(
        workspaces.getWorkspaceName(working),
        workspaces.getWorkspaceName(result),
        workspaces.getConfiguration(working),
        workspaces.getConfiguration(result));
  }

  @Override
  public int blocks() {
    return definition.blocks();
  }

  @Override
  public int heads() {
    return definition.heads();
  }

  @Override
  public int headSize() {
    return definition.headSize();
  }

  @Override
  public String kernel() {
    return choice.name();
  }

  @Override
  public Scope replace(List<HeadReplacement> replacements) {
    return gates.open(replacements);
  }

  @Override
  public Scope observe(AttentionObserver observer) {
    AttentionObserver own = trace -> observer.attended(trace); // an identity of this scope's own
    observers.add(own);
    return () -> observers.removeIf(each -> each == own);
  }

  private static INDArray copy(INDArray array) {
    return array == null ? null : array.dup('c');
  }

  private List<String> observedNames() {
    List<String> names = new ArrayList<>();
    for (int block = 0; !observers.isEmpty() && block < blocks(); block++) {
      for (Site site : Site.values()) {
        names.add(site.in(block));
      }
    }
    return names;
  }

  private void showObservers(Map<String, INDArray> values) {
    try (MemoryWorkspace outside = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
      for (int block = 0; !observers.isEmpty() && block < blocks(); block++) {
        INDArray logits = values.get(Site.LOGITS.in(block)).dup('c');
        long[] tokens = {logits.size(0), logits.size(2), (long) heads() * headSize()};
        AttentionTrace trace =
            new AttentionTrace(
                block,
                logits,
                values.get(Site.WEIGHTS.in(block)).dup('c'),
                values.get(Site.HEADS.in(block)).dup('c').reshape('c', tokens),
                values.get(Site.OUTPUT.in(block)).dup('c').reshape('c', tokens),
                parameters.get().get(definition.outputWeight(block)).dup('c'),
                copy(parameters.get().get(definition.outputBias(block))));
        // A copy: an observer may close its scope.
        List.copyOf(observers).forEach(observer -> observer.attended(trace));
      }
    }
  }
}
