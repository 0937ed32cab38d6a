package io.github.pelab.bench.step;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import io.github.pelab.tasks.Example;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;

/** The same encoder with RoPE on PyTorch: {@code encoder.py}, loaded through DJL. */
final class TorchTraining implements Contestant, AutoCloseable {
  /** How attention is computed, and what becomes of padding. */
  enum Style {
    /** As the authors of arXiv 2505.13027 wrote it, each operator by its formula. */
    EAGER(false, false),
    /** {@code scaled_dot_product_attention}, every example padded to the same length. */
    FUSED(true, false),
    /** The same, with examples sorted by length, and padded to the longest of their batch. */
    FUSED_BUCKETED(true, true);

    private final boolean fused;
    private final boolean bucketed;

    Style(boolean fused, boolean bucketed) {
      this.fused = fused;
      this.bucketed = bucketed;
    }
  }

  private static final String ENGINE = "PyTorch";
  private static final double ADAM_EPSILON = 1e-8;
  private static final double ROPE_BASE = 10_000;

  /** Where lengths differ, tokens that examples are padded to: the released {@code max_len}. */
  private static final int PADDED = 128;

  private final Workload workload;
  private final Style style;
  private final NDManager manager;
  private final Model model;
  private final NDList parameters;
  private final NDList means;
  private final NDList variances;
  private final NDList steps;
  private final List<NDList> batches;

  TorchTraining(Workload workload, Style style) {
    if (!workload.scheme().equals("rope") || !workload.attention().equals("multi-head")) {
      throw new IllegalArgumentException(
          "found %s with %s; on PyTorch there is multi-head with rope alone"
              .formatted(workload.attention(), workload.scheme()));
    }
    // Everything comes with the jars; without this DJL would look for the rest on the Internet.
    System.setProperty("ai.djl.offline", "true");
    // One operator after another, as in Python, not what TorchScript makes of the whole.
    System.setProperty("ai.djl.pytorch.graph_optimizer", "false");
    System.setProperty(
        "ai.djl.pytorch.num_threads", String.valueOf(Runtime.getRuntime().availableProcessors()));
    this.workload = workload;
    this.style = style;
    manager = NDManager.newBaseManager(ENGINE);
    model = model();
    parameters = list("parameters", parameters());
    means = list("means", zeros());
    variances = list("variances", zeros());
    steps = list("steps", parameters.stream().map(each -> manager.create(0f)).toList());
    batches = batches();
  }

