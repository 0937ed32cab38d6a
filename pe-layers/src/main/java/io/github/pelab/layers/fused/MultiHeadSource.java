package io.github.pelab.layers.fused;

import io.github.pelab.layers.fused.Scratch.Use;
import java.util.ArrayList;
import java.util.List;

/**
 * Of multi-head attention: the projections are queries, and keys and values side by side, but for
 * their biases and the rotation, which cost least where they are read.
 *
 * @param <A> {@code float[]} or {@code double[]}
 */
final class MultiHeadSource<A> implements HeadSource<A> {
  private final Pass<A> pass;
  private final AttentionShape shape;
  private final HeadRotations<A> rotations;
  private final double longest;
  private final List<RowParameter<A>> biases = new ArrayList<>();
  private int tasks;

  /**
   * Of an attention.
   *
   * @param biasNames of queries, keys and values; empty if they have none
   * @param longest to which queries and keys are cut that are longer
   */
  MultiHeadSource(
      Pass<A> pass,
      AttentionShape shape,
      HeadRotations<A> rotations,
      List<String> biasNames,
      double longest) {
    this.pass = pass;
    this.shape = shape;
    this.rotations = rotations;
    this.longest = longest;
    biasNames.forEach(name -> biases.add(new RowParameter<>(pass, name, shape.width())));
  }

  @Override
  public List<Parameter<A>> parameters() {
    return List.copyOf(biases);
  }

  @Override
  public void forward(Chunk chunk, Columns<A> queries, Columns<A> keys) {
    // The projections are all there is.
  }

  @Override
  public void read(
      Chunk chunk,
      Sequence sequence,
      HeadGroup group,
      Columns<A> queries,
      Columns<A> keys,
      Scratch<A> scratch) {
    A query = part(0, Use.QUERY, sequence, group, queries, scratch);
    A key = part(1, Use.KEY, sequence, group, keys, scratch);
    part(2, Use.VALUE, sequence, group, keys.from(shape.width()), scratch);
    if (cuts()) {
      cut(query, Use.UNCUT_QUERY, sequence, group, scratch);
      cut(key, Use.UNCUT_KEY, sequence, group, scratch);
    }
    rotations.rotate(scratch, group, sequence, query);
    rotations.rotate(scratch, group, sequence, key);
  }

  private boolean cuts() {
    return longest < Double.POSITIVE_INFINITY;
  }

  private void cut(A rows, Use uncut, Sequence sequence, HeadGroup group, Scratch<A> scratch) {
    int count = sequence.tokens() * group.heads();
    int numbers = count * shape.value();
    System.arraycopy(rows, 0, scratch.array(uncut, numbers), 0, numbers);
    scratch.rows().cut(rows, count, shape.value(), longest);
  }

  private A part(
      int part, Use use, Sequence sequence, HeadGroup group, Columns<A> from, Scratch<A> scratch) {
    int width = group.heads() * shape.value();
    int column = group.first() * shape.value();
    A rows = scratch.array(use, sequence.tokens() * width);
    pass.arithmetic().read(from.from(column), sequence.first(), sequence.tokens(), width, rows);
    if (!biases.isEmpty()) {
      A bias = scratch.array(Use.PART, width);
      System.arraycopy(biases.get(part).value(), column, bias, 0, width);
      scratch.rows().addToEach(bias, sequence.tokens(), width, rows, 0);
    }
    return rows;
  }

  @Override
  public void beginGradients(Chunk chunk) {
    tasks = chunk.sequences().size() * shape.groups().size();
    biases.forEach(bias -> bias.gradient().begin(tasks));
  }

  @Override
  public void write(
      Chunk chunk,
      int task,
      Sequence sequence,
      HeadGroup group,
      Columns<A> queryGradients,
      Columns<A> keyGradients,
      Scratch<A> scratch) {
    int numbers = sequence.tokens() * group.heads() * shape.value();
    A query = scratch.array(Use.QUERY_GRADIENT, numbers);
    A key = scratch.array(Use.KEY_GRADIENT, numbers);
    A value = scratch.array(Use.VALUE_GRADIENT, numbers);
    rotations.rotateBack(scratch, group, sequence, query);
    rotations.rotateBack(scratch, group, sequence, key);
    if (cuts()) {
      int count = sequence.tokens() * group.heads();
      A uncutQuery = scratch.array(Use.UNCUT_QUERY, numbers);
      A uncutKey = scratch.array(Use.UNCUT_KEY, numbers);
      scratch.rows().cutGradient(uncutQuery, query, count, shape.value(), longest);
      scratch.rows().cutGradient(uncutKey, key, count, shape.value(), longest);
    }
    part(0, task, query, sequence, group, queryGradients, scratch);
    part(1, task, key, sequence, group, keyGradients, scratch);
    part(2, task, value, sequence, group, keyGradients.from(shape.width()), scratch);
  }

  private void part(
      int part,
      int task,
      A rows,
      Sequence sequence,
      HeadGroup group,
      Columns<A> to,
      Scratch<A> scratch) {
    int width = group.heads() * shape.value();
    int column = group.first() * shape.value();
    pass.arithmetic().write(rows, to.from(column), sequence.first(), sequence.tokens(), width);
    if (!biases.isEmpty()) {
      A sum = scratch.array(Use.PART, width);
      pass.arithmetic().clear(sum, 0, width);
      scratch.rows().addSum(rows, 0, sequence.tokens(), width, sum);
      System.arraycopy(sum, 0, biases.get(part).gradient().of(task), column, width);
    }
  }

  @Override
  public void endGradients(
      Chunk chunk,
      Columns<A> queries,
      Columns<A> keys,
      Columns<A> queryGradients,
      Columns<A> keyGradients) {
    biases.forEach(bias -> bias.gradient().end(tasks));
  }
}
