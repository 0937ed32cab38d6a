package io.github.pelab.layers.sublayer;

import io.github.pelab.layers.fused.AttentionShape;
import io.github.pelab.layers.fused.FusedForm;
import io.github.pelab.layers.heads.HeadPart;
import io.github.pelab.layers.runtime.LayerGraph;
import io.github.pelab.layers.scheme.PositionalScheme;
import io.github.pelab.layers.scheme.Schemes;
import java.util.EnumSet;
import java.util.Set;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.shade.jackson.annotation.JsonIgnore;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * What an attention is, apart from its parameters.
 *
 * @param width D; 0 while it is still to be taken from the layer before
 * @param heads H, a divisor of D
 * @param form how queries, keys and values are made, see {@link AttentionForms}
 * @param scheme the positional scheme's expression, see {@link Schemes}
 * @param maxLength the longest sequence that is accepted
 * @param causal whether a token attends to itself and to earlier ones only
 * @param seesPadding whether padding is attended to like tokens; no model should, some published do
 * @param bias whether the output projection, and multi-head's other ones, have biases
 * @param dropout probability with which an attention weight is dropped in training
 * @param logitScale c > 0, what all logits are multiplied by, biases by lag included; null is 1,
 *     for JSON that was written before there was one
 */
public record AttentionSettings(
    @JsonProperty("width") int width,
    @JsonProperty("heads") int heads,
    @JsonProperty("form") String form,
    @JsonProperty("scheme") String scheme,
    @JsonProperty("maxLength") int maxLength,
    @JsonProperty("causal") boolean causal,
    @JsonProperty("seesPadding") boolean seesPadding,
    @JsonProperty("bias") boolean bias,
    @JsonProperty("dropout") double dropout,
    @JsonProperty("logitScale") Double logitScale) {

  /** Settings of a layer of which nothing is said: one head, no positions, up to 1024 tokens. */
  public static final AttentionSettings DEFAULTS =
      new AttentionSettings(0, 1, "multi-head", "nope", 1024, false, false, true, 0, 1.0);

  public AttentionSettings {
    if (width < 0) {
      throw new IllegalArgumentException("width must be positive, found " + width);
    }
    if (heads < 1) {
      throw new IllegalArgumentException("heads must be at least 1, found " + heads);
    }
    if (maxLength < 1) {
      throw new IllegalArgumentException("maxLength must be at least 1, found " + maxLength);
    }
    if (!(dropout >= 0 && dropout < 1)) {
      throw new IllegalArgumentException(
          "dropout is a probability from 0 to below 1, found " + dropout);
    }
    logitScale = logitScale == null ? Double.valueOf(1) : logitScale;
    if (!(logitScale > 0 && Double.isFinite(logitScale))) {
      throw new IllegalArgumentException(
          "logitScale must be a finite number above 0, found " + logitScale);
    }
    AttentionForms.parse(form);
    Schemes.parse(scheme);
  }

  /**
   * Refuses settings that do not fit each other. Not the constructor's, so that a builder may be
   * told of them in any order.
   *
   * @throws IllegalArgumentException that says what was found and what to do
   */
  public AttentionSettings checked() {
    if (width < 1) {
      throw new IllegalArgumentException(
          "width must be at least 1, found %d; set it, or give the network an input type"
              .formatted(width));
    }
    if (width % heads != 0) {
      throw new IllegalArgumentException(
          "heads must divide the width, found %d heads on width %d; the nearest widths are %d and %d"
              .formatted(heads, width, width - width % heads, width - width % heads + heads));
    }
    positions().check(heads, rotarySize());
    projections().check(this);
    return this;
  }

  /** K = D / H. */
  @JsonIgnore
  public int headSize() {
    return width / heads;
  }

  /** The scheme that {@link #scheme()} names. */
  public PositionalScheme positions() {
    return Schemes.parse(scheme);
  }

  /** The form that {@link #form()} names. */
  public AttentionForm projections() {
    return AttentionForms.parse(form);
  }

  /** R: size of the part of each head that a scheme may rotate. */
  int rotarySize() {
    return projections().rotarySize(headSize());
  }

  /** What products of queries and keys are multiplied by, c/√Q. */
  double scale() {
    return logitScale / Math.sqrt(projections().querySize(headSize()));
  }

  /** What can be removed of a head. */
  Set<HeadPart> parts() {
    Set<HeadPart> parts = EnumSet.noneOf(HeadPart.class);
    parts.addAll(projections().parts());
    if (positions().pairMap().isPresent()) {
      parts.add(HeadPart.ROTATION);
    }
    if (positions().lagBias().isPresent() || positions().learnedLagBias().isPresent()) {
      parts.add(HeadPart.LAG_BIAS);
    }
    return parts;
  }

  /** For kernels. */
  AttentionShape shape(FusedForm fused) {
    return fused.shape(positions(), maxLength, width, heads, scale(), logitScale, causal, dropout);
  }

  /** {@code [B·T, H·size]} as {@code [B, H, T, size]}. */
  SDVariable byHead(LayerGraph graph, SDVariable rows, int size) {
    SDVariable split =
        graph.shape("heads/" + size, call -> new long[] {call.batch(), call.length(), heads, size});
    return graph.ops().permute(graph.ops().reshape(rows, split), 0, 2, 1, 3);
  }

  public AttentionSettings withWidth(int newWidth) {
    return new AttentionSettings(
        newWidth, heads, form, scheme, maxLength, causal, seesPadding, bias, dropout, logitScale);
  }

  public AttentionSettings withHeads(int newHeads) {
    return new AttentionSettings(
        width, newHeads, form, scheme, maxLength, causal, seesPadding, bias, dropout, logitScale);
  }

  public AttentionSettings withForm(String newForm) {
    return new AttentionSettings(
        width, heads, newForm, scheme, maxLength, causal, seesPadding, bias, dropout, logitScale);
  }

  public AttentionSettings withScheme(String newScheme) {
    return new AttentionSettings(
        width, heads, form, newScheme, maxLength, causal, seesPadding, bias, dropout, logitScale);
  }

  public AttentionSettings withMaxLength(int newMaxLength) {
    return new AttentionSettings(
        width, heads, form, scheme, newMaxLength, causal, seesPadding, bias, dropout, logitScale);
  }

  public AttentionSettings withCausal(boolean newCausal) {
    return new AttentionSettings(
        width, heads, form, scheme, maxLength, newCausal, seesPadding, bias, dropout, logitScale);
  }

  public AttentionSettings withSeesPadding(boolean newSeesPadding) {
    return new AttentionSettings(
        width, heads, form, scheme, maxLength, causal, newSeesPadding, bias, dropout, logitScale);
  }

  public AttentionSettings withBias(boolean newBias) {
    return new AttentionSettings(
        width, heads, form, scheme, maxLength, causal, seesPadding, newBias, dropout, logitScale);
  }

  public AttentionSettings withDropout(double newDropout) {
    return new AttentionSettings(
        width, heads, form, scheme, maxLength, causal, seesPadding, bias, newDropout, logitScale);
  }

  public AttentionSettings withLogitScale(double newLogitScale) {
    return new AttentionSettings(
        width, heads, form, scheme, maxLength, causal, seesPadding, bias, dropout, newLogitScale);
  }
}
