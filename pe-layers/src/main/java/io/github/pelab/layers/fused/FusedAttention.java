package io.github.pelab.layers.fused;

import io.github.pelab.layers.fused.Packed.Piece;
import io.github.pelab.layers.fused.Scratch.Use;
import io.github.pelab.layers.heads.HeadPart;
import io.github.pelab.layers.kernel.AttentionKernel.Head;
import io.github.pelab.layers.kernel.AttentionKernel.Inputs;
import io.github.pelab.layers.kernel.DropoutPattern;
import io.github.pelab.layers.kernel.Rows;
import io.github.pelab.layers.runtime.DropoutSite;
import io.github.pelab.layers.runtime.Interventions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Attention over the sequences of a chunk, up to its output's projection. Logits and weights live
 * in tiles only; what is kept for the backward pass grows with the number of tokens.
 *
 * @param <A> {@code float[]} or {@code double[]}
 */
final class FusedAttention<A> {
  private final Pass<A> pass;
  private final int block;
  private final AttentionShape shape;
  private final FusedForm form;
  private final boolean memory;
  private final List<HeadGroup> groups;
  private final Weight<A> projection;
  private final HeadSource<A> source;
  private final LagBiases<A> lagBiases;
  private final Linear<A> output;
  private final Kept<A> projected;
  private final Kept<A> heads;
  private final List<A> logSums = new ArrayList<>();
  private final List<A> lagGradients = new ArrayList<>();

  /**
   * An attention.
   *
   * @param memory whether keys and values are made of a memory; then they are projected elsewhere
   * @param output its output's projection
   */
  FusedAttention(
      Pass<A> pass,
      int block,
      AttentionShape shape,
      FusedForm form,
      boolean memory,
      Rotations<A> rotations,
      LagBiases<A> lagBiases,
      Linear<A> output) {
    this.pass = pass;
    this.block = block;
    this.shape = shape;
    this.form = form;
    this.memory = memory;
    this.lagBiases = lagBiases;
    this.output = output;
    groups = shape.groups();
    List<Piece> pieces = new ArrayList<>(form.query().pieces());
    if (!memory) {
      form.key().pieces().forEach(piece -> pieces.add(piece.shifted(form.query().width())));
    }
    int width = form.query().width() + (memory ? 0 : form.key().width());
    projection = new Weight<>(pass, shape.width(), width, pieces);
    projected = new Kept<>(pass, width);
    heads = new Kept<>(pass, shape.width());
    source = form.source(pass, shape, new HeadRotations<>(pass, block, shape, rotations));
  }

  List<Parameter<A>> parameters() {
    List<Parameter<A>> parameters = new ArrayList<>(List.of(projection));
    parameters.addAll(source.parameters());
    parameters.addAll(output.parameters());
    return parameters;
  }

  Linear<A> output() {
    return output;
  }

  private Columns<A> queries(Matrix<A> of) {
    return new Columns<>(of, 0);
  }

  private Columns<A> keys(Matrix<A> of, Columns<A> ofMemory) {
    return memory ? ofMemory : new Columns<>(of, form.query().width());
  }

  /**
   * Attends.
   *
   * @param input what queries are made of, and keys and values if there is no memory
   * @param memoryKeys what the memory was projected to, if there is one
   */
  void attend(Chunk chunk, Matrix<A> input, Columns<A> memoryKeys) {
    Matrix<A> tokens = projected.of(chunk);
    projection.forward(chunk, input, tokens);
    Columns<A> queries = queries(tokens);
    Columns<A> keys = keys(tokens, memoryKeys);
    source.forward(chunk, queries, keys);
    Matrix<A> outputs = heads.of(chunk);
    A logSum = logSums(chunk);
    pass.each(
        chunk.sequences().size() * groups.size(),
        operations(chunk),
        (task, scratch) -> {
          Sequence sequence = chunk.sequences().get(task / groups.size());
          HeadGroup group = groups.get(task % groups.size());
          int n = sequence.tokens();
          source.read(chunk, sequence, group, queries, keys, scratch);
          removeParts(group, n, scratch.array(Use.QUERY, n * group.heads() * shape.query()));
          A sums = scratch.array(Use.LOG_SUM, n);
          for (int h = 0; h < group.heads(); h++) {
            Head<A> head = head(sequence, group.first() + h, scratch);
            Inputs<A> inputs = inputs(Use.QUERY, Use.KEY, Use.VALUE, n, group, h, scratch);
            try {
              scratch
                  .attention(form.polynomial())
                  .forward(head, inputs, head(outputs, sequence, group, h), sums);
            } catch (IllegalStateException e) {
              throw new IllegalStateException(
                  "block %d, head %d: %s".formatted(block, group.first() + h, e.getMessage()), e);
            }
            System.arraycopy(sums, 0, logSum, place(chunk, sequence, group, h), n);
          }
        });
  }

