package io.github.pelab.layers.runtime;

import io.github.pelab.layers.runtime.LayerGraph.Variant;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleConsumer;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.array.SingleThreadArrayHolder;
import org.nd4j.autodiff.samediff.internal.InferenceSession;
import org.nd4j.autodiff.samediff.internal.SessionMemMgr;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * One variant of a layer's graph, ready to be evaluated and differentiated. Its parameters are
 * views of the layer's own. The gradient is that of Σ output · ε, which is what DL4J asks of a
 * layer that is handed ε = ∂loss/∂output; DL4J's own external-errors function returns twice that.
 */
final class GraphProgram {
  private static final String OUTPUT = "layerOutput";
  private static final String EPSILON = "epsilon";
  private static final Object STANDARD_OUT = new Object();

  private final SameDiff sd;
  private final DataType type;
  private final Map<String, LayerGraph.Feed> feeds;
  private final Map<String, DoubleConsumer> requirements;
  private final List<String> wanted;

  GraphProgram(
      LayerDefinition definition,
      Variant variant,
      OpenInterventions inForce,
      DataType type,
      Map<String, INDArray> parameters) {
    this.type = type;
    try (MemoryWorkspace outside = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
      sd = SameDiff.create();
      // Parameters are views of a network's flattened vector, which only this holder accepts.
      sd.setArrayHolders(new SingleThreadArrayHolder(), new SingleThreadArrayHolder(), false);
      Map<String, SDVariable> variables = new LinkedHashMap<>();
      parameters.forEach((name, array) -> variables.put(name, sd.var(name, type, array.shape())));
      LayerGraph graph = new LayerGraph(sd, variant, type, variables, inForce);
      SDVariable output = definition.define(graph).rename(OUTPUT);
      feeds = graph.feeds();
      requirements = graph.requirements();
      parameters.forEach((name, array) -> sd.associateArrayWithVariable(array, name));

      long[] shape = new long[definition.outputRank()];
      Arrays.fill(shape, -1);
      SDVariable epsilon = sd.placeHolder(EPSILON, type, shape);
      sd.setLossVariables(output.mul(epsilon).sum().rename("loss"));
      wanted = new ArrayList<>(parameters.keySet());
      for (String input : List.of(LayerGraph.INPUT, LayerGraph.MEMORY)) {
        if (sd.hasVariable(input)) {
          wanted.add(input);
        }
      }
    }
  }

  /**
   * Evaluates the graph.
   *
   * @param also variables wanted besides the output
   * @return the output under {@link #OUTPUT}, and the others by name, in {@code memory}
   */
  Map<String, INDArray> evaluate(Call call, Collection<String> also, SessionMemMgr memory) {
    List<String> names = new ArrayList<>(also);
    names.add(OUTPUT);
    names.addAll(requirements.keySet());
    session(sd).setMmgr(memory);
    Map<String, INDArray> values = sd.output(placeholders(call), names);
    release();
    requirements.forEach((name, check) -> check.accept(values.get(name).getDouble(0)));
    return values;
  }

  static INDArray output(Map<String, INDArray> values) {
    return values.get(OUTPUT);
  }

  /**
   * Gradients of Σ output · ε for each parameter and for the inputs that the graph takes.
   *
   * @param also variables on the way to the output whose gradients are wanted besides
   * @return by name; a parameter that the output does not depend on is absent
   */
  Map<String, INDArray> differentiate(
      Call call, INDArray epsilon, Collection<String> also, SessionMemMgr memory) {
    if (!sd.hasGradientFunction()) {
      try (MemoryWorkspace outside = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
        createGradients();
      }
    }
    session(sd.getFunction("grad")).setMmgr(memory);
    Map<String, INDArray> placeholders = placeholders(call);
    placeholders.put(EPSILON, epsilon.castTo(type));
    List<String> names = new ArrayList<>(wanted);
    names.addAll(also);
    Map<String, INDArray> gradients = sd.calculateGradients(placeholders, names);
    release();
    return gradients;
  }

  /** SameDiff prints a line to standard output for every op that it differentiates. */
  private void createGradients() {
    synchronized (STANDARD_OUT) {
      PrintStream standardOut = System.out;
      System.setOut(
          new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
      try {
        sd.createGradFunction(wanted.toArray(new String[0]));
      } finally {
        System.setOut(standardOut);
      }
    }
  }

  private Map<String, INDArray> placeholders(Call call) {
    Map<String, INDArray> values = new HashMap<>();
    try (MemoryWorkspace outside = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
      feeds.forEach(
          (name, feed) -> {
            INDArray value = feed.at(call);
            values.put(name, value.dataType().isIntType() ? value : value.castTo(type));
          });
    }
    return values;
  }

  /** SameDiff keeps a session for each thread that ever came; a layer is used by one at a time. */
  private static InferenceSession session(SameDiff graph) {
    long thread = Thread.currentThread().getId();
    graph.getSessions().keySet().removeIf(other -> other != thread);
    return graph
        .getSessions()
        .computeIfAbsent(thread, id -> SameDiff.getInferenceFactory().create(graph));
  }

  /** No array of this call may be reached from the graph once its workspace is gone. */
  private void release() {
    sd.clearPlaceholders(true);
    sd.clearOpInputs();
  }
}
