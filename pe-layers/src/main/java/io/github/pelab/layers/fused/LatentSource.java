package io.github.pelab.layers.fused;

import io.github.pelab.layers.fused.Packed.Piece;
import io.github.pelab.layers.fused.Scratch.Use;
import java.util.ArrayList;
import java.util.List;

/**
 * Of latent attention: the projections are the latent vectors and the rotary key. The first are
 * normed and mapped to what heads attend with; the second is handed to each head. Legend: C size of
 * latent vectors, K content of a query or key, R its rotary part, Q = K + R, where K is rounded up
 * to an even number.
 *
 * @param <A> {@code float[]} or {@code double[]}
 */
final class LatentSource<A> implements HeadSource<A> {
  /**
   * What there is to know of a form.
   *
   * @param prefix of its parameters' names
   * @param headSize K, before it is rounded up
   * @param compressed C
   * @param normed whether latent vectors are normed
   * @param queryPerHead whether each head has a rotary query of its own
   */
  record Form(
      String prefix,
      int headSize,
      int compressed,
      boolean normed,
      boolean queryPerHead,
      double epsilon) {}

  private final Pass<A> pass;
  private final AttentionShape shape;
  private final HeadRotations<A> rotations;
  private final Form form;
  private final Latent queries;
  private final Latent keys;
  private final int queryWidth;
  private final int contentWidth;
  private A rotaryGradients;

  LatentSource(Pass<A> pass, AttentionShape shape, HeadRotations<A> rotations, Form form) {
    this.pass = pass;
    this.shape = shape;
    this.rotations = rotations;
    this.form = form;
    queryWidth = shape.heads() * shape.query();
    contentWidth = shape.heads() * form.headSize();
    queries = new Latent("dq", queryWidth, queryPieces());
    keys =
        new Latent(
            "dkv",
            contentWidth + shape.width(),
            List.of(
                Piece.of(form.prefix() + "uk.W", contentWidth, 0),
                Piece.of(form.prefix() + "uv.W", shape.width(), contentWidth)));
  }

  /** Each head's content and rotary part side by side; a shared rotary query once for each head. */
  private List<Piece> queryPieces() {
    List<Piece> pieces = new ArrayList<>();
    int rotary = shape.rotary();
    for (int h = 0; h < shape.heads(); h++) {
      int to = h * shape.query();
      pieces.add(
          new Piece(
              form.prefix() + "uq.W", contentWidth, h * form.headSize(), form.headSize(), to));
      pieces.add(
          new Piece(
              form.prefix() + "qr.W",
              form.queryPerHead() ? shape.heads() * rotary : rotary,
              form.queryPerHead() ? h * rotary : 0,
              rotary,
              to + shape.content()));
    }
    return pieces;
  }

  /** A latent vector for each row, and what is made of it. */
  private final class Latent {
    private final RowParameter<A> gain;
    private final Weight<A> up;
    private final Kept<A> made;
    private final String name;
    private final int outputs;
    private Matrix<A> gradient;

    Latent(String name, int outputs, List<Piece> pieces) {
      gain =
          form.normed()
              ? new RowParameter<>(pass, form.prefix() + name + ".gain", form.compressed())
              : null;
      up = new Weight<>(pass, form.compressed(), outputs, pieces);
      made = new Kept<>(pass, outputs);
      this.name = name;
      this.outputs = outputs;
    }

    void beginGradients(Chunk chunk) {
      gradient = pass.temporary(name + " gradient", chunk, outputs);
    }

    void forward(Chunk chunk, Columns<A> from) {
      up.forward(chunk, norm(chunk, from), made.of(chunk));
    }

    private Matrix<A> norm(Chunk chunk, Columns<A> from) {
      int width = form.compressed();
      Matrix<A> latent = pass.temporary(name + " latent", chunk, width);
      pass.rows(
          chunk,
          width,
          (task, first, rows, scratch) -> {
            A x = scratch.array(Use.X, rows * width);
            pass.arithmetic().read(from, first, rows, width, x);
            A y = latent.numbers();
            int at = first * width;
            if (form.normed()) {
              scratch.rows().norm(x, 0, rows, width, form.epsilon(), gain.value(), null, y, at);
            } else {
              System.arraycopy(x, 0, y, at, rows * width);
            }
          });
      return latent;
    }

    void backward(Chunk chunk, Columns<A> from, Columns<A> to) {
      int width = form.compressed();
      Matrix<A> latentGradient = pass.temporary(name + " latent gradient", chunk, width);
      up.backward(chunk, norm(chunk, from), gradient, latentGradient);
      int tasks = Pass.tasks(chunk.rows(), width);
      if (form.normed()) {
        gain.gradient().begin(tasks);
      }
      pass.rows(
          chunk,
          width,
          (task, first, rows, scratch) -> {
            A slope = scratch.array(Use.Y, rows * width);
            System.arraycopy(latentGradient.numbers(), first * width, slope, 0, rows * width);
            if (form.normed()) {
              A x = scratch.array(Use.X, rows * width);
              pass.arithmetic().read(from, first, rows, width, x);
              scratch
                  .rows()
                  .normGradient(
                      x,
                      0,
                      rows,
                      width,
                      form.epsilon(),
                      gain.value(),
                      slope,
                      0,
                      gain.gradient().of(task),
                      null);
            }
            pass.arithmetic().write(slope, to, first, rows, width);
          });
      if (form.normed()) {
        gain.gradient().end(tasks);
      }
    }

    void addTo(List<Parameter<A>> parameters) {
      parameters.add(up);
      if (form.normed()) {
        parameters.add(gain);
      }
    }
  }

  @Override
  public List<Parameter<A>> parameters() {
    List<Parameter<A>> parameters = new ArrayList<>();
    queries.addTo(parameters);
    keys.addTo(parameters);
    return parameters;
  }

