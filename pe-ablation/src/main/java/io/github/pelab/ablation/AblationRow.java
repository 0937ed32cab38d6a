package io.github.pelab.ablation;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.Nulls;
import io.github.pelab.train.config.AblationConfig;
import io.github.pelab.train.config.DepositRule;
import java.util.List;

/**
 * One line of {@code ablation.jsonl}: the finding on a head, a layer, two heads, or a head beside
 * random subspaces, on the test split (after the training split, where the config says so). Layers
 * and heads count from 0. Drops are relative: δ = (accuracy of the whole model − accuracy ablated)
 * / (accuracy of the whole model − chance).
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = AblationRow.Head.class, name = "head"),
  @JsonSubTypes.Type(value = AblationRow.Layer.class, name = "layer"),
  @JsonSubTypes.Type(value = AblationRow.Pair.class, name = "pair"),
  @JsonSubTypes.Type(value = AblationRow.Control.class, name = "control")
})
public sealed interface AblationRow {

  /** What was done, and to which checkpoint. */
  Intervention intervention();

  /** A two-sided interval with the confidence of {@link DepositRule#confidence()}. */
  record Interval(double lower, double upper) {}

  /**
   * The intervention that every row carries.
   *
   * @param mode what {@link AblationConfig#interventionName()} calls it
   * @param checkpoint the one it was done to
   */
  record Intervention(String mode, String checkpoint) {}

  /**
   * One head ablated.
   *
   * @param correct right with this head ablated, of {@code total}
   * @param baselineCorrect right with no head ablated
   * @param accuracyDrop accuracy of the whole model − accuracy ablated, in points of 1
   * @param accuracyDropInterval Newcombe's interval for a difference of paired proportions
   * @param drop δ of this head; null when the model has not learned
   * @param p exact McNemar test, two-sided
   * @param q p after Benjamini–Hochberg over all heads of the model
   * @param beyondNull q below the rule's level
   * @param right each example's outcome with this head ablated, see {@link Outcomes#encoded()}
   */
  record Head(
      Intervention intervention,
      int layer,
      int head,
      long correct,
      long total,
      long baselineCorrect,
      double accuracyDrop,
      Interval accuracyDropInterval,
      @JsonSetter(nulls = Nulls.SET) Double drop,
      double p,
      double q,
      boolean beyondNull,
      String right)
      implements AblationRow {}

  /**
   * A layer's verdict and all that it rests on. Where nothing was learned, topHead is −1 and all
   * that rests on it is null, as are the effective heads.
   *
   * @param allHeadsDrop Δ: δ with every head of the layer ablated; null when the model has not
   *     learned
   * @param allHeadsP exact McNemar test, two-sided, of the same
   * @param allHeadsQ allHeadsP after Benjamini–Hochberg over all layers of the model
   * @param topHead the head with the largest drop on the validation split
   * @param topDrop δ₁ of that head, on the test split
   * @param topDropInterval like the other two intervals by bootstrap; null where too many resamples
   *     leave δ undefined
   * @param runnerUpDrop δ₂: the largest drop of any other head, on the test split; null if there is
   *     none
   * @param share δ₁⁺ / Σ δ⁺; null where no head loses anything
   * @param shareInterval within 0 to 1; the whole of it where nothing is known
   * @param effectiveHeads (Σ δ⁺)² / Σ (δ⁺)²; null like share
   * @param topPairDrop δ with the two heads that rank highest on the validation split both ablated;
   *     null if that was not evaluated
   * @param baselineRight each example's outcome with no head ablated, see {@link
   *     Outcomes#encoded()}
   * @param reason the rule's line that applied, with its numbers
   */
  record Layer(
      Intervention intervention,
      int layer,
      Verdict verdict,
      String reason,
      @JsonSetter(nulls = Nulls.SET) Double allHeadsDrop,
      double allHeadsP,
      double allHeadsQ,
      int topHead,
      @JsonSetter(nulls = Nulls.SET) Double topDrop,
      @JsonSetter(nulls = Nulls.SET) Interval topDropInterval,
      @JsonSetter(nulls = Nulls.SET) Double runnerUpDrop,
      @JsonSetter(nulls = Nulls.SET) Interval runnerUpDropInterval,
      @JsonSetter(nulls = Nulls.SET) Double share,
      @JsonSetter(nulls = Nulls.SET) Interval shareInterval,
      @JsonSetter(nulls = Nulls.SET) Double effectiveHeads,
      @JsonSetter(nulls = Nulls.SET) Double topPairDrop,
      String baselineRight)
      implements AblationRow {}

  /**
   * Two heads ablated together, of one layer or of two. Where each makes up for the other, the pair
   * loses more than both alone: the interaction is above 0.
   *
   * @param head of {@code layer}, the first of the two by layer and head
   * @param otherHead of {@code otherLayer}
   * @param correct right with both ablated, of {@code total}
   * @param baselineCorrect right with no head ablated
   * @param accuracyDrop accuracy of the whole model − accuracy ablated, in points of 1
   * @param accuracyDropInterval Newcombe's interval for a difference of paired proportions
   * @param drop δ of the pair; null when the model has not learned
   * @param interaction δ of the pair − δ of the one − δ of the other; null like drop
   * @param interactionInterval by bootstrap of examples with all their outcomes; null like drop, or
   *     where too many resamples leave δ undefined
   * @param p exact McNemar test of the pair's drop, two-sided
   * @param right each example's outcome with both ablated, see {@link Outcomes#encoded()}
   */
  record Pair(
      Intervention intervention,
      int layer,
      int head,
      int otherLayer,
      int otherHead,
      long correct,
      long total,
      long baselineCorrect,
      double accuracyDrop,
      Interval accuracyDropInterval,
      @JsonSetter(nulls = Nulls.SET) Double drop,
      @JsonSetter(nulls = Nulls.SET) Double interaction,
      @JsonSetter(nulls = Nulls.SET) Interval interactionInterval,
      double p,
      String right)
      implements AblationRow {}

  /**
   * A layer's top head beside random subspaces: is it this head that matters, or anything of its
   * size?
   *
   * @param head the head with the largest drop on the validation split
   * @param drop δ of that head; null when the model has not learned
   * @param accuracyDrop accuracy of the whole model − accuracy with that head ablated, in points of
   *     1
   * @param randomAccuracyDrops the same for each random subspace of the layer's head outputs, of
   *     which as much was removed
   * @param p (1 + number of random subspaces that lose as much as the head or more) / (1 + number
   *     of random subspaces)
   */
  record Control(
      Intervention intervention,
      int layer,
      int head,
      @JsonSetter(nulls = Nulls.SET) Double drop,
      double accuracyDrop,
      List<Double> randomAccuracyDrops,
      double p)
      implements AblationRow {

    public Control {
      randomAccuracyDrops = List.copyOf(randomAccuracyDrops);
    }
  }
}
