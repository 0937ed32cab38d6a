package io.github.pelab.layers.runtime;

import io.github.pelab.layers.heads.AttentionAccess;
import io.github.pelab.layers.heads.AttentionObserver;
import io.github.pelab.layers.heads.AttentionTrace;
import io.github.pelab.layers.heads.HeadIntervention;
import io.github.pelab.layers.heads.HeadLogits;
import io.github.pelab.layers.heads.HeadLogitsObserver;
import io.github.pelab.layers.heads.HeadOutputObserver;
import io.github.pelab.layers.heads.HeadPart;
import io.github.pelab.layers.heads.LogitGradientObserver;
import io.github.pelab.layers.heads.Scope;
import io.github.pelab.layers.runtime.Interventions.Branch;
import io.github.pelab.layers.runtime.LayerGraph.Site;
import io.github.pelab.layers.runtime.LayerGraph.Variant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.samediff.DL4JSameDiffMemoryMgr;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.autodiff.samediff.internal.SessionMemMgr;
import org.nd4j.autodiff.samediff.internal.memory.NoOpMemoryMgr;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The passes of one layer or vertex, forward and backward, by kernels or by its SameDiff graph, and
 * what is seen and changed of its heads meanwhile. The backward pass is that of the last forward
 * pass. Kernels never hold logits, so a pass whose logits or their gradients are observed goes
 * through the graph.
 */