  /** Sets {@code product} to what heads hand over times the output's weight, without its bias. */
  void project(Chunk chunk, Matrix<A> product) {
    Matrix<A> handedOver = handedOver(chunk);
    pass.show(block, chunk, handedOver);
    output.product(chunk, handedOver, product);
  }

  /** What heads made, or what replaces it. */
  private Matrix<A> handedOver(Chunk chunk) {
    Matrix<A> made = heads.of(chunk);
    List<Integer> replaced =
        IntStream.range(0, shape.heads()).filter(this::isReplaced).boxed().toList();
    if (replaced.isEmpty()) {
      return made;
    }
    int width = shape.width();
    int size = shape.value();
    Matrix<A> handedOver = pass.temporary("replaced heads", chunk, width);
    pass.rows(
        chunk,
        width,
        (task, first, rows, scratch) -> {
          System.arraycopy(
              made.numbers(), first * width, handedOver.numbers(), first * width, rows * width);
          for (int head : replaced) {
            double[] values = pass.interventions().replacement(block, head);
            for (int row = first; row < first + rows; row++) {
              int from = chunk.numbers()[row] % (values.length / size) * size;
              pass.arithmetic()
                  .copy(values, from, handedOver.numbers(), row * width + head * size, size);
            }
          }
        });
    return handedOver;
  }

  private boolean isReplaced(int head) {
    return pass.interventions().replacement(block, head) != null;
  }

  private boolean without(HeadPart part, int head) {
    return pass.interventions().without(part, block, head);
  }

  /**
   * Clears what heads that are without a part would score with, in queries or their gradients
   * {@code [n, heads·Q]}.
   */
  private void removeParts(HeadGroup group, int n, A queries) {
    int content = shape.content();
    for (int h = 0; h < group.heads(); h++) {
      int head = group.first() + h;
      int from = without(HeadPart.CONTENT, head) ? 0 : content;
      int to = without(HeadPart.ROTARY, head) ? shape.query() : content;
      for (int i = 0; from < to && i < n; i++) {
        int at = (i * group.heads() + h) * shape.query();
        pass.arithmetic().clear(queries, at + from, at + to);
      }
    }
  }

  /** A head's part of a sequence's rows. */
  private Rows<A> head(Matrix<A> of, Sequence sequence, HeadGroup group, int h) {
    return new Columns<>(of, (group.first() + h) * shape.value()).rows(sequence.first());
  }

  private long operations(Chunk chunk) {
    long pairs = 0;
    for (Sequence each : chunk.sequences()) {
      pairs += (long) each.tokens() * each.tokens();
    }
    return pairs * shape.heads() * (shape.query() + shape.value());
  }

  private A logSums(Chunk chunk) {
    int place = pass.place(chunk);
    while (logSums.size() <= place) {
      logSums.add(null);
    }
    A grown = pass.arithmetic().grown(logSums.get(place), shape.heads() * chunk.rows());
    logSums.set(place, grown);
    return grown;
  }

  /** Of a head's first row in what is kept of all heads. */
  private int place(Chunk chunk, Sequence sequence, HeadGroup group, int h) {
    return (group.first() + h) * chunk.rows() + sequence.first();
  }

  private Head<A> head(Sequence sequence, int head, Scratch<A> scratch) {
    int n = sequence.tokens();
    A lagBias = null;
    if (!lagBiases.none() && !without(HeadPart.LAG_BIAS, head)) {
      lagBias = scratch.array(Use.LAG_BIAS, 2 * n - 1);
      lagBiases.read(head, n, lagBias);
    }
    A keyBias = null;
    if (sequence.hidden() != null) {
      double[] unseen = new double[n];
      for (int j = 0; j < n; j++) {
        unseen[j] = sequence.hidden()[j] ? Double.NEGATIVE_INFINITY : 0;
      }
      keyBias = pass.arithmetic().of(unseen);
    }
    return new Head<>(
        n,
        shape.query(),
        shape.value(),
        shape.scale(),
        lagBias,
        keyBias,
        shape.causal(),
        dropout(sequence, head));
  }

