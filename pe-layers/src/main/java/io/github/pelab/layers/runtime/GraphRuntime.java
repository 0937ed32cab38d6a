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
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.samediff.DL4JSameDiffMemoryMgr;
import org.deeplearning4j.nn.layers.samediff.SameDiffLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.autodiff.samediff.internal.SessionMemMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.regularization.Regularization;

/**
 * Runs a {@link GraphDefinedLayer} by its SameDiff graph. Inherits from DL4J's runtime the keeping
 * of parameters and gradients, and replaces what is wrong there: gradients have their right size,
 * dropout is active in training alone and the same in both passes, {@code setParam} sets,
 * regularization counts in the score.
 */
final class GraphRuntime extends SameDiffLayer implements AttentionAccess {
  private final transient Map<Variant, GraphProgram> programs = new HashMap<>();
  private final transient List<AttentionObserver> observers = new ArrayList<>();
  private final transient HeadGates gates;
  private final transient GraphDefinedLayer layer;
  private final transient LayerDefinition definition;
  private transient boolean lastPassTrained;

  GraphRuntime(NeuralNetConfiguration conf, DataType dataType) {
    super(conf, dataType);
    layer = (GraphDefinedLayer) conf.getLayer();
    definition = layer.definition();
    gates = new HeadGates(blocks(), heads(), headSize());
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
    assertInputSet(false);
    lastPassTrained = training;
    Call call = call();
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

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
    assertInputSet(true);
    Map<String, INDArray> computed =
        program()
            .differentiate(
                call(),
                epsilon,
                memory(workspaces, ArrayType.BP_WORKING_MEM, ArrayType.ACTIVATION_GRAD));
    Gradient gradient = new DefaultGradient(gradients);
    gradTable.forEach(
        (name, view) -> {
          INDArray value = computed.get(name);
          if (value == null) {
            view.assign(0);
          } else {
            view.assign(value);
          }
          gradient.gradientForVariable().put(name, view);
        });
    INDArray forInput = computed.get(LayerGraph.INPUT);
    return new Pair<>(
        gradient, forInput == null ? null : workspaces.dup(ArrayType.ACTIVATION_GRAD, forInput));
  }

  private Call call() {
    layer.checkInput(input, maskArray);
    long dropoutSeed = DropoutMask.seed(conf().getSeed(), getIndex(), getIterationCount());
    INDArray rowMajor = input.ordering() == 'c' && !input.isView() ? input : input.dup('c');
    return new Call(rowMajor, maskArray, dropoutSeed);
  }

  private GraphProgram program() {
    Variant variant = new Variant(lastPassTrained && definition.drops(), !gates.none());
    return programs.computeIfAbsent(
        variant, v -> new GraphProgram(definition, v, gates, dataType, paramTable));
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
  public void setParam(String key, INDArray value) {
    super.setParam(key, value); // checks, and assigns nothing
    paramTable.get(key).assign(value);
  }

  /** What regularization adds to the score; DL4J's runtime adds it to the gradient alone. */
  @Override
  public double calcRegularizationScore(boolean backpropParamsOnly) {
    double sum = 0;
    for (Map.Entry<String, INDArray> param : paramTable.entrySet()) {
      for (Regularization each : layer.getRegularizationByParam(param.getKey())) {
        sum += each.score(param.getValue(), getIterationCount(), getEpochCount());
      }
    }
    return sum;
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
                paramTable.get(definition.outputWeight(block)).dup('c'),
                copy(paramTable.get(definition.outputBias(block))));
        // A copy: an observer may close its scope.
        List.copyOf(observers).forEach(observer -> observer.attended(trace));
      }
    }
  }
}
