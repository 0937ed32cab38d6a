package io.github.pelab.layers.fused;

import io.github.pelab.layers.fast.ExpPolynomial;
import io.github.pelab.layers.fused.Packed.Piece;
import io.github.pelab.layers.scheme.PositionalScheme;
import java.util.List;

/** An attention form for kernels: how tokens are projected, and what heads attend with. */
public final class FusedForm {
  private final Projection query;
  private final Projection key;
  private final int content;
  private final int rotary;
  private final HeadSource.Factory source;
  private final ExpPolynomial polynomial;

  /**
   * What tokens are mapped to.
   *
   * @param pieces of the weight
   */
  record Projection(int width, List<Piece> pieces) {}

  private FusedForm(
      Projection query,
      Projection key,
      int content,
      int rotary,
      HeadSource.Factory source,
      ExpPolynomial polynomial) {
    this.query = query;
    this.key = key;
    this.content = content;
    this.rotary = rotary;
    this.source = source;
    this.polynomial = polynomial;
  }

  /** The same form with a polynomial for the exponential. */
  public FusedForm by(ExpPolynomial forExponential) {
    return new FusedForm(query, key, content, rotary, source, forExponential);
  }

  /** What stands for the exponential; null if it does itself. */
  ExpPolynomial polynomial() {
    return polynomial;
  }

  /** What queries are made of. */
  Projection query() {
    return query;
  }

  /** What keys and values are made of. */
  Projection key() {
    return key;
  }

  <A> HeadSource<A> source(Pass<A> pass, AttentionShape shape, HeadRotations<A> rotations) {
    return source.of(pass, shape, rotations);
  }

  /** An attention of this form, see {@link AttentionShape}. */
  public AttentionShape shape(
      PositionalScheme scheme,
      int maxLength,
      int width,
      int heads,
      double scale,
      double biasScale,
      boolean causal,
      double dropout) {
    return new AttentionShape(
        scheme,
        maxLength,
        width,
        heads,
        content,
        rotary,
        width / heads,
        scale,
        biasScale,
        causal,
        dropout);
  }

  /**
   * Queries, keys and values of each head from the token itself.
   *
   * @param prefix of the names of {@code q.W}, {@code q.b} and so on
   * @param longest to which queries and keys are cut that are longer; infinity cuts none
   */
  public static FusedForm multiHead(
      String prefix, int width, int heads, boolean bias, double longest) {
    return new FusedForm(
        new Projection(width, List.of(Piece.of(prefix + "q.W", width, 0))),
        new Projection(
            2 * width,
            List.of(Piece.of(prefix + "k.W", width, 0), Piece.of(prefix + "v.W", width, width))),
        0,
        width / heads,
        new HeadSource.Factory() {
          @Override
          public <A> HeadSource<A> of(
              Pass<A> pass, AttentionShape shape, HeadRotations<A> rotations) {
            return new MultiHeadSource<>(
                pass,
                shape,
                rotations,
                bias ? List.of(prefix + "q.b", prefix + "k.b", prefix + "v.b") : List.of(),
                longest);
          }
        },
        null);
  }

  /**
   * From latent vectors.
   *
   * @param prefix of the names of {@code dq.W} and so on
   * @param headSize K
   * @param compressed C
   * @param rotary R
   * @param normed whether latent vectors are normed
   * @param queryPerHead whether each head has a rotary query of its own
   * @param epsilon of the norm
   */
  public static FusedForm latent(
      String prefix,
      int headSize,
      int compressed,
      int rotary,
      boolean normed,
      boolean queryPerHead,
      double epsilon) {
    LatentSource.Form form =
        new LatentSource.Form(prefix, headSize, compressed, normed, queryPerHead, epsilon);
    return new FusedForm(
        new Projection(compressed, List.of(Piece.of(prefix + "dq.W", compressed, 0))),
        new Projection(
            compressed + rotary,
            List.of(
                Piece.of(prefix + "dkv.W", compressed, 0),
                Piece.of(prefix + "kr.W", rotary, compressed))),
        headSize + headSize % 2,
        rotary,
        new HeadSource.Factory() {
          @Override
          public <A> HeadSource<A> of(
              Pass<A> pass, AttentionShape shape, HeadRotations<A> rotations) {
            return new LatentSource<>(pass, shape, rotations, form);
          }
        },
        null);
  }
}