  /** The pattern is that of the logits {@code [B, H, T, T]} as a matrix {@code [B·H·T, T]}. */
  private DropoutPattern dropout(Sequence sequence, int head) {
    DropoutPattern whole = pass.dropout(DropoutSite.WEIGHTS, block, shape.dropout());
    if (whole == null) {
      return null;
    }
    long row =
        ((long) sequence.index() * shape.heads() + head) * pass.call().length()
            + sequence.position();
    return whole.part(row, sequence.position());
  }

  private Inputs<A> inputs(
      Use query, Use key, Use value, int n, HeadGroup group, int h, Scratch<A> scratch) {
    int width = group.heads() * shape.query();
    int valueWidth = group.heads() * shape.value();
    return new Inputs<>(
        new Rows<>(scratch.array(query, n * width), h * shape.query(), width),
        new Rows<>(scratch.array(key, n * width), h * shape.query(), width),
        new Rows<>(scratch.array(value, n * valueWidth), h * shape.value(), valueWidth));
  }

  /**
   * The gradients of a chunk, given that of {@link #project}'s product and its bias.
   *
   * @param outputGradient whose bias has been taken care of
   * @param inputGradient set
   * @param memoryGradient where the gradient of what the memory was projected to is put
   */
  void backward(
      Chunk chunk,
      Matrix<A> input,
      Columns<A> memoryKeys,
      Matrix<A> outputGradient,
      Matrix<A> inputGradient,
      Columns<A> memoryGradient) {
    Matrix<A> tokens = projected.of(chunk);
    Matrix<A> outputs = heads.of(chunk);
    Matrix<A> outputsGradient = pass.temporary("heads gradient", chunk, shape.width());
    output.endGradients(chunk, handedOver(chunk), outputGradient, outputsGradient);
    Matrix<A> tokensGradient = pass.temporary("projected gradient", chunk, tokens.columns());
    Columns<A> queries = queries(tokens);
    Columns<A> keys = keys(tokens, memoryKeys);
    Columns<A> queryGradients = queries(tokensGradient);
    Columns<A> keyGradients = keys(tokensGradient, memoryGradient);
    A logSum = logSums(chunk);
    int tasks = chunk.sequences().size() * groups.size();
    List<Inputs<A>> unturned = unturned(chunk, queries, keys);
    beginLagGradients(tasks);
    source.beginGradients(chunk);
    pass.each(
        tasks,
        operations(chunk),
        (task, scratch) -> {
          Sequence sequence = chunk.sequences().get(task / groups.size());
          HeadGroup group = groups.get(task % groups.size());
          int n = sequence.tokens();
          int numbers = n * group.heads() * shape.query();
          source.read(chunk, sequence, group, queries, keys, scratch);
          removeParts(group, n, scratch.array(Use.QUERY, numbers));
          backward(
              chunk, task, sequence, group, outputs, outputsGradient, logSum, unturned, scratch);
          removeParts(group, n, scratch.array(Use.QUERY_GRADIENT, numbers));
          source.write(chunk, task, sequence, group, queryGradients, keyGradients, scratch);
        });
    source.endGradients(chunk, queries, keys, queryGradients, keyGradients);
    endLagGradients(chunk);
    projection.backward(chunk, input, tokensGradient, inputGradient);
  }