  private Model model() {
    Map<String, Object> attributes = new LinkedHashMap<>();
    attributes.put("training", true);
    attributes.put("layers", workload.layers());
    attributes.put("heads", workload.heads());
    attributes.put("dropout", workload.dropout());
    attributes.put("masked", workload.padded());
    attributes.put("fused", style.fused);
    attributes.put("learning_rate", Workload.LEARNING_RATE);
    attributes.put("beta1", Workload.BETA1);
    attributes.put("beta2", Workload.BETA2);
    attributes.put("epsilon", ADAM_EPSILON);
    attributes.put("decay", Workload.DECAY);
    Model loaded = Model.newInstance("encoder", ENGINE);
    try (InputStream source = TorchTraining.class.getResourceAsStream("encoder.py")) {
      String text = new String(source.readAllBytes(), StandardCharsets.UTF_8);
      loaded.load(new ByteArrayInputStream(ScriptArchive.of("Encoder", text, attributes)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (MalformedModelException e) {
      throw new IllegalStateException("encoder.py: PyTorch does not read it: " + e.getMessage(), e);
    }
    return loaded;
  }

  /** In the order in which {@code encoder.py} takes them. */
  private List<NDArray> parameters() {
    int width = workload.width();
    int hidden = workload.feedForward();
    int classes = workload.experiment().task().classes();
    List<NDArray> all = new ArrayList<>();
    all.add(matrix("embedding", workload.experiment().task().vocabularySize(), width));
    for (int n = 0; n < workload.layers(); n++) {
      String block = "block" + n + ".";
      addNorm(all, block + "attentionNorm");
      List<NDArray> inputs = new ArrayList<>();
      for (String name : List.of("q", "k", "v")) {
        addLinear(inputs, block + "attention." + name, width, width);
      }
      if (style.fused) {
        all.add(joined(inputs, 0));
        all.add(joined(inputs, 1));
      } else {
        all.addAll(inputs);
      }
      addLinear(all, block + "attention.o", width, width);
      addNorm(all, block + "feedForwardNorm");
      addLinear(all, block + "feedForward.in", width, hidden);
      addLinear(all, block + "feedForward.out", hidden, width);
    }
    addNorm(all, "norm");
    addLinear(all, "classes", width, classes);
    all.forEach(parameter -> parameter.setRequiresGradient(true));
    return all;
  }

  private void addNorm(List<NDArray> to, String name) {
    to.add(row(name + ".gain", workload.width()));
    to.add(row(name + ".bias", workload.width()));
  }

  /** PyTorch has outputs in rows. */
  private void addLinear(List<NDArray> to, String name, int inputs, int outputs) {
    to.add(matrix(name + ".W", inputs, outputs).transpose().duplicate());
    to.add(row(name + ".b", outputs));
  }

  private NDArray matrix(String name, int rows, int columns) {
    return manager.create(Weights.of(name, rows, columns), new Shape(rows, columns));
  }

  private NDArray row(String name, int size) {
    return manager.create(Weights.of(name, 1, size));
  }

  /** Every other one, from {@code first} on, below each other. */
  private static NDArray joined(List<NDArray> arrays, int first) {
    return NDArrays.concat(
        new NDList(arrays.get(first), arrays.get(first + 2), arrays.get(first + 4)));
  }

  private List<NDArray> zeros() {
    return parameters.stream().map(each -> manager.zeros(each.getShape())).toList();
  }

  /** A list that TorchScript takes as one argument. */
  private static NDList list(String name, List<NDArray> arrays) {
    arrays.forEach(each -> each.setName(name + "[]"));
    return new NDList(arrays);
  }

  /** Tokens, labels, mask and angles of each batch, as {@code forward} takes them. */
  private List<NDList> batches() {
    List<Example> examples = new ArrayList<>(workload.examples());
    if (style.bucketed) {
      examples.sort(Comparator.comparing(Example::length));
    }
    List<NDList> all = new ArrayList<>();
    for (int first = 0; first < examples.size(); first += workload.batch()) {
      all.add(batch(examples.subList(first, first + workload.batch())));
    }
    return all;
  }

  private NDList batch(List<Example> examples) {
    int rows = examples.size();
    int time =
        style.bucketed
            ? examples.stream().mapToInt(Example::length).max().orElseThrow()
            : workload.padded() ? PADDED : workload.longest();
    long[] tokens = new long[rows * time];
    boolean[] mask = new boolean[rows * time];
    long[] labels = new long[rows];
    for (int row = 0; row < rows; row++) {
      int[] example = examples.get(row).tokens();
      for (int t = 0; t < example.length; t++) {
        tokens[row * time + t] = example[t];
        mask[row * time + t] = true;
      }
      labels[row] = examples.get(row).label();
    }
    return new NDList(
        manager.create(tokens, new Shape(rows, time)),
        manager.create(labels),
        manager.create(mask, new Shape(rows, time)),
        angles(time));
  }

  /** Cosine and sine of each position's angles: {@code [T, K/2, 2]}. */
  private NDArray angles(int time) {
    int pairs = workload.width() / workload.heads() / 2;
    float[] values = new float[time * pairs * 2];
    for (int t = 0; t < time; t++) {
      for (int pair = 0; pair < pairs; pair++) {
        double angle = t * Math.pow(ROPE_BASE, -(double) pair / pairs);
        values[(t * pairs + pair) * 2] = (float) Math.cos(angle);
        values[(t * pairs + pair) * 2 + 1] = (float) Math.sin(angle);
      }
    }
    return manager.create(values, new Shape(time, pairs, 2));
  }

  @Override
  public void pass() {
    for (NDList batch : batches) {
      var unused = step(batch);
    }
  }

  /** Returns the loss before it. */
  private double step(NDList batch) {
    try (NDManager of = manager.newSubManager();
        GradientCollector ignored = Engine.getEngine(ENGINE).newGradientCollector()) {
      NDList inputs = new NDList(batch);
      inputs.addAll(parameters);
      NDList results = run(inputs, true);
      results.attach(of);
      update("update_weights", true, results.subNDList(1));
      update("update_rest", false, results.subNDList(1));
      return results.head().getFloat();
    }
  }

  /**
   * Moves the weights or all other parameters.
   *
   * @param gradients of all
   */
  private void update(String method, boolean weights, NDList gradients) {
    list("gradients", gradients);
    NDList inputs = new NDList();
    for (NDList each : List.of(parameters, gradients, means, variances, steps)) {
      for (int i = 0; i < each.size(); i++) {
        if (parameters.get(i).getShape().dimension() > 1 == weights) {
          inputs.add(each.get(i));
        }
      }
    }
    try (NDArray named = manager.create(0f)) {
      named.setName("module_method:" + method); // which DJL then calls
      inputs.add(named);
      run(inputs, false).close();
    }
  }

  private NDList run(NDList inputs, boolean differentiated) {
    return model.getBlock().forward(new ParameterStore(manager, false), inputs, differentiated);
  }

  @Override
  public double[] firstLosses() {
    try (TorchTraining checked = new TorchTraining(Agreement.workload(workload), style)) {
      return DoubleStream.generate(() -> checked.step(checked.batches.get(0)))
          .limit(Agreement.STEPS)
          .toArray();
    }
  }

  @Override
  public String describe() {
    return "PyTorch %s, %d threads"
        .formatted(Engine.getEngine(ENGINE).getVersion(), JniUtils.getNumThreads());
  }

  @Override
  public void close() {
    model.close();
    manager.close();
  }
}