final class LayerPasses implements AttentionAccess {
  private final LayerDefinition definition;
  private final DataType type;
  private final Supplier<Map<String, INDArray>> parameters;
  private final OpenInterventions inForce;
  private final KernelChoice choice;
  private final Map<Variant, GraphProgram> programs = new HashMap<>();
  private final List<AttentionObserver> observers = new ArrayList<>();
  private final List<HeadOutputObserver> headObservers = new ArrayList<>();
  private final List<LogitGradientObserver> gradientObservers = new ArrayList<>();
  private final List<HeadLogitsObserver> logitsObservers = new ArrayList<>();
  private final List<Branches> branchings = new ArrayList<>();
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
    inForce = new OpenInterventions(definition);
    choice = KernelChoice.of(definition, type);
  }

  /** What {@link #branch} was asked for. */
  private record Branches(
      List<List<HeadIntervention>> interventions, Consumer<List<INDArray>> outputs) {}

  /** The layer's output, in the workspace of activations. */
  INDArray forward(Call call, boolean training, LayerWorkspaceMgr workspaces) {
    lastPassTrained = training;
    lastPassByKernels =
        choice.program().isPresent() && observers.isEmpty() && gradientObservers.isEmpty();
    if (lastPassByKernels) {
      INDArray output =
          workspaces.createUninitialized(ArrayType.ACTIVATIONS, type, outputShape(call), 'c');
      List<INDArray> heads = headOutputs(call);
      byKernels(call, training, heads, output);
      showHeads(heads);
      showBranches(call);
      return output;
    }
    Map<String, INDArray> values =
        program()
            .evaluate(
                call,
                observedNames(),
                memory(workspaces, ArrayType.FF_WORKING_MEM, ArrayType.ACTIVATIONS));
    INDArray output = own(GraphProgram.output(values), workspaces);
    showObservers(call, values);
    showBranches(call);
    return output;
  }

  /** A copy of each list: who is told may close a scope. */
  private void showBranches(Call call) {
    try (MemoryWorkspace outside = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
      for (Branches each : lastPassTrained ? List.<Branches>of() : List.copyOf(branchings)) {
        each.outputs()
            .accept(
                choice.program().isPresent()
                    ? branchByKernels(call, each.interventions())
                    : branchByGraph(call, each.interventions()));
      }
    }
  }

  private List<INDArray> branchByKernels(Call call, List<List<HeadIntervention>> interventions) {
    List<Branch> branches = interventions.stream().map(each -> inForce.branch(each, call)).toList();
    List<INDArray> outputs =
        branches.stream().map(each -> Nd4j.zeros(type, outputShape(call))).toList();
    choice
        .program()
        .orElseThrow()
        .forward(call, inForce.values(call), branches, parameters.get(), outputs);
    return outputs;
  }

  private List<INDArray> branchByGraph(Call call, List<List<HeadIntervention>> interventions) {
    List<INDArray> outputs = new ArrayList<>();
    for (List<HeadIntervention> each : interventions) {
      try (Scope scope = inForce.open(each)) {
        outputs.add(
            GraphProgram.output(program().evaluate(call, List.of(), new NoOpMemoryMgr())).dup('c'));
      }
    }
    return outputs;
  }

  private long[] outputShape(Call call) {
    long width = (long) heads() * headSize();
    return definition.outputRank() == 3
        ? new long[] {call.batch(), call.length(), width}
        : new long[] {call.batch(), width};
  }

  /** For what heads hand over, block by block; none if nobody asks. */
  private List<INDArray> headOutputs(Call call) {
    try (MemoryWorkspace outside = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
      return Stream.generate(() -> Nd4j.zeros(type, tokensShape(call)))
          .limit(headObservers.isEmpty() ? 0 : blocks())
          .toList();
    }
  }

  private long[] tokensShape(Call call) {
    return new long[] {call.batch(), call.length(), (long) heads() * headSize()};
  }

  private void byKernels(Call call, boolean kept, List<INDArray> heads, INDArray output) {
    lastPassKept = kept;
    choice
        .program()
        .orElseThrow()
        .forward(
            call,
            inForce.values(call),
            lastPassTrained && definition.drops(),
            kept,
            parameters.get(),
            heads,
            output);
  }

  private void showHeads(List<INDArray> outputs) {
    for (int block = 0; block < outputs.size(); block++) {
      for (HeadOutputObserver each : List.copyOf(headObservers)) {
        each.handedOver(block, outputs.get(block));
      }
    }
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
    if (lastPassByKernels && gradientObservers.isEmpty()) {
      return backwardByKernels(call, epsilon, flattened, views, workspaces);
    }
    Map<String, INDArray> computed =
        program()
            .differentiate(
                call,
                epsilon,
                differentiatedNames(),
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
    Gradients gradients =
        new Gradients(
            gradient,
            own(computed.get(LayerGraph.INPUT), ArrayType.ACTIVATION_GRAD, workspaces),
            own(computed.get(LayerGraph.MEMORY), ArrayType.ACTIVATION_GRAD, workspaces));
    showLogitGradients(computed);
    showLogitsOfGraph(call, computed);
    return gradients;
  }

  private Gradients backwardByKernels(
      Call call,
      INDArray epsilon,
      INDArray flattened,
      Map<String, INDArray> views,
      LayerWorkspaceMgr workspaces) {
    if (!lastPassKept) {
      try (MemoryWorkspace outside = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
        INDArray again = Nd4j.createUninitialized(type, outputShape(call), 'c');
        byKernels(call, true, List.of(), again);
      }
    }
    boolean sequences = definition.outputRank() == 3;
    INDArray input = sequences ? gradient(call.input(), workspaces) : null;
    INDArray memory = call.memory() == null ? null : gradient(call.memory(), workspaces);
    INDArray typed = epsilon.castTo(type);
    Queue<HeadLogits> logits = new ConcurrentLinkedQueue<>();
    choice
        .program()
        .orElseThrow()
        .backward(
            typed.ordering() == 'c' && !typed.isView() ? typed : typed.dup('c'),
            logitsObservers.isEmpty() ? Optional.empty() : Optional.of(logits::add),
            views,
            input,
            memory);
    Gradient gradient = new DefaultGradient(flattened);
    views.forEach((name, view) -> gradient.gradientForVariable().put(name, view));
    showLogits(logits);
    return new Gradients(gradient, input, memory);
  }

  /** In their order, whatever thread was first. */
  private void showLogits(Collection<HeadLogits> logits) {
    List<HeadLogits> sorted =
        logits.stream()
            .sorted(
                Comparator.comparingInt(HeadLogits::block)
                    .thenComparingInt(HeadLogits::example)
                    .thenComparingInt(HeadLogits::head))
            .toList();
    List.copyOf(logitsObservers).forEach(observer -> observer.differentiated(sorted));
  }

  private void showLogitsOfGraph(Call call, Map<String, INDArray> gradients) {
    if (logitsObservers.isEmpty()) {
      return;
    }
    try (MemoryWorkspace outside = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
      List<Site> sites = List.of(Site.QUERIES, Site.KEYS, Site.LOGITS);
      List<String> names =
          IntStream.range(0, blocks())
              .boxed()
              .flatMap(block -> sites.stream().map(site -> site.in(block)))
              .toList();
      Map<String, INDArray> values = program().evaluate(call, names, new NoOpMemoryMgr());
      GraphLogits logits = new GraphLogits(definition, call);
      List<HeadLogits> all = new ArrayList<>();
      for (int block = 0; block < blocks(); block++) {
        all.addAll(
            logits.of(
                block,
                values.get(Site.QUERIES.in(block)),
                values.get(Site.KEYS.in(block)),
                values.get(Site.LOGITS.in(block)),
                gradients.get(Site.LOGITS.in(block))));
      }
      showLogits(all);
    }
  }

  private INDArray gradient(INDArray of, LayerWorkspaceMgr workspaces) {
    return workspaces.createUninitialized(ArrayType.ACTIVATION_GRAD, type, of.shape(), 'c');
  }

  private static INDArray own(INDArray array, ArrayType type, LayerWorkspaceMgr workspaces) {
    return array == null ? null : workspaces.dup(type, array);
  }

  private GraphProgram program() {
    Variant variant =
        new Variant(
            lastPassTrained && definition.drops(), inForce.replaces(), inForce.removesParts());
    return programs.computeIfAbsent(
        variant, v -> new GraphProgram(definition, v, inForce, type, parameters.get()));
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
  public List<String> queryWeights(int block) {
    return definition.queryWeights(block);
  }

  @Override
  public List<String> keyWeights(int block) {
    return definition.keyWeights(block);
  }

  @Override
  public Set<HeadPart> parts() {
    return definition.parts();
  }

  @Override
  public Scope intervene(List<? extends HeadIntervention> interventions) {
    return inForce.open(interventions);
  }

  @Override
  public Scope branch(
      List<? extends List<? extends HeadIntervention>> branches, Consumer<List<INDArray>> outputs) {
    branches.forEach(inForce::check);
    List<List<HeadIntervention>> copies = new ArrayList<>();
    branches.forEach(each -> copies.add(List.copyOf(each)));
    Consumer<List<INDArray>> own = made -> outputs.accept(made); // an identity of this scope's own
    branchings.add(new Branches(copies, own));
    return () -> branchings.removeIf(each -> each.outputs() == own);
  }

  @Override
  public Scope observeHeads(HeadOutputObserver observer) {
    // An identity of this scope's own.
    HeadOutputObserver own = (block, outputs) -> observer.handedOver(block, outputs);
    headObservers.add(own);
    return () -> headObservers.removeIf(each -> each == own);
  }

  @Override
  public Scope observe(AttentionObserver observer) {
    AttentionObserver own = trace -> observer.attended(trace); // an identity of this scope's own
    observers.add(own);
    return () -> observers.removeIf(each -> each == own);
  }

  @Override
  public Scope observeGradients(LogitGradientObserver observer) {
    // An identity of this scope's own.
    LogitGradientObserver own = (block, gradients) -> observer.differentiated(block, gradients);
    gradientObservers.add(own);
    return () -> gradientObservers.removeIf(each -> each == own);
  }

  @Override
  public Scope observeLogits(HeadLogitsObserver observer) {
    HeadLogitsObserver own = logits -> observer.differentiated(logits); // likewise
    logitsObservers.add(own);
    return () -> logitsObservers.removeIf(each -> each == own);
  }

  private static INDArray copy(INDArray array) {
    return array == null ? null : array.dup('c');
  }

  /** A copy of rows {@code [B·T, ·]} as {@code [B, T, ·]}. */
  private static INDArray byToken(INDArray rows, Call call) {
    long width = rows.length() / call.rows();
    return rows.dup('c').reshape('c', call.batch(), call.length(), width);
  }

  private List<String> observedNames() {
    List<String> names = new ArrayList<>();
    for (int block = 0; block < blocks(); block++) {
      if (!observers.isEmpty()) {
        for (Site site : Site.values()) {
          names.add(site.in(block));
        }
      } else if (!headObservers.isEmpty()) {
        names.add(Site.HEADS.in(block));
      }
    }
    return names;
  }

  /** Of what gradients are wanted beside those of parameters and inputs. */
  private List<String> differentiatedNames() {
    boolean asked = !gradientObservers.isEmpty() || !logitsObservers.isEmpty();
    return IntStream.range(0, asked ? blocks() : 0).mapToObj(Site.LOGITS::in).toList();
  }

  private void showLogitGradients(Map<String, INDArray> computed) {
    try (MemoryWorkspace outside = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
      for (int block = 0; !gradientObservers.isEmpty() && block < blocks(); block++) {
        INDArray gradients = computed.get(Site.LOGITS.in(block)).dup('c');
        for (LogitGradientObserver each : List.copyOf(gradientObservers)) {
          each.differentiated(block, gradients);
        }
      }
    }
  }

  private void showObservers(Call call, Map<String, INDArray> values) {
    try (MemoryWorkspace outside = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
      List<INDArray> heads = new ArrayList<>();
      for (int block = 0; !headObservers.isEmpty() && block < blocks(); block++) {
        heads.add(byToken(values.get(Site.HEADS.in(block)), call));
      }
      showHeads(heads);
      for (int block = 0; !observers.isEmpty() && block < blocks(); block++) {
        AttentionTrace trace =
            new AttentionTrace(
                block,
                byToken(values.get(Site.QUERIES.in(block)), call),
                byToken(values.get(Site.KEYS.in(block)), call),
                definition.scale(),
                values.get(Site.LOGITS.in(block)).dup('c'),
                values.get(Site.WEIGHTS.in(block)).dup('c'),
                byToken(values.get(Site.HEADS.in(block)), call),
                byToken(values.get(Site.OUTPUT.in(block)), call),
                parameters.get().get(definition.outputWeight(block)).dup('c'),
                copy(parameters.get().get(definition.outputBias(block))));
        // A copy: an observer may close its scope.
        List.copyOf(observers).forEach(observer -> observer.attended(trace));
      }
    }
  }
}
