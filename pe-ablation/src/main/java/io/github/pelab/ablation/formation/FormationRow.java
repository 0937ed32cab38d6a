package io.github.pelab.ablation.formation;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import io.github.pelab.ablation.AblationRow;
import io.github.pelab.ablation.AblationRow.Interval;
import io.github.pelab.ablation.Verdict;
import io.github.pelab.train.EpochStudy;
import java.util.List;

/**
 * One line of {@code formation.jsonl}: what the heads were worth at the end of an epoch of
 * training. Drops, shares and verdicts are what an {@link AblationRow} of the same name says, of
 * the network as it then was; layers and heads count from 0.
 *
 * @param epoch from 1
 * @param step updates done
 * @param mode what took the heads' place
 * @param accuracy of the whole model on the test split (with the training split, where the config
 *     says so), 0 to 1
 */
public record FormationRow(int epoch, int step, String mode, double accuracy, List<Layer> layers)
    implements EpochStudy.Row {

  public FormationRow {
    layers = List.copyOf(layers);
  }

  /**
   * A layer. Where the model has not learned, topHead is −1 and all that rests on drops is null.
   *
   * @param allHeadsDrop Δ
   * @param topHead the one with the largest drop on the validation split
   * @param topDrop δ₁, on the test split
   * @param heads in their order
   */
  public record Layer(
      int layer,
      Verdict verdict,
      @JsonSetter(nulls = Nulls.SET) Double allHeadsDrop,
      int topHead,
      @JsonSetter(nulls = Nulls.SET) Double topDrop,
      @JsonSetter(nulls = Nulls.SET) Double share,
      @JsonSetter(nulls = Nulls.SET) Interval shareInterval,
      List<Head> heads) {

    public Layer {
      heads = List.copyOf(heads);
    }
  }

  /**
   * A head.
   *
   * @param drop δ; null where the model has not learned
   */
  public record Head(@JsonSetter(nulls = Nulls.SET) Double drop, boolean beyondNull) {}
}