  private void backward(
      Chunk chunk,
      int task,
      Sequence sequence,
      HeadGroup group,
      Matrix<A> outputs,
      Matrix<A> outputsGradient,
      A logSum,
      List<Inputs<A>> unturned,
      Scratch<A> scratch) {
    int n = sequence.tokens();
    A sums = scratch.array(Use.LOG_SUM, n);
    A lagGradient = lagBiases.learned() ? scratch.array(Use.LAG_GRADIENT, 2 * n - 1) : null;
    for (int h = 0; h < group.heads(); h++) {
      Rows<A> slope = head(outputsGradient, sequence, group, h);
      if (isReplaced(group.first() + h)) {
        for (int i = 0; i < n; i++) {
          int at = slope.offset() + i * slope.stride();
          pass.arithmetic().clear(slope.data(), at, at + shape.value());
        }
      }
      System.arraycopy(logSum, place(chunk, sequence, group, h), sums, 0, n);
      if (lagGradient != null) {
        pass.arithmetic().clear(lagGradient, 0, 2 * n - 1);
      }
      Head<A> head = head(sequence, group.first() + h, scratch);
      Inputs<A> inputs = inputs(Use.QUERY, Use.KEY, Use.VALUE, n, group, h, scratch);
      if (!unturned.isEmpty()) {
        pass.showLogits(
            new ShownLogits<>(pass.arithmetic(), sequence, head, form.polynomial())
                .of(
                    block,
                    group.first() + h,
                    inputs,
                    ofHead(unturned.get(task), group, h),
                    head(outputs, sequence, group, h),
                    sums,
                    slope));
      }
      scratch
          .attention(form.polynomial())
          .backward(
              head,
              inputs,
              head(outputs, sequence, group, h),
              sums,
              slope,
              inputs(
                  Use.QUERY_GRADIENT, Use.KEY_GRADIENT, Use.VALUE_GRADIENT, n, group, h, scratch),
              without(HeadPart.LAG_BIAS, group.first() + h) ? null : lagGradient);
      if (lagGradient != null) {
        System.arraycopy(lagGradient, 0, lagGradients.get(task), h * (2 * n - 1), 2 * n - 1);
      }
    }
  }

  /**
   * What the groups' heads would score with without rotation, task by task; empty if nobody asks.
   */
  private List<Inputs<A>> unturned(Chunk chunk, Columns<A> queries, Columns<A> keys) {
    if (!pass.showsLogits()) {
      return List.of();
    }
    List<Inputs<A>> unturned =
        new ArrayList<>(Collections.nCopies(chunk.sequences().size() * groups.size(), null));
    Interventions inForce = pass.interventions();
    pass.intervene(inForce.withoutRotation());
    pass.each(
        unturned.size(),
        operations(chunk),
        (task, scratch) -> {
          Sequence sequence = chunk.sequences().get(task / groups.size());
          HeadGroup group = groups.get(task % groups.size());
          int width = group.heads() * shape.query();
          int numbers = sequence.tokens() * width;
          source.read(chunk, sequence, group, queries, keys, scratch);
          removeParts(group, sequence.tokens(), scratch.array(Use.QUERY, numbers));
          unturned.set(
              task,
              new Inputs<>(
                  copy(scratch.array(Use.QUERY, numbers), numbers, width),
                  copy(scratch.array(Use.KEY, numbers), numbers, width),
                  null));
        });
    pass.intervene(inForce);
    return unturned;
  }

  private Rows<A> copy(A of, int numbers, int width) {
    A copy = pass.arithmetic().array(numbers);
    System.arraycopy(of, 0, copy, 0, numbers);
    return new Rows<>(copy, 0, width);
  }

  private Inputs<A> ofHead(Inputs<A> unturned, HeadGroup group, int h) {
    int width = group.heads() * shape.query();
    return new Inputs<>(
        new Rows<>(unturned.query().data(), h * shape.query(), width),
        new Rows<>(unturned.key().data(), h * shape.query(), width),
        null);
  }

  private void beginLagGradients(int tasks) {
    int lags = 2 * Math.toIntExact(pass.call().length()) - 1;
    int numbers = groups.get(0).heads() * lags;
    for (int task = 0; lagBiases.learned() && task < tasks; task++) {
      if (task == lagGradients.size()) {
        lagGradients.add(null);
      }
      lagGradients.set(task, pass.arithmetic().grown(lagGradients.get(task), numbers));
    }
  }

  private void endLagGradients(Chunk chunk) {
    if (!lagBiases.learned()) {
      return;
    }
    int task = 0;
    for (Sequence sequence : chunk.sequences()) {
      for (HeadGroup group : groups) {
        for (int h = 0; h < group.heads(); h++) {
          int n = sequence.tokens();
          lagBiases.add(group.first() + h, n, lagGradients.get(task), h * (2 * n - 1));
        }
        task++;
      }
    }
  }
}