  @Override
  public void forward(Chunk chunk, Columns<A> fromQueries, Columns<A> fromKeys) {
    queries.forward(chunk, fromQueries);
    keys.forward(chunk, fromKeys);
  }

  @Override
  public void read(
      Chunk chunk,
      Sequence sequence,
      HeadGroup group,
      Columns<A> fromQueries,
      Columns<A> fromKeys,
      Scratch<A> scratch) {
    int n = sequence.tokens();
    int q = shape.query();
    int width = group.heads() * q;
    int content = group.heads() * form.headSize();
    A query = scratch.array(Use.QUERY, n * width);
    pass.arithmetic()
        .read(
            new Columns<>(queries.made.of(chunk), group.first() * q),
            sequence.first(),
            n,
            width,
            query);
    rotations.rotate(scratch, group, sequence, query);

    Matrix<A> made = keys.made.of(chunk);
    A value = scratch.array(Use.VALUE, n * group.heads() * shape.value());
    pass.arithmetic()
        .read(
            new Columns<>(made, contentWidth + group.first() * shape.value()),
            sequence.first(),
            n,
            group.heads() * shape.value(),
            value);
    A key = scratch.array(Use.KEY, n * width);
    A part = scratch.array(Use.PART, n * Math.max(content, shape.rotary()));
    pass.arithmetic().clear(key, 0, n * width); // where content was rounded up
    pass.arithmetic()
        .read(
            new Columns<>(made, group.first() * form.headSize()),
            sequence.first(),
            n,
            content,
            part);
    for (int i = 0; i < n * group.heads(); i++) {
      System.arraycopy(part, i * form.headSize(), key, i * q, form.headSize());
    }
    pass.arithmetic()
        .read(fromKeys.from(form.compressed()), sequence.first(), n, shape.rotary(), part);
    for (int i = 0; i < n * group.heads(); i++) {
      System.arraycopy(
          part, i / group.heads() * shape.rotary(), key, i * q + shape.content(), shape.rotary());
    }
    rotations.rotate(scratch, group, sequence, key);
  }

  /** Of the rotary key's gradient each group of heads has a part: {@code [groups, rows, R]}. */
  @Override
  public void beginGradients(Chunk chunk) {
    queries.beginGradients(chunk);
    keys.beginGradients(chunk);
    int numbers = shape.groups().size() * chunk.rows() * shape.rotary();
    rotaryGradients = pass.arithmetic().grown(rotaryGradients, numbers);
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
    int n = sequence.tokens();
    int q = shape.query();
    int width = group.heads() * q;
    int content = group.heads() * form.headSize();
    A query = scratch.array(Use.QUERY_GRADIENT, n * width);
    A key = scratch.array(Use.KEY_GRADIENT, n * width);
    A value = scratch.array(Use.VALUE_GRADIENT, n * group.heads() * shape.value());
    rotations.rotateBack(scratch, group, sequence, query);
    rotations.rotateBack(scratch, group, sequence, key);
    pass.arithmetic()
        .write(
            query, new Columns<>(queries.gradient, group.first() * q), sequence.first(), n, width);
    Matrix<A> made = keys.gradient;
    pass.arithmetic()
        .write(
            value,
            new Columns<>(made, contentWidth + group.first() * shape.value()),
            sequence.first(),
            n,
            group.heads() * shape.value());
    A part = scratch.array(Use.PART, n * Math.max(content, shape.rotary()));
    for (int i = 0; i < n * group.heads(); i++) {
      System.arraycopy(key, i * q, part, i * form.headSize(), form.headSize());
    }
    pass.arithmetic()
        .write(
            part,
            new Columns<>(made, group.first() * form.headSize()),
            sequence.first(),
            n,
            content);
    sumOverHeads(key, n, group, part, scratch);
    System.arraycopy(
        part,
        0,
        rotaryGradients,
        (group.index() * chunk.rows() + sequence.first()) * shape.rotary(),
        n * shape.rotary());
  }

  /** {@code [n, R]}, of {@code [n, heads·Q]}. */
  private void sumOverHeads(A key, int n, HeadGroup group, A to, Scratch<A> scratch) {
    int rotary = shape.rotary();
    A one = scratch.array(Use.X, n * rotary);
    pass.arithmetic().clear(to, 0, n * rotary);
    for (int h = 0; h < group.heads(); h++) {
      for (int i = 0; i < n; i++) {
        int from = (i * group.heads() + h) * shape.query() + shape.content();
        System.arraycopy(key, from, one, i * rotary, rotary);
      }
      scratch.rows().add(one, 0, n * rotary, to, 0);
    }
  }

  @Override
  public void endGradients(
      Chunk chunk,
      Columns<A> fromQueries,
      Columns<A> fromKeys,
      Columns<A> queryGradients,
      Columns<A> keyGradients) {
    queries.backward(chunk, fromQueries, queryGradients);
    keys.backward(chunk, fromKeys, keyGradients);
    int rotary = shape.rotary();
    pass.rows(
        chunk,
        rotary,
        (task, first, rows, scratch) -> {
          A sum = scratch.array(Use.X, rows * rotary);
          A part = scratch.array(Use.PART, rows * rotary);
          pass.arithmetic().clear(sum, 0, rows * rotary);
          for (int group = 0; group < shape.groups().size(); group++) {
            int from = (group * chunk.rows() + first) * rotary;
            System.arraycopy(rotaryGradients, from, part, 0, rows * rotary);
            scratch.rows().add(part, 0, rows * rotary, sum, 0);
          }
          pass.arithmetic().write(sum, keyGradients.from(form.compressed()), first, rows, rotary);
        });
  }
}
