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
 * The passes of one layer or vertex through its SameDiff graph, forward and backward, and what is
 * seen and changed of its heads meanwhile. The backward pass is that of the last forward pass.
 */
final class GraphPasses implements AttentionAccess {
  private final LayerDefinition definition;
  private final DataType type;
  private final Supplier<Map<String, INDArray>> parameters;
  private final HeadGates gates;
  private final Map<Variant, GraphProgram> programs = new HashMap<>();
  private final List<AttentionObserver> observers = new ArrayList<>();
  private boolean lastPassTrained;

  /**
   * Passes that have not begun.
   *
   * @param parameters of the layer, by name; asked for when the first pass begins
   */
  GraphPasses(
      LayerDefinition definition, DataType type, Supplier<Map<String, INDArray>> parameters) {
    this.definition = definition;
    this.type = type;
    this.parameters = parameters;
    gates = new HeadGates(blocks(), heads(), headSize());
  }

  /** The layer's output, in the workspace of activations. */
  INDArray forward(Call call, boolean training, LayerWorkspaceMgr workspaces) {
    lastPassTrained = training;
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
